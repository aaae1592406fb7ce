"""Municipalities and postal codes of Osaka, from tables beside the code.

Read once, at the first question; a look-up is one dictionary access. About 3,850 postal rows and
80 municipalities. Sources and licence: `data_files/README.md`. Refreshed by `postal_import`.
"""

import unicodedata
from dataclasses import dataclass
from functools import cache
from sys import intern

import regex

from genkan.kernel.text.data import table

HOME_PREFECTURE = "27"
"""Code of 大阪府, whose places are complete here. A few towns of neighbours come with them."""

_LG_CODE = regex.compile(r"\d{6}", regex.ASCII)
_POSTAL_CODE = regex.compile(r"\d{7}", regex.ASCII)
_POSTAL_NOISE = regex.compile(r"[〒\s\-‐‑‒–—―−ー・.]")
_TOWN_PREFIX = regex.compile("^(?:大字|字)")
_GENERAL_NOTES = frozenset({"", "その他", "次のビルを除く"})
_WEIGHTS = (6, 5, 4, 3, 2)


@dataclass(frozen=True, slots=True)
class Municipality:
    """A city, town, village or ward; `county` (郡) and `ward` may be empty.

    The code of a ward differs from that of its city, `city_code`.
    """

    lg_code: str
    county: str
    city: str
    ward: str
    kana: str
    city_code: str

    @property
    def prefecture(self) -> str:
        """大阪府."""
        return prefecture_of(self.lg_code)

    @property
    def name(self) -> str:
        """大阪市北区, 千早赤阪村: the name without its county."""
        return self.city + self.ward

    @property
    def full(self) -> str:
        """大阪市北区, 南河内郡千早赤阪村: as it is written in an address."""
        return self.county + self.city + self.ward


@dataclass(frozen=True, slots=True)
class Place:
    """What a postal code says. `town` and `building` may be empty; `note` limits the row."""

    postal_code: str
    lg_code: str
    municipality: str
    town: str
    town_kana: str
    building: str = ""
    note: str = ""

    @property
    def prefecture(self) -> str:
        """大阪府."""
        return prefecture_of(self.lg_code)


def check_digit(five: str) -> str:
    """Return the sixth digit of a local government code.

    Raises:
        ValueError: not five ASCII digits.

    Source: JAPAN.md section 4 (modulus 11, weights 6 5 4 3 2).
    """
    if len(five) != len(_WEIGHTS) or not (five.isascii() and five.isdigit()):
        message = "a local government code has five digits before its check digit"
        raise ValueError(message)
    total = sum(int(digit) * weight for digit, weight in zip(five, _WEIGHTS, strict=True))
    return str((11 - total % 11) % 10)


def is_lg_code(code: str) -> bool:
    """Whether a code has six digits, the last of which fits, in an existing prefecture."""
    if not _LG_CODE.fullmatch(code) or code[:2] not in _prefectures():
        return False
    return check_digit(code[:5]) == code[5]


def prefecture_of(lg_code: str) -> str:
    """Return 大阪府 for 27….

    Raises:
        KeyError: no prefecture has such a code.
    """
    return _prefectures()[lg_code[:2]]


def prefectures() -> tuple[str, ...]:
    """Return the 47 prefectures in the order of their codes."""
    return tuple(_prefectures().values())


def postal_code_of(typed: str) -> str | None:
    """Return the seven digits of a typed postal code (full width, hyphens, 〒), or None."""
    digits = _POSTAL_NOISE.sub("", unicodedata.normalize("NFKC", typed))
    return digits if _POSTAL_CODE.fullmatch(digits) else None


def lookup(postal_code: str) -> list[Place]:
    """Return the places of a seven-digit postal code; several share one now and then."""
    return list(_places().get(postal_code, ()))


def place_of(lg_code: str, town: str) -> Place | None:
    """Return the general row of a town, or None if the municipality has no such town.

    大字 and 字 before the town make no difference. Where blocks of a town have postal codes of
    their own, the row for the rest of the town is meant.
    """
    return _towns().get((lg_code, _TOWN_PREFIX.sub("", town)))


def towns_of(lg_code: str) -> tuple[Place, ...]:
    """Return the towns of a municipality, each once, in the order of their postal codes."""
    return _towns_by_municipality().get(lg_code, ())


def municipality(lg_code: str) -> Municipality | None:
    """Return a municipality or ward of the table, or None."""
    return _municipalities().get(lg_code)


def areas_of(lg_code: str | None) -> tuple[str, ...]:
    """Return the codes that mean this place: a ward's own, then its city's; () for None."""
    if lg_code is None:
        return ()
    known = municipality(lg_code)
    if known is None or known.city_code == lg_code:
        return (lg_code,)
    return (lg_code, known.city_code)


def area_name(code: str) -> str:
    """Return what people call the place of a code, a city with wards included; else the code."""
    known = municipality(code)
    return _cities_with_wards().get(code, code) if known is None else known.full


def municipalities() -> tuple[Municipality, ...]:
    """Return the home prefecture's 41 municipalities, then 24 and 7 wards, in order of code."""
    known = _municipalities().values()
    return tuple(known_one for known_one in known if known_one.lg_code.startswith(HOME_PREFECTURE))


@cache
def _cities_with_wards() -> dict[str, str]:
    """The table lists wards; the code of their city stands beside each."""
    return {ward.city_code: ward.county + ward.city for ward in municipalities() if ward.ward}


@cache
def _prefectures() -> dict[str, str]:
    return {row[0]: row[1] for row in table("prefectures.tsv")}


@cache
def _municipalities() -> dict[str, Municipality]:
    return {row[0]: Municipality(*row) for row in table("municipalities.tsv")}


@cache
def _places() -> dict[str, tuple[Place, ...]]:
    found: dict[str, tuple[Place, ...]] = {}
    for name in ("osaka_postal.tsv", "nearby_postal.tsv"):
        for code, lg_code, city, *rest in table(name):
            place = Place(code, intern(lg_code), intern(city), *rest)
            found[code] = (*found.get(code, ()), place)
    return found


@cache
def _towns() -> dict[tuple[str, str], Place]:
    found: dict[tuple[str, str], Place] = {}
    for places in _places().values():
        for place in places:
            key = (place.lg_code, place.town)
            if place.building or not place.town:
                continue
            if key not in found or found[key].note not in _GENERAL_NOTES:
                found[key] = place
    return found


@cache
def _towns_by_municipality() -> dict[str, tuple[Place, ...]]:
    found: dict[str, list[Place]] = {}
    for place in _towns().values():
        found.setdefault(place.lg_code, []).append(place)
    return {lg_code: tuple(places) for lg_code, places in found.items()}
