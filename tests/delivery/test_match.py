"""Whom an article is for, against a slow and obvious model of the same rule."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genkan.delivery.domain.audience import (
    Audience,
    Facts,
    IsAged,
    IsInterested,
    LivesIn,
    match,
)
from genkan.kernel.text.dates import PartialDate
from genkan.kernel.text.places import areas_of
from tests.delivery.conftest import KITA_KU, OSAKA, SAKAI, SAKAI_KITA_KU, TOYONAKA
from tests.delivery.people import audiences, people

CITY_OF = {KITA_KU: OSAKA, SAKAI_KITA_KU: SAKAI}
TODAY = date(2026, 7, 15)


def birthdays_seen(birth, today):
    """Count the birthdays up to and including today, one by one."""
    seen, year = 0, birth.year + 1
    while True:
        leap_day_missing = (birth.month, birth.day) == (2, 29) and not _is_leap(year)
        birthday = date(year, 3, 1) if leap_day_missing else birth.replace(year=year)
        if birthday > today:
            return seen
        seen, year = seen + 1, year + 1


def _is_leap(year):
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def possible_ages(birthdate, today):
    """Return the age for every date of birth that the person can have."""
    day, found = birthdate.earliest, set()
    while day <= birthdate.latest:
        found.add(birthdays_seen(day, today))
        day += timedelta(days=1)
    return found


def obvious(audience, person, today):
    """Return the attributes used, or None if the article is not for the person."""
    used = []
    if audience.municipalities:
        home = {person.lg_code, CITY_OF.get(person.lg_code)} - {None}
        if not home & audience.municipalities:
            return None
        used.append("residence")
    if audience.min_age is not None or audience.max_age is not None:
        low = 0 if audience.min_age is None else audience.min_age
        high = 999 if audience.max_age is None else audience.max_age
        if person.birthdate is None:
            return None
        if not all(low <= age <= high for age in possible_ages(person.birthdate, today)):
            return None
        used.append("age")
    if audience.interests:
        if not audience.interests & person.interests:
            return None
        used.append("interests")
    return used


KINDS = {LivesIn: "residence", IsAged: "age", IsInterested: "interests"}


@given(audience=audiences, person=people, today=st.dates(date(2024, 1, 1), date(2028, 12, 31)))
def test_an_article_fits_exactly_those_whom_the_obvious_model_names(audience, person, today):
    decided = match(audience, person, today)
    expected = obvious(audience, person, today)

    assert decided.fits == (expected is not None)
    assert [KINDS[type(reason)] for reason in decided.reasons] == (expected or [])


@given(audience=audiences, person=people)
def test_no_reason_names_what_the_article_did_not_ask_or_the_person_is_not(audience, person):
    for reason in match(audience, person, TODAY).reasons:
        match reason:
            case LivesIn(municipality):
                assert municipality in audience.municipalities
                assert municipality in {person.lg_code, CITY_OF.get(person.lg_code)}
            case IsAged(low, high):
                assert (low, high) == (audience.min_age, audience.max_age)
            case IsInterested(interests):
                assert interests == audience.interests & person.interests


@given(audience=audiences, person=people)
def test_changing_an_attribute_that_no_reason_names_changes_nothing(audience, person):
    decided = match(audience, person, TODAY)
    used = {KINDS[type(reason)] for reason in decided.reasons}
    if decided.fits:
        stripped = Facts(
            lg_code=person.lg_code if "residence" in used else None,
            birthdate=person.birthdate if "age" in used else None,
            interests=person.interests if "interests" in used else frozenset(),
        )
        assert match(audience, stripped, TODAY) == decided


def test_an_article_without_conditions_fits_everybody_and_uses_nothing():
    decided = match(Audience(), Facts(), TODAY)

    assert (decided.fits, decided.reasons) == (True, ())
    assert Audience().everybody


@pytest.mark.parametrize(
    ("lg_code", "meant"),
    [(KITA_KU, (KITA_KU, OSAKA)), (SAKAI_KITA_KU, (SAKAI_KITA_KU, SAKAI)), (TOYONAKA, (TOYONAKA,))],
)
def test_a_ward_belongs_to_its_city_and_comes_first(lg_code, meant):
    assert areas_of(lg_code) == meant


def test_the_smallest_area_named_is_the_reason():
    both = Audience(municipalities=frozenset({OSAKA, KITA_KU}))

    assert match(both, Facts(lg_code=KITA_KU), TODAY).reasons == (LivesIn(KITA_KU),)


def test_a_city_dweller_of_unknown_ward_is_in_no_ward():
    assert not match(
        Audience(municipalities=frozenset({KITA_KU})), Facts(lg_code=OSAKA), TODAY
    ).fits


def test_a_withheld_address_meets_no_condition_about_places():
    everywhere = Audience(municipalities=frozenset({TOYONAKA, OSAKA, SAKAI}))

    assert not match(everywhere, Facts(lg_code=None), TODAY).fits


@pytest.mark.parametrize(
    ("birth", "day", "fits"),
    [
        ("2008-07-16", date(2026, 7, 15), False),
        ("2008-07-16", date(2026, 7, 16), True),
        ("2008-02-29", date(2026, 2, 28), False),  # attained at the end of that day
        ("2008-02-29", date(2026, 3, 1), True),
        ("2008", date(2026, 12, 30), False),  # may have been born on 31 December
        ("2008", date(2026, 12, 31), True),
        ("2008-07", date(2026, 7, 30), False),
        ("2008-07", date(2026, 7, 31), True),
    ],
)
def test_an_age_counts_from_midnight_after_it_is_attained(birth, day, fits):
    adults = Audience(min_age=18)

    assert match(adults, Facts(birthdate=PartialDate.from_iso(birth)), day).fits is fits


def test_a_year_alone_includes_only_when_every_day_of_it_would():
    kinu = Facts(birthdate=PartialDate(1945))  # POPULATION H08

    assert match(Audience(min_age=75), kinu, TODAY).fits
    assert not match(Audience(min_age=81), kinu, TODAY).fits
    assert not match(Audience(max_age=80), kinu, TODAY).fits
