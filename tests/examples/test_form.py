"""What the form accepts, without a server."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shinsei.form import FIELDS, problems, start_months
from tests.examples.people import ALL_BY_HAND

TODAY = date(2026, 7, 15)
GOOD = ALL_BY_HAND | {"start_month": "2026-08"}


def problem(field, answer):
    return problems(GOOD | {field: answer}, TODAY).get(field)


def test_a_good_form_has_no_problem():
    assert problems(GOOD, TODAY) == {}


@pytest.mark.parametrize(
    "written",
    [
        "1990-04-01",
        "1990/4/1",
        "1990.4.1",
        "1990年4月1日",
        "１９９０－０４－０１",
        "1990",
        "1990-04",
    ],
)
def test_dates_are_taken_as_people_write_them(written):
    assert problem("applicant_birthdate", written) is None


@pytest.mark.parametrize(
    "written", ["90-4-1", "1990-13-01", "1990-04-31", "04/01/1990", "1990-4-1-1", "H2.4.1"]
)
def test_what_is_no_date_is_said_to_be_none(written):
    assert problem("applicant_birthdate", written) == "date"


def test_today_is_not_in_the_future_and_tomorrow_is():
    assert problem("child_birthdate", "2026-07-15") is None
    assert problem("child_birthdate", "2026-07-16") == "future"


@pytest.mark.parametrize(
    "kana", ["ヒナタ ハナ", "ひなた はな", "ﾋﾅﾀ ﾊﾅ", "ヴァルヱ・ー", "Suryati"]
)
def test_every_way_to_write_a_reading_is_taken(kana):
    assert problem("applicant_kana", kana) is None


def test_limits_count_what_a_reader_counts():
    assert problem("child_name", "葛\U000e0100" * 100) is None
    assert problem("child_name", "葛\U000e0100" * 101) == "too_long"


def test_the_months_to_choose_from_cross_the_year():
    months = start_months(date(2026, 11, 30))
    assert (months[0], months[1], months[-1]) == ("2026-12", "2027-01", "2027-11")
    assert start_months(date(2026, 12, 31))[0] == "2027-01"
    assert len(set(months)) == 12


@given(st.dictionaries(st.sampled_from([field.key for field in FIELDS]), st.text()))
def test_whatever_is_sent_the_answer_is_a_list_of_fields_of_the_form(answers):
    found = problems(answers, TODAY)
    assert found.keys() <= {field.key for field in FIELDS}
    for field in FIELDS:
        if field.required and not answers.get(field.key, "").strip():
            assert found[field.key] in {"empty", "choice"}
