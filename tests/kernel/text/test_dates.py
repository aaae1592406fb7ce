"""Dates of people: spellings, eras, parts that are unknown."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genkan.kernel.text.dates import (
    DateProblem,
    PartialDate,
    Truth,
    birthdate_problem,
    in_era,
    in_gregorian,
    in_japanese,
)
from genkan.kernel.text.eras import era_on, eras
from genkan.kernel.text.typed_dates import Typed, read_date

days = st.dates(min_value=date(1873, 1, 1), max_value=date(2100, 12, 31))


@st.composite
def partial_dates(draw):
    day = draw(days)
    return draw(
        st.sampled_from(
            [PartialDate(day.year), PartialDate(day.year, day.month), PartialDate.of(day)]
        )
    )


@pytest.mark.parametrize(
    ("typed", "iso"),
    [
        ("R7.1.5", "2025-01-05"),
        ("Ｒ７．１．５", "2025-01-05"),
        ("r7/1/5", "2025-01-05"),
        ("R7-01-05", "2025-01-05"),
        ("令和7年1月5日", "2025-01-05"),
        ("令和７年１月５日", "2025-01-05"),
        ("令和七年一月五日", "2025-01-05"),
        ("㋿7年1月5日", "2025-01-05"),
        (" 令和 7年 1月 5日 ", "2025-01-05"),
        ("令和元年5月1日", "2019-05-01"),
        ("平成元年1月8日", "1989-01-08"),
        ("平成31年4月30日", "2019-04-30"),
        ("昭和64年1月7日", "1989-01-07"),
        ("S64.1.7", "1989-01-07"),
        ("昭和二十年八月十五日", "1945-08-15"),
        ("大正元年7月30日", "1912-07-30"),
        ("明治6年1月1日", "1873-01-01"),
        ("2025-01-05", "2025-01-05"),
        ("2025/1/5", "2025-01-05"),
        ("2025.1.5", "2025-01-05"),
        ("20250105", "2025-01-05"),
        ("2025年1月5日", "2025-01-05"),
        ("西暦2025年1月5日", "2025-01-05"),
        ("二〇二五年一月五日", "2025-01-05"),
        ("昭和20年", "1945"),
        ("昭和20年月日不詳", "1945"),
        ("昭和20年3月日不詳", "1945-03"),
        ("1945-??-??", "1945"),
        ("1945-03", "1945-03"),
        ("1945年", "1945"),
    ],
)
def test_usual_spellings_are_understood(typed, iso):
    assert read_date(typed) == Typed(value=PartialDate.from_iso(iso))


@pytest.mark.parametrize(
    ("typed", "proposed"),
    [
        ("昭和64年1月8日", "平成元年1月8日"),
        ("S64.1.8", "平成元年1月8日"),
        ("平成31年5月1日", "令和元年5月1日"),
        ("平成31年5月", "令和元年5月"),
        ("令和元年4月30日", "平成31年4月30日"),
        ("明治45年7月30日", "大正元年7月30日"),
        ("大正15年12月25日", "昭和元年12月25日"),
        ("昭和70年", "平成7年"),
    ],
)
def test_a_date_its_era_does_not_have_is_answered_with_a_proposal(typed, proposed):
    answer = read_date(typed)

    assert (answer.value, answer.problem) == (None, DateProblem.NOT_IN_ERA)
    assert answer.proposal is not None
    assert in_era(answer.proposal) == proposed


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("", DateProblem.EMPTY),
        ("　", DateProblem.EMPTY),
        ("明治5年12月2日", DateProblem.BEFORE_CALENDAR),
        ("1872-12-31", DateProblem.BEFORE_CALENDAR),
        ("2023-02-29", DateProblem.NO_SUCH_DAY),
        ("令和7年13月1日", DateProblem.NO_SUCH_DAY),
        ("令和0年1月1日", DateProblem.NO_SUCH_DAY),
        ("R9999.1.1", DateProblem.NO_SUCH_DAY),
        ("7.1.5", DateProblem.UNREADABLE),
        ("元年", DateProblem.UNREADABLE),
        ("昨日", DateProblem.UNREADABLE),
        ("2025-01-05T00:00", DateProblem.UNREADABLE),
        ("9" * 5000, DateProblem.UNREADABLE),
        ("千" * 40, DateProblem.UNREADABLE),
        ("1945-??-05", DateProblem.NO_SUCH_DAY),
    ],
)
def test_what_is_no_date_is_named_and_nothing_is_guessed(typed, problem):
    assert read_date(typed) == Typed(problem=problem)


def test_first_day_of_an_era_belongs_to_it():
    starts = {
        "大正": "1912-07-30",
        "昭和": "1926-12-25",
        "平成": "1989-01-08",
        "令和": "2019-05-01",
    }

    assert {era.name: era.start.isoformat() for era in eras()[1:]} == starts
    for era, earlier in zip(eras()[1:], eras(), strict=False):
        assert era_on(era.start) == era
        assert era_on(era.start - timedelta(days=1)) == earlier
    with pytest.raises(ValueError, match="first era"):
        era_on(date(1800, 1, 1))


def test_h08_a_year_alone_is_shown_in_both_calendars_and_never_as_new_year():
    birth = PartialDate(1945)

    assert in_japanese(birth) == "昭和20年（1945年）"
    assert birth.iso == "1945"
    assert birth.exact is None
    assert (birth.precision, birth.earliest, birth.latest) == (
        "year",
        date(1945, 1, 1),
        date(1945, 12, 31),
    )


def test_both_calendars_are_shown_together():
    assert in_japanese(date(2025, 1, 5)) == "令和7年1月5日（2025年1月5日）"
    assert in_japanese(PartialDate(1989)) == "昭和64年・平成元年（1989年）"
    assert in_japanese(PartialDate(1989, 2)) == "平成元年2月（1989年2月）"
    assert in_gregorian(PartialDate(1989, 2)) == "1989年2月"


@pytest.mark.parametrize(
    "text", ["", "1945-3", "1945-13", "1945-02-30", "0000", "１９４５", "1945-03-"]
)
def test_iso_is_strict(text):
    with pytest.raises(ValueError, match=r"."):
        PartialDate.from_iso(text)


def test_a_day_without_its_month_is_no_date():
    with pytest.raises(ValueError, match="month"):
        PartialDate(1945, None, 5)


def test_birth_dates_outside_a_life_are_named():
    today = date(2026, 7, 15)

    assert birthdate_problem(PartialDate(2026, 7, 15), today) is None
    assert birthdate_problem(PartialDate(2026), today) is None
    assert birthdate_problem(PartialDate(2026, 7, 16), today) is DateProblem.IN_THE_FUTURE
    assert birthdate_problem(PartialDate(1895), today) is DateProblem.TOO_LONG_AGO
    assert birthdate_problem(PartialDate(1872), today) is DateProblem.BEFORE_CALENDAR


@given(partial_dates())
def test_iso_and_both_japanese_forms_come_back_as_the_same_date(birth):
    assert PartialDate.from_iso(birth.iso) == birth
    assert read_date(birth.iso) == Typed(value=birth)
    assert read_date(in_gregorian(birth)) == Typed(value=birth)
    for form in in_era(birth).split("・"):
        assert read_date(form) == Typed(value=birth)


@given(partial_dates(), days)
def test_comparison_is_certain_only_if_it_holds_for_every_possible_day(birth, day):
    possible = [
        birth.earliest + timedelta(days=n) for n in range((birth.latest - birth.earliest).days + 1)
    ]

    def truth(answers):
        return Truth.of(answers[0], answers[-1])

    assert birth.before(day) is truth([d < day for d in possible])
    assert birth.on_or_before(day) is truth([d <= day for d in possible])
    inside = [day <= d <= day + timedelta(days=40) for d in possible]
    answer = birth.within(day, day + timedelta(days=40))
    assert answer.certain == all(inside)
    assert answer.possible == any(inside)


@given(st.text(max_size=50))
def test_any_text_is_answered(text):
    answer = read_date(text)

    assert (answer.value is None) != (answer.problem is None)
