"""Ages and rights to act as pure rules: both sides of midnight, dates known in part, bad files."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genkan.kernel.clock import JAPAN
from genkan.kernel.ids import AccountId, ResidentId, new_id
from genkan.kernel.text.ages import has_age
from genkan.kernel.text.dates import PartialDate, Truth
from genkan.residents.domain.ages import AgesFaulty, read_ages
from genkan.residents.domain.guardians import (
    FOR_MINORS,
    Area,
    Evidence,
    EvidenceKind,
    Representation,
    RepresentationId,
    Role,
)
from genkan.residents.service import ages

NOON = datetime(2026, 7, 15, 3, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
SHIPPED = ages.rules()
PERSON, OTHER = ResidentId(new_id()), ResidentId(new_id())


def born(iso):
    return PartialDate.from_iso(iso)


@pytest.mark.parametrize(
    ("birth", "day"),
    [
        ("2008-07-16", "2026-07-16"),
        ("2008-02-29", "2026-03-01"),
        ("2004-04-02", "2022-04-02"),
        ("2004-04-01", "2022-04-01"),
        ("2002-04-02", "2022-04-01"),
        ("2002-04-01", "2022-04-01"),
        ("2002-03-31", "2022-03-31"),
        ("1944-02-02", "1964-02-02"),
    ],
)
def test_a_person_is_of_age_from_the_day_the_law_in_force_says(birth, day):
    assert SHIPPED.of_age_from(date.fromisoformat(birth)) == date.fromisoformat(day)


@given(st.dates(date(1900, 1, 1), date(2030, 12, 31)), st.dates(date(2022, 4, 1), date(2060, 1, 1)))
def test_since_the_change_of_the_law_of_age_means_eighteen(birth, day):
    exact = PartialDate.of(birth)

    assert SHIPPED.is_of_age(exact, day) is has_age(exact, 18, day)


@pytest.mark.parametrize(
    ("birth", "answers"),
    [
        ("2008-07", {"2026-06-30": "no", "2026-07-01": "unknown", "2026-07-31": "yes"}),
        ("2008", {"2025-12-31": "no", "2026-07-15": "unknown", "2026-12-31": "yes"}),
    ],
)
def test_a_date_known_in_part_leaves_open_what_it_leaves_open(birth, answers):
    for day, answer in answers.items():
        assert SHIPPED.is_of_age(born(birth), date.fromisoformat(day)).value == answer


def test_the_first_possible_moment_is_midnight_in_japan():
    assert SHIPPED.of_age_at(born("2008-07-16")) == datetime(2026, 7, 15, 15, 0, tzinfo=UTC)
    assert SHIPPED.of_age_at(born("2008-07")) == datetime(2026, 7, 1, tzinfo=JAPAN)
    assert SHIPPED.of_age_at(None) is None
    assert SHIPPED.is_of_age(None, date(2026, 7, 15)) is Truth.UNKNOWN


RULES = read_ages(
    {
        "majority": [{"from": date(2022, 4, 1), "age": 18}],
        "alone": [
            {"from": date(2026, 1, 1), "purpose": "*", "item": "*", "age": 16},
            {"from": date(2026, 1, 1), "purpose": "P3", "item": "*", "age": 15},
            {"from": date(2026, 1, 1), "purpose": "P3", "item": "phone", "age": 13},
            {"from": date(2027, 1, 1), "purpose": "P3", "item": "*", "age": 12},
        ],
        "all_agree": [{"from": date(2027, 1, 1), "purpose": "P5"}],
    }
)


@pytest.mark.parametrize(
    ("birth", "purpose", "items", "day", "answer"),
    [
        ("2010-07-15", "P4", ["name"], "2026-07-15", "yes"),
        ("2010-07-16", "P4", ["name"], "2026-07-15", "no"),
        ("2011-07-15", "P3", ["name"], "2026-07-15", "yes"),
        ("2012-07-15", "P3", ["name"], "2026-07-15", "no"),
        ("2012-07-15", "P3", ["phone"], "2026-07-15", "yes"),
        ("2012-07-15", "P3", ["phone", "name"], "2026-07-15", "no"),
        ("2014-07-15", "P3", ["name"], "2026-12-31", "no"),
        ("2014-07-15", "P3", ["name"], "2027-01-01", "yes"),
        ("2010", "P4", ["name"], "2026-07-15", "unknown"),
        ("2010-07-15", "P4", ["name"], "2025-12-31", "no"),
        ("2007-12-31", "P4", ["name"], "2025-12-31", "yes"),
        ("2010-07-15", "P4", [], "2026-07-15", "no"),
    ],
)
def test_a_minor_decides_alone_by_purpose_item_and_day(birth, purpose, items, day, answer):
    found = RULES.may_consent_alone(born(birth), purpose, items, date.fromisoformat(day))

    assert found.value == answer


def test_nobody_knows_how_old_somebody_without_a_birth_date_is():
    assert RULES.may_consent_alone(None, "P4", ["name"], NOON.date()) is Truth.UNKNOWN


def test_all_must_agree_from_the_day_the_rule_says():
    assert not RULES.all_must_agree("P5", date(2026, 12, 31))
    assert RULES.all_must_agree("P5", date(2027, 1, 1))
    assert not RULES.all_must_agree("P4", date(2027, 1, 1))


MAJORITY = {"from": date(2022, 4, 1), "age": 18}


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"majority": []},
        {"majority": [{"age": 18}]},
        {"majority": [{"from": "2022-04-01", "age": 18}]},
        {"majority": [{"from": NOON, "age": 18}]},
        {"majority": [{"from": date(2022, 4, 1), "age": "18"}]},
        {"majority": [{"from": date(2022, 4, 1), "age": True}]},
        {"majority": [{"from": date(2022, 4, 1), "age": -1}]},
        {"majority": [{"from": date(2022, 4, 1), "age": 180}]},
        {"majority": 18},
        {"majority": [MAJORITY], "alone": [{"from": date(2026, 1, 1), "age": 16}]},
        {"majority": [MAJORITY], "all_agree": [{"from": date(2026, 1, 1)}]},
        {"majority": [MAJORITY], "majorty": []},
    ],
    ids=range(13),
)
def test_a_faulty_file_of_ages_is_refused(document):
    with pytest.raises(AgesFaulty):
        read_ages(document)


def a_right(**changes):
    facts = {
        "id": RepresentationId(new_id()),
        "person": PERSON,
        "representative": OTHER,
        "role": Role.PARENT,
        "scope": frozenset({Area.PROFILE}),
        "evidence": Evidence(kind=EvidenceKind.FAMILY_REGISTER, checked_by=AccountId(new_id())),
        "begins_at": NOON,
    }
    return Representation(**facts | changes)


@pytest.mark.parametrize(
    ("changes", "now", "holds"),
    [
        ({}, NOON - HOUR, False),
        ({}, NOON, True),
        ({"ends_at": NOON + HOUR}, NOON + HOUR - timedelta(microseconds=1), True),
        ({"ends_at": NOON + HOUR}, NOON + HOUR, False),
        ({"revoked_at": NOON}, NOON + HOUR, False),
    ],
    ids=["before", "start", "last moment", "end", "revoked"],
)
def test_a_right_holds_from_its_start_until_just_before_its_end(changes, now, holds):
    assert a_right(**changes).allows(None, of_age=Truth.NO, now=now) is holds


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("of_age", Truth)
def test_only_rights_over_minors_end_with_age_and_in_doubt_nobody_acts(role, of_age):
    holds = a_right(role=role).allows(Area.PROFILE, of_age=of_age, now=NOON)

    assert holds is (role not in FOR_MINORS or of_age is Truth.NO)


def test_a_right_allows_what_its_scope_names():
    right = a_right()

    assert right.allows(Area.PROFILE, of_age=Truth.NO, now=NOON)
    assert not right.allows(Area.SERVICES, of_age=Truth.NO, now=NOON)


@pytest.mark.parametrize(
    ("changes", "overlap"),
    [
        ({}, True),
        ({"ends_at": NOON}, False),
        ({"ends_at": NOON + HOUR}, True),
        ({"begins_at": NOON + 2 * HOUR}, False),
        ({"begins_at": NOON + HOUR}, True),
        ({"revoked_at": NOON}, False),
        ({"person": OTHER, "representative": PERSON}, False),
    ],
    ids=["same", "ended", "ends later", "after", "inside", "revoked", "other way round"],
)
def test_two_rights_of_one_pair_at_one_moment_overlap(changes, overlap):
    right = a_right(ends_at=NOON + 2 * HOUR)
    other = a_right(**{"begins_at": NOON - HOUR} | changes)

    assert right.overlaps(other) is overlap
    assert other.overlaps(right) is overlap
