"""Parameters of a form or a query, read strictly, without a framework.

Escapes and UTF-8 are valid or the whole is refused, and a name that occurs twice is remembered as
such, so that an endpoint can refuse it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

MAX_FIELDS = 100
_BAD_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_PLAIN = re.compile(rb"[A-Za-z0-9_.~:/*-]*").fullmatch
"""What stands for itself, as most names and values do."""
_BEARER = re.compile(r"(?i:bearer) +([A-Za-z0-9\-._~+/]+=*)", re.ASCII)


class Unreadable(Exception):
    """A request that cannot be taken in: too large, of another type, or not what its type says.

    Attributes:
        status: 400, 413 or 415.
    """

    def __init__(self, status: int, description: str) -> None:
        super().__init__(description)
        self.status = status


@dataclass(frozen=True, slots=True)
class Form:
    """Fields of a form or a query.

    Attributes:
        values: by name; a field without a value counts as absent (RFC 6749 section 3.1).
        repeated: names that occur more than once; `values` holds the first.
        several: all values of these names, in their order.
    """

    values: Mapping[str, str]
    repeated: frozenset[str] = frozenset()
    several: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def get(self, name: str) -> str | None:
        """Return the field's value, or None."""
        return self.values.get(name)

    def every(self, name: str) -> tuple[str, ...]:
        """Return all values of a field that may occur more than once."""
        one = self.values.get(name)
        return self.several.get(name, () if one is None else (one,))


def parse_form(raw: bytes) -> Form:
    """Return the fields of `application/x-www-form-urlencoded` bytes, of a body or a query.

    Raises:
        Unreadable: more than 100 fields, a broken escape, bytes that are no UTF-8, or a NUL.
    """
    found: dict[str, list[str]] = {}
    pairs = [pair for pair in raw.split(b"&") if pair]
    if len(pairs) > MAX_FIELDS:
        raise Unreadable(400, f"more than {MAX_FIELDS} fields")
    for pair in pairs:
        before, _, after = pair.partition(b"=")
        name, value = _decoded(before), _decoded(after)
        if value:
            found.setdefault(name, []).append(value)
    if len(found) == len(pairs):
        return Form({name: values[0] for name, values in found.items()})
    several = {name: tuple(values) for name, values in found.items() if len(values) > 1}
    return Form({name: values[0] for name, values in found.items()}, frozenset(several), several)


def _decoded(part: bytes) -> str:
    if _PLAIN(part):
        return part.decode("ascii")
    if _BAD_ESCAPE.search(part):
        raise Unreadable(400, "a percent sign does not begin an escape")
    try:
        text = unquote_to_bytes(part.replace(b"+", b" ")).decode()
    except UnicodeDecodeError as error:
        raise Unreadable(400, "the form is not UTF-8") from error
    if "\0" in text:
        raise Unreadable(400, "a field holds a NUL")
    return text


def bearer_of(authorization: str) -> str | None:
    """Return the token of the header's value, or None (RFC 6750 section 2.1)."""
    found = _BEARER.fullmatch(authorization.strip())
    return found[1] if found else None
