"""What a search at the counter goes by: texts folded so that one person's spellings meet.

A trace is a folded text of one kind. Traces are stored as keyed hashes only, so that a search finds
equal ones and nobody reads a name out of the table (M09).
"""

import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from genkan.kernel.text import kana
from genkan.kernel.text.names import search_form

PREFIXES = (2, 3, 4)
"""Lengths of the beginnings of a reading that are kept."""


@dataclass(frozen=True, slots=True)
class Trace:
    """One folded text: kind is "name", "name_part", "kana", "kana_part", "kana_start" and so on."""

    kind: str
    text: str


def traces_of(item: str, content: Any) -> set[Trace]:  # noqa: ANN401 - JSON of the item's shape
    """Return what is kept of a content; nothing for an item that is not searched."""
    told = _TOLD.get(item)
    return set() if told is None else set(told(content))


def folded_address(typed: str) -> str:
    """Return an e-mail address for comparison: case makes no difference to us."""
    return typed.strip().casefold()


def folded_phone(typed: str) -> str:
    """Return the digits of a telephone number, for comparison, whatever stands between them."""
    return "".join(sign for sign in unicodedata.normalize("NFKC", typed) if sign.isdecimal())


def _name(content: Mapping[str, str]) -> Iterator[Trace]:
    yield Trace("name", search_form(content["full"]))
    for part in _parts(content):
        yield Trace("name_part", search_form(part))


def _other_name(content: Mapping[str, str]) -> Iterator[Trace]:
    yield from _name(content)
    if content.get("kana"):
        yield from _kana({"full": content["kana"]})


def _kana(content: Mapping[str, str]) -> Iterator[Trace]:
    whole = kana.folded(content["full"])
    yield Trace("kana", whole)
    for part in _parts(content):
        yield Trace("kana_part", kana.folded(part))
    for length in PREFIXES:
        if len(whole) >= length:
            yield Trace("kana_start", whole[:length])


def _parts(content: Mapping[str, str]) -> set[str]:
    """Return the parts the person named, and those that spaces make."""
    named = {content[part] for part in ("family", "given") if content.get(part)}
    return named | set(content["full"].split())


_TOLD: Mapping[str, Callable[[Any], Iterator[Trace]]] = {
    "name": _name,
    "name_kana": _kana,
    "name_kana_other": _kana,
    "former_name": _other_name,
    "alias": _other_name,
    "birthdate": lambda content: iter([Trace("birthdate", str(content))]),
    "email": lambda content: iter([Trace("email", folded_address(str(content)))]),
    "phone": lambda content: iter([Trace("phone", folded_phone(str(content)))]),
}

SEARCHED = frozenset(_TOLD)
"""Items that can be searched for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Criteria:
    """What staff search for; several together narrow the search.

    Attributes:
        name: whole, or one part, in any spelling.
        kana: whole, one part, or its beginning from two letters on.
        birthdate: ISO 8601, perhaps without day or month.
        email: the address for signing in.
        phone: the whole number.
    """

    name: str = ""
    kana: str = ""
    birthdate: str = ""
    email: str = ""
    phone: str = ""

    def alternatives(self) -> list[list[frozenset[Trace]]]:
        """Return what must be met: of each list one set, and of that set every trace."""
        asked = (
            self.name and _asked_name(self.name),
            self.kana and _asked_kana(self.kana),
            self.birthdate and [frozenset({Trace("birthdate", self.birthdate)})],
            self.email and [frozenset({Trace("email", folded_address(self.email))})],
            self.phone and [frozenset({Trace("phone", folded_phone(self.phone))})],
        )
        return [[way for way in ways if way] for ways in asked if ways]

    def fits(self, values: Mapping[str, Any]) -> bool:
        """Whether a reading found by its first letters goes on as typed; contents by item."""
        readings = list(_readings(values))
        if not self.kana or not readings:
            return True
        typed = kana.folded(self.kana)
        parts = {kana.folded(part) for one in readings for part in _parts(one)}
        begins = any(kana.folded(one["full"]).startswith(typed) for one in readings)
        return begins or typed in parts or _all_parts(self.kana) <= parts


def _readings(values: Mapping[str, Any]) -> Iterator[Mapping[str, str]]:
    """Yield all readings of a person: of the name, of the former family name, of the alias."""
    for item in ("name_kana", "name_kana_other"):
        if values.get(item):
            yield values[item]
    for item in ("former_name", "alias"):
        if (values.get(item) or {}).get("kana"):
            yield {"full": values[item]["kana"]}


def _asked_name(typed: str) -> list[frozenset[Trace]]:
    whole = search_form(typed)
    parts = frozenset(Trace("name_part", search_form(part)) for part in typed.split())
    return [frozenset({Trace("name", whole)}), frozenset({Trace("name_part", whole)}), parts]


def _asked_kana(typed: str) -> list[frozenset[Trace]]:
    whole = kana.folded(typed)
    parts = frozenset(Trace("kana_part", part) for part in _all_parts(typed))
    ways = [frozenset({Trace("kana", whole)}), frozenset({Trace("kana_part", whole)}), parts]
    if len(whole) >= PREFIXES[0]:
        ways.append(frozenset({Trace("kana_start", whole[: PREFIXES[-1]])}))
    return ways


def _all_parts(typed: str) -> set[str]:
    return {kana.folded(part) for part in kana.to_katakana(typed).split()}
