"""The vectors of JAPAN.md section 3 and what partial dates do to them."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from genkan.kernel.text.ages import (
    age_on,
    anniversary,
    attained,
    enters_school_in,
    has_age,
    is_minor,
    school_entry,
)
from genkan.kernel.text.dates import PartialDate, Truth

births = st.dates(min_value=date(1900, 1, 1), max_value=date(2030, 12, 31))


def test_h09_twins_around_midnight_enter_school_a_year_apart():
    a, b = date(2020, 4, 1), date(2020, 4, 2)

    assert attained(a, 6) == date(2026, 3, 31)
    assert school_entry(a) == date(2026, 4, 1)
    assert school_entry(b) == date(2027, 4, 1)
    assert enters_school_in(PartialDate.of(b), 2027) is Truth.YES
    assert enters_school_in(PartialDate.of(a), 2027) is Truth.NO
    assert enters_school_in(PartialDate(2020, 4), 2027) is Truth.UNKNOWN


def test_h10_leap_day_attains_eighteen_on_28_february_and_is_adult_from_1_march():
    birth = date(2008, 2, 29)

    assert attained(birth, 18) == date(2026, 2, 28)
    assert anniversary(birth, 18) == date(2026, 3, 1)
    assert anniversary(birth, 20) == date(2028, 2, 29)
    assert is_minor(PartialDate.of(birth), date(2026, 2, 28)) is Truth.YES
    assert is_minor(PartialDate.of(birth), date(2026, 3, 1)) is Truth.NO


def test_h16_adult_from_midnight_of_the_birthday():
    birth = PartialDate(2008, 7, 16)

    assert is_minor(birth, date(2026, 7, 15)) is Truth.YES
    assert is_minor(birth, date(2026, 7, 16)) is Truth.NO


def test_h08_year_alone_is_certainly_75_but_not_certainly_81_this_month():
    birth, today = PartialDate(1945), date(2026, 7, 15)

    assert has_age(birth, 75, today) is Truth.YES
    assert has_age(birth, 81, today) is Truth.UNKNOWN
    assert age_on(birth, today) == (80, 81)


def test_a_child_who_may_not_be_born_yet_is_nought():
    assert age_on(PartialDate(2026), date(2026, 7, 15)) == (0, 0)


def test_a_safety_rule_sees_the_possible_minor():
    answer = is_minor(PartialDate(2008), date(2026, 7, 15))

    assert not answer.certain
    assert answer.possible


@given(births, st.integers(0, 100))
def test_an_age_is_attained_the_day_before_it_is_had(birth, years):
    day = attained(birth, years)

    if years:
        assert age_on(PartialDate.of(birth), day) == (years - 1, years - 1)
    assert age_on(PartialDate.of(birth), day + timedelta(days=1)) == (years, years)


@given(births)
def test_school_children_are_born_from_2_april_to_1_april(birth):
    entry = school_entry(birth)

    assert date(entry.year - 7, 4, 2) <= birth <= date(entry.year - 6, 4, 1)
