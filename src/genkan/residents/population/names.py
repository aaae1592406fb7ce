"""Names of the crowd: kanji with the reading that fits, romaji from neutral syllables.

The lists are ordinary words of the country combined at random; nobody is meant.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from random import Random

from genkan.kernel.text.names import Name
from genkan.residents.population.draws import in_thousand, one_of

_LONG_NAME = 60
"""Thousandths of romaji names that have six words, as residence cards do."""

_FIELDS_OF_FAMILY, _FIELDS_OF_GIVEN, _FIELDS_OF_SYLLABLE = 4, 5, 2
_SKEW = 1.5
"""Names at the head of a list are met more often."""


@dataclass(frozen=True, slots=True)
class Part:
    """A family or given name: as written, in kana, in Latin letters."""

    written: str
    kana: str
    romaji: str


@dataclass(frozen=True, slots=True)
class FullName:
    """A name with its reading; `family` is what children inherit, None for a mononym."""

    name: Name
    kana: Name
    romaji: str
    family: Part | None
    kind: str


def draw_name(rng: Random, kind: str, sex: str, family: Part | None = None) -> FullName:
    """Return a name of a kind of `weights.NAME_KINDS`, of a family if one is given."""
    if kind == "mononym":
        word = _foreign_word(rng)
        return FullName(Name(word.written), Name(word.kana), word.written, None, kind)
    if kind == "romaji":
        return _foreign_name(rng, family or _foreign_word(rng))
    families, given_names = _lists()
    surname = family or _skewed(rng, families.get(kind, families["ordinary"]))
    gender = sex if sex in "12" else one_of(rng, "12")
    given = one_of(rng, given_names[gender, "kana" if kind == "kana_given" else "kanji"])
    if kind == "kana":
        return replace(_joined(_in_kana(surname), _in_kana(given), kind), family=surname)
    return _joined(surname, given, kind)


def draw_family(rng: Random) -> Part:
    """Return an ordinary family name."""
    return _skewed(rng, _lists()[0]["ordinary"])


def _joined(family: Part, given: Part, kind: str) -> FullName:
    return FullName(
        Name(f"{family.written} {given.written}", family.written, given.written),
        Name(f"{family.kana} {given.kana}", family.kana, given.kana),
        f"{family.romaji} {given.romaji}",
        family,
        kind,
    )


def _in_kana(part: Part) -> Part:
    return Part(part.kana, part.kana, part.romaji)


def _foreign_word(rng: Random) -> Part:
    drawn = [one_of(rng, _syllables()) for _ in range(2 + int(rng.random() * 2))]
    latin = "".join(syllable for syllable, _ in drawn)
    return Part(latin, "".join(kana for _, kana in drawn), latin)


def _foreign_name(rng: Random, family: Part) -> FullName:
    count = 5 if in_thousand(rng, _LONG_NAME) else 1 + int(rng.random() * 3)
    words = [_foreign_word(rng) for _ in range(count)]
    latin = " ".join(word.written for word in words)
    given = Part(latin, " ".join(word.kana for word in words), latin)
    return _joined(family, given, "romaji")


def _skewed(rng: Random, parts: tuple[Part, ...]) -> Part:
    return parts[int(rng.random() ** _SKEW * len(parts))]


@cache
def _lists() -> tuple[dict[str, tuple[Part, ...]], dict[tuple[str, str], tuple[Part, ...]]]:
    """Return family names by kind, and given names by sex and script."""
    families: dict[str, tuple[Part, ...]] = {}
    for kind, *part in _rows("family_names.tsv", _FIELDS_OF_FAMILY):
        families[kind] = (*families.get(kind, ()), Part(*part))
    given: dict[tuple[str, str], tuple[Part, ...]] = {}
    for sex, script, *part in _rows("given_names.tsv", _FIELDS_OF_GIVEN):
        given[sex, script] = (*given.get((sex, script), ()), Part(*part))
    return families, given


@cache
def _syllables() -> tuple[list[str], ...]:
    """Return pairs of Latin letters and kana."""
    return tuple(_rows("syllables.tsv", _FIELDS_OF_SYLLABLE))


def _rows(name: str, fields: int) -> Iterator[list[str]]:
    """Yield the rows of a table beside this module.

    Raises:
        ValueError: a row has another number of cells.
    """
    text = files("genkan.residents.population").joinpath("data", name).read_text(encoding="utf-8")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            row = line.split("\t")
            if len(row) != fields:
                raise ValueError(f"{name}: {line!r} has {len(row)} cells, not {fields}")
            yield row
