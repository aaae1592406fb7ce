"""The crowd: any number of invented residents from a size, a seed and an anchor day."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

from genkan.residents.population import weights
from genkan.residents.population.births import Births, known_part
from genkan.residents.population.contacts import channels, mail_address, phone_number
from genkan.residents.population.draws import Wheel, in_thousand
from genkan.residents.population.families import Families, Family
from genkan.residents.population.homes import Homes
from genkan.residents.population.names import FullName, draw_family, draw_name
from genkan.residents.population.shape import (
    AT_COUNTER,
    PLAIN,
    SELF_DECLARED,
    Facts,
    RegisteredBy,
    Sex,
    SignsInBy,
    SyntheticResident,
)
from genkan.residents.population.wishes import draw_interests

MAX_SIZE = 90_000_000
"""People; beyond it the eight digits of the telephone numbers run out."""

_ADULT = 18
_PARENTS_TO = 55
_SENIOR = 65
_OLD = 75

_ROMAJI_KINDS = frozenset({"romaji", "mononym"})
_RARE_KANJI = frozenset({"variant", "non_bmp"})


def _ages_from(age: int) -> int:
    """Return the thousandths of people of an age at which a band begins, or older."""
    return sum(share for (least, _), share in weights.AGES.items() if least >= age)


# Thousandths of everybody, turned into thousandths of those whom the rule is about.
_ROMAJI = sum(weights.NAME_KINDS[kind] for kind in _ROMAJI_KINDS)
_NOT_JAPANESE = 1000 - weights.LANGUAGES["ja"]
_OTHER_OF_ROMAJI = 900
_OTHER_OF_JAPANESE_NAMES = (1000 * _NOT_JAPANESE - _OTHER_OF_ROMAJI * _ROMAJI) / (1000 - _ROMAJI)
_ALIAS_OF_ROMAJI = 1000 * weights.ALIAS / _ROMAJI
_FORMER_FAMILY_OF_ADULTS = 1000 * weights.FORMER_FAMILY / _ages_from(_ADULT)
_BY_GUARDIAN_OF_MINORS = 1000 * weights.REGISTERED_BY_GUARDIAN / (1000 - _ages_from(_ADULT))
_COUNTER_OF_OLD = 1000 * weights.AT_COUNTER_FROM_75 / _ages_from(_OLD)
_COUNTER_OF_YOUNGER = 1000 * weights.AT_COUNTER_BEFORE_75 / (_ages_from(_ADULT) - _ages_from(_OLD))
_SAME_OF_SENIORS = 1000 * weights.SAME_NAME_AND_BIRTH / _ages_from(_SENIOR)

_SEXES: Wheel[Sex] = Wheel(weights.SEXES)
_NAME_KINDS = Wheel(weights.NAME_KINDS)
_MEMBER_KINDS = Wheel({kind: weights.NAME_KINDS[kind] for kind in ("kanji", "kana_given", "kana")})
_OTHER_LANGUAGES = Wheel({key: share for key, share in weights.LANGUAGES.items() if key != "ja"})
_OWN_SIGN_IN: Wheel[SignsInBy] = Wheel(
    {by: share for by, share in weights.SIGN_IN.items() if by != "counter"}
)


def generate(size: int, seed: int, anchor: date) -> Iterator[SyntheticResident]:
    """Yield `size` invented residents, R0000001 first.

    The same parameters give the same people in every process; a smaller size gives the first of
    a larger one. Memory does not grow with the size.

    Raises:
        ValueError: the size is negative or beyond `MAX_SIZE`.
        UnknownTown: a municipality has no town in the postal table.
    """
    if not 0 <= size <= MAX_SIZE:
        raise ValueError(f"a size of {size} is not in 0..{MAX_SIZE}")
    crowd = _Crowd(seed, anchor)
    for number in range(1, size + 1):
        yield crowd.person(number)


class _Crowd:
    """What the generator remembers while it draws."""

    def __init__(self, seed: int, anchor: date) -> None:
        self._rng = Random(f"genkan population {seed}")
        self._anchor = anchor
        self._births = Births(anchor)
        self._homes = Homes()
        self._families = Families()
        self._earlier_senior: SyntheticResident | None = None

    def person(self, number: int) -> SyntheticResident:
        """Return the next person."""
        rng, key = self._rng, f"R{number:07d}"
        birth, age, family = self._birth_and_family()
        sex = _SEXES.draw(rng)
        if family is None:
            named = draw_name(rng, _NAME_KINDS.draw(rng), sex)
            family = self._new_family(key, birth, age, named)
            guardians: tuple[str, ...] = ()
        else:
            named = draw_name(rng, _inherited_kind(rng, family), sex, family.name)
            guardians = family.joined_by(key, is_child=age < _ADULT)
        registered_by, signs_in_by = _registration(rng, age)
        made = SyntheticResident(
            key=key,
            email=None if signs_in_by == "counter" else mail_address(rng, number),
            phone=phone_number(rng, number),
            name=named.name,
            name_kana=named.kana,
            romaji=named.romaji,
            birthdate=known_part(rng, birth),
            sex=sex,
            address=family.address,
            ui_language=family.language,
            interests=draw_interests(rng, age, foreign=family.language != "ja"),
            origins=AT_COUNTER if registered_by == "counter" else SELF_DECLARED,
            channels=channels(rng, signs_in_by),
            registered_by=registered_by,
            signs_in_by=signs_in_by,
            facts=self._facts(named, family, guardians, age),
        )
        return self._perhaps_a_namesake(made) if age >= _SENIOR else made

    def _birth_and_family(self) -> tuple[date, int, Family | None]:
        """Return a birth date, the age, and the family the person belongs to, if there is one.

        A child for whom no parents are remembered is drawn again: so the first person is an adult.
        """
        while True:
            birth = self._births.draw(self._rng)
            age = self._births.age(birth)
            if age >= _ADULT:
                may_join = age <= _PARENTS_TO
                found = self._families.for_partner(self._rng, birth) if may_join else None
                return birth, age, found
            family = self._families.for_child(self._rng, birth)
            if family is not None:
                return birth, age, family

    def _new_family(self, key: str, birth: date, age: int, named: FullName) -> Family:
        rng = self._rng
        outside = in_thousand(rng, weights.LIVES_OUTSIDE)
        family = Family(
            head=key,
            head_birth=birth,
            name=named.family,
            name_kind=named.kind,
            address=self._homes.outside(rng) if outside else self._homes.inside(rng),
            language=_language(rng, named.kind),
            declared=in_thousand(rng, weights.HOUSEHOLD_DECLARED),
            outside=outside,
            adults=[key],
        )
        if age <= _PARENTS_TO:
            self._families.remember(family)
        return family

    def _facts(
        self, named: FullName, family: Family, guardians: tuple[str, ...], age: int
    ) -> Facts:
        known: dict[str, Any] = self._rare_facts()
        if age < 1:  # the move of the last year may lie before the birth
            known = {key: fact for key, fact in known.items() if not key.startswith("moved_")}
        if guardians:
            known["guardians"] = guardians
        if family.declared:
            known["household"] = family.head
        if family.outside:
            known["commutes_from_outside"] = True
        if named.kind in _ROMAJI_KINDS:
            known |= self._alias()
        elif age >= _ADULT and in_thousand(self._rng, _FORMER_FAMILY_OF_ADULTS):
            known["former_family"] = draw_family(self._rng).written
        return Facts(**known) if known else PLAIN

    def _rare_facts(self) -> dict[str, Any]:
        """Return what at most one in fifty has; nobody has two of these."""
        drawn = self._rng.random() * 1000
        if drawn < weights.PROTECTED:
            return {"protected": True}
        drawn -= weights.PROTECTED
        if drawn < weights.NO_FIXED_ADDRESS:
            return {"no_fixed_address": True}
        drawn -= weights.NO_FIXED_ADDRESS
        if drawn < weights.MAIL_REUSED:
            return {"mail_reused": True}
        if drawn - weights.MAIL_REUSED < weights.MOVED_WITHIN_A_YEAR:
            moved_on = self._anchor - timedelta(days=1 + int(self._rng.random() * 365))
            return {"moved_from": self._homes.inside(self._rng), "moved_on": moved_on}
        return {}

    def _alias(self) -> dict[str, Any]:
        if not in_thousand(self._rng, _ALIAS_OF_ROMAJI):
            return {}
        alias = draw_name(self._rng, "kanji", "9")
        return {"alias": alias.name, "alias_kana": alias.kana}

    def _perhaps_a_namesake(self, made: SyntheticResident) -> SyntheticResident:
        """Return a senior, now and then with the name and birth date of the one before."""
        earlier, self._earlier_senior = self._earlier_senior, made
        if earlier is None or not in_thousand(self._rng, _SAME_OF_SENIORS):
            return made
        return replace(
            made,
            name=earlier.name,
            name_kana=earlier.name_kana,
            romaji=earlier.romaji,
            birthdate=earlier.birthdate,
            sex=earlier.sex,
            facts=replace(made.facts, same_as=earlier.key),
        )


def _inherited_kind(rng: Random, family: Family) -> str:
    """Return how a member's name is written: the family name decides, or the given name varies."""
    if family.name_kind in _ROMAJI_KINDS:
        return "romaji"
    return family.name_kind if family.name_kind in _RARE_KANJI else _MEMBER_KINDS.draw(rng)


def _language(rng: Random, kind: str) -> str:
    """Return a language; most who write their name in romaji read another one than Japanese."""
    share = _OTHER_OF_ROMAJI if kind in _ROMAJI_KINDS else _OTHER_OF_JAPANESE_NAMES
    return _OTHER_LANGUAGES.draw(rng) if in_thousand(rng, share) else "ja"


def _registration(rng: Random, age: int) -> tuple[RegisteredBy, SignsInBy]:
    """Return who registers a person and how the person signs in."""
    if age < _ADULT:
        by_guardian = in_thousand(rng, _BY_GUARDIAN_OF_MINORS)
        return "guardian" if by_guardian else "self", _OWN_SIGN_IN.draw(rng)
    share = _COUNTER_OF_OLD if age >= _OLD else _COUNTER_OF_YOUNGER
    if in_thousand(rng, share):
        return "counter", "counter"
    return "self", _OWN_SIGN_IN.draw(rng)
