"""Where the crowd lives: towns that exist, blocks that do not (99, 999, 9999)."""

from random import Random

from genkan.kernel.text.addresses import Address, Place, municipality, towns_of
from genkan.residents.population import weights
from genkan.residents.population.draws import Wheel, in_thousand, one_of

SAKAI, MIHARA_WARD = "271403", "271471"
"""Sakai counts 丁 without 目, its ward Mihara does not (JAPAN.md section 4)."""

_BLOCKS = ("99", "999", "9999")
_NUMBERS = ("99", "999")
_KANJI = "〇一二三四五六七八九"
_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
_HYPHENS = "-－‐‑–—―−ー"
_HYPHENATED = 150
"""Thousandths of streets written as 3-999-99."""

_PLAIN_BLOCK, _WIDE_DIGITS = 0.7, 0.3
"""Parts of one: 地番 without a branch number, full-width digits where digits vary."""

_BUILDINGS = (
    "メゾン青空",
    "コーポ若葉",
    "ハイツみどり",
    "グリーンコート",
    "サンライズ",
    "府営住宅",
    "パークサイド",
    "レジデンス玄関",
)


class UnknownTown(LookupError):
    """The postal table has no such town in this municipality."""


class Homes:
    """Draws addresses of real towns with block numbers that do not exist."""

    def __init__(self) -> None:
        self._places = Wheel(weights.PLACES)
        self._outside = Wheel(weights.OUTSIDE)

    def inside(self, rng: Random) -> Address:
        """Return an address in the prefecture."""
        return self._at(rng, self._places.draw(rng))

    def outside(self, rng: Random) -> Address:
        """Return an address in a neighbouring prefecture."""
        return self._at(rng, self._outside.draw(rng))

    def _at(self, rng: Random, lg_code: str) -> Address:
        towns = towns_of(lg_code)
        if not towns:
            raise UnknownTown(lg_code)
        town = one_of(rng, towns)
        return Address.at(town, _street(rng, town), _building(rng))


def counts_cho(lg_code: str) -> bool:
    """Whether the place writes 丁 where others write 丁目."""
    known = municipality(lg_code)
    return known is not None and known.city_code == SAKAI and lg_code != MIHARA_WARD


def _street(rng: Random, town: Place) -> str:
    block, chome = one_of(rng, _BLOCKS), 1 + int(rng.random() * 7)
    shape = rng.random()
    known = municipality(town.lg_code)
    if known is None or known.county:
        # Villages and the towns of counties have 地番 only.
        return f"{block}番地" if shape < _PLAIN_BLOCK else f"{block}番地の{one_of(rng, _NUMBERS)}"
    if in_thousand(rng, _HYPHENATED):
        hyphen = one_of(rng, _HYPHENS)
        written = f"{chome}{hyphen}{block}{hyphen}{one_of(rng, _NUMBERS)}"
        return written.translate(_WIDE) if shape < _WIDE_DIGITS else written
    if counts_cho(town.lg_code):
        return f"{chome}丁{block}番{one_of(rng, _NUMBERS)}号"
    return one_of(
        rng,
        (
            f"{_KANJI[chome]}丁目{block}番地",
            f"{chome}丁目{block}番{one_of(rng, _NUMBERS)}号",
            f"{block}番地",
            f"{block}番{one_of(rng, _NUMBERS)}号",
        ),
    )


def _building(rng: Random) -> str | None:
    if not in_thousand(rng, weights.BUILDING):
        return None
    room = f"{1 + int(rng.random() * 9)}{1 + int(rng.random() * 9):02d}"
    shape = rng.random()
    if shape < _WIDE_DIGITS:
        room = room.translate(_WIDE)
    elif shape < 2 * _WIDE_DIGITS:
        room = f"{room[0]}{one_of(rng, _HYPHENS)}{room[1:]}"
    return f"{one_of(rng, _BUILDINGS)}{room}号"
