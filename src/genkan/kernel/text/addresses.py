"""Addresses as typed, beside what a machine may know of them.

The raw text is never replaced: 丁 stays 丁, 渡辺 stays a block, a radical stays until the person
says yes to the proposal. Source: JAPAN.md section 4.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

import regex

from genkan.kernel.text.characters import (
    Finding,
    Problem,
    findings,
    radical_proposal,
    search_form,
)
from genkan.kernel.text.places import (
    Municipality,
    Place,
    check_digit,
    is_lg_code,
    lookup,
    municipalities,
    municipality,
    place_of,
    postal_code_of,
    prefecture_of,
    prefectures,
    towns_of,
)

MAX_PART = 100
"""Graphemes of municipality, town, street or building."""

__all__ = [
    "MAX_PART",
    "Address",
    "Level",
    "Municipality",
    "Place",
    "Street",
    "check_digit",
    "findings_of",
    "fold_hyphens",
    "is_lg_code",
    "level_of",
    "lg_code_of",
    "lookup",
    "municipalities",
    "municipality",
    "number_of",
    "place_of",
    "postal_code_of",
    "prefecture_of",
    "prefectures",
    "radical_proposal",
    "search_form",
    "street_of",
    "towns_of",
]

_HYPHENS = "-\u2010-\u2015\u2212\u30fc\uff0d\uff70\ufe63\ufe58"
_HYPHEN_BETWEEN_DIGITS = regex.compile(rf"(?<=\d)[{_HYPHENS}](?=\d)")
_KANJI_DIGITS = {digit: number for number, digit in enumerate("一二三四五六七八九", start=1)}
_CHOME = regex.compile(r"(?P<number>\d+|[一二三四五六七八九十]+)(?P<word>丁目|丁)")
# 1-2-3 is 丁目-番-号; in 99-9 the first number may as well be the block.
_CHOME_BY_HYPHEN = regex.compile(r"(?P<number>\d+)-(?=\d+-\d)")
_BLOCK_WORD = regex.compile(r"(?P<label>[^\d\s番号地の\u30ce-]+)(?=\d)")
_TEN = 10


class Level(StrEnum):
    """How far an address is known to exist. Blocks and numbers are in no table of ours."""

    UNKNOWN = "unknown"
    MUNICIPALITY = "municipality"
    TOWN = "town"


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """An address in Japan; every text as typed, the codes beside it.

    `postal_code` has seven digits, `lg_code` six with its check digit, `municipality` includes
    county and ward (南河内郡千早赤阪村, 大阪市北区). `street` is what follows the town. With
    `no_fixed` it says where a person without a fixed address mostly stays; parts may be empty.
    """

    postal_code: str
    prefecture: str
    municipality: str
    lg_code: str
    town: str
    street: str
    building: str | None = None
    no_fixed: bool = False

    @classmethod
    def at(cls, place: Place, street: str, building: str | None = None) -> Self:
        """Return an address in a place of the postal table."""
        return cls(
            postal_code=place.postal_code,
            prefecture=place.prefecture,
            municipality=place.municipality,
            lg_code=place.lg_code,
            town=place.town,
            street=street,
            building=building,
        )

    @classmethod
    def from_content(cls, content: Mapping[str, Any]) -> Self:
        """Return the address written by `content`; `full` is derived again.

        Raises:
            KeyError: a part other than the building is missing.
        """
        return cls(
            postal_code=content["postal_code"] or "",
            prefecture=content["prefecture"] or "",
            municipality=content["municipality"] or "",
            lg_code=content["lg_code"] or "",
            town=content["town"] or "",
            street=content["street"] or "",
            building=content.get("building"),
            no_fixed=bool(content.get("no_fixed_address")),
        )

    @property
    def full(self) -> str:
        """The address on one line, the building after a space; without the postal code."""
        line = self.prefecture + self.municipality + self.town + self.street
        return f"{line} {self.building}" if self.building else line

    @property
    def search(self) -> str:
        """The search form of the line; never shown."""
        return search_form(fold_hyphens(self.full))

    def content(self) -> dict[str, Any]:
        """Return the shape of the person-data API, `full` and an empty building included."""
        made = {
            "postal_code": self.postal_code,
            "prefecture": self.prefecture,
            "municipality": self.municipality,
            "lg_code": self.lg_code,
            "town": self.town,
            "street": self.street,
            "building": self.building,
            "full": self.full,
        }
        return made | {"no_fixed_address": True} if self.no_fixed else made


@dataclass(frozen=True, slots=True)
class Street:
    """What a machine can read from a street for a form with separate fields; `raw` stays beside it.

    H11 5丁999番地 → chome 5, word 丁; H12 四丁目渡辺99号 → chome 4, block 渡辺, number 99号.
    """

    raw: str
    chome: int | None = None
    chome_word: str | None = None
    block: str | None = None
    number: str = ""


def fold_hyphens(text: str) -> str:
    """Return the text with every kind of hyphen between two digits as `-`; others stay."""
    return str(_HYPHEN_BETWEEN_DIGITS.sub("-", text))


def street_of(raw: str) -> Street:
    """Return the parts of a street as far as they can be told; the rest is in `number`."""
    rest = fold_hyphens(raw).strip()
    match = _CHOME.match(rest) or _CHOME_BY_HYPHEN.match(rest)
    chome, word = None, None
    if match is not None:
        chome, word = number_of(match["number"]), match.groupdict().get("word")
        rest = rest[match.end() :].lstrip(" \u3000")
    label = _BLOCK_WORD.match(rest)
    block = None if label is None else label["label"]
    return Street(raw, chome, word, block, rest[len(block or "") :])


def level_of(address: Address) -> Level:
    """Return how far the address is in our tables; a street is never checked."""
    if municipality(address.lg_code) is None:
        return Level.UNKNOWN
    known = place_of(address.lg_code, address.town)
    return Level.MUNICIPALITY if known is None else Level.TOWN


def findings_of(address: Address) -> dict[str, list[Finding]]:
    """Return the problems of an address by field; an empty mapping means it can be kept.

    An unknown town is none, nor a street without 丁目 or digits.
    """
    found = {field: problems for field, problems in _text_findings(address) if problems}
    unneeded = address.no_fixed and not address.postal_code
    if not unneeded and postal_code_of(address.postal_code) != address.postal_code:
        found["postal_code"] = [Finding(Problem.NOT_A_POSTAL_CODE)]
    if not is_lg_code(address.lg_code):
        found["lg_code"] = [Finding(Problem.NOT_A_MUNICIPALITY_CODE)]
    return found


def lg_code_of(prefecture: str, municipality: str, postal_code: str) -> str:
    """Return the code of a municipality by its name, with or without its county; "" if unknown."""
    for place in lookup(postal_code):
        if (place.prefecture, place.municipality) == (prefecture, municipality):
            return place.lg_code
    asked = search_form(municipality)
    for known in municipalities():
        if known.prefecture == prefecture and asked in {
            search_form(known.name),
            search_form(known.full),
        }:
            return known.lg_code
    return ""


def _text_findings(address: Address) -> Iterator[tuple[str, list[Finding]]]:
    yield "prefecture", findings(address.prefecture, limit=MAX_PART)
    yield "municipality", findings(address.municipality, limit=MAX_PART)
    yield "town", findings(address.town, limit=MAX_PART, required=False)
    yield "street", findings(address.street, limit=MAX_PART, required=not address.no_fixed)
    yield "building", findings(address.building or "", limit=MAX_PART, required=False)


def number_of(digits: str) -> int:
    """Return 12 for 12 and 十二."""
    if digits.isdecimal():
        return int(digits)
    tens, ten, ones = digits.rpartition("十")
    value = _KANJI_DIGITS.get(ones, 0)
    return value + (_KANJI_DIGITS.get(tens, 1) * _TEN if ten else 0)
