"""How somebody stands to the terms, whatever was published, accepted and refused."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genkan.kernel.ids import TermsId
from genkan.terms.domain import NOTICE_FOR, Decided, Duty, Kind, TermsVersion, in_force, standing

NOON = datetime(2026, 7, 15, 3, tzinfo=UTC)
DAY = timedelta(days=1)
MOMENT = timedelta(microseconds=1)


def a_version(days, *, material=True):
    return TermsVersion(
        id=TermsId(uuid4()),
        kind=Kind.TERMS_OF_USE,
        label=str(days),
        effective_from=NOON + days * DAY,
        authoritative_locale="ja",
        material=material,
    )


FIRST = Decided(version=a_version(-100), accepted_at=NOON - 50 * DAY)
NEXT = Decided(version=a_version(1))


def duty(*decisions, now=NOON):
    return standing(decisions, now).duty


def test_version_to_come_is_announced_until_it_begins():
    """POPULATION: terms v2 in force from T0 + 1, material."""
    begins = NEXT.version.effective_from

    assert standing([FIRST, NEXT], begins - MOMENT).duty is Duty.ANNOUNCED
    assert standing([FIRST, NEXT], begins - MOMENT).is_current
    assert standing([FIRST, NEXT], begins).duty is Duty.UNDECIDED
    assert not standing([FIRST, NEXT], begins).is_current


def test_refusal_holds_until_the_version_is_accepted():
    refused = replace(NEXT, refused_at=NOON + DAY)
    accepted = replace(refused, accepted_at=NOON + 2 * DAY)

    assert duty(FIRST, refused, now=NOON + DAY) is Duty.REFUSED
    assert duty(FIRST, accepted, now=NOON + 2 * DAY) is Duty.NOTHING


def test_refusal_of_one_version_does_not_answer_for_the_next():
    refused = replace(NEXT, refused_at=NOON + DAY)
    after = Decided(version=a_version(2))

    assert duty(FIRST, refused, after, now=NOON + 2 * DAY) is Duty.UNDECIDED


def test_small_change_is_told_for_a_while_and_asks_for_nothing():
    small = Decided(version=a_version(1, material=False))
    begins = small.version.effective_from

    assert duty(FIRST, small, now=begins) is Duty.CHANGED
    assert duty(FIRST, small, now=begins + NOTICE_FOR - MOMENT) is Duty.CHANGED
    assert duty(FIRST, small, now=begins + NOTICE_FOR) is Duty.NOTHING


def test_small_change_upon_a_material_one_hides_nothing():
    small = Decided(version=a_version(2, material=False))

    found = standing([FIRST, NEXT, small], NOON + 3 * DAY)

    assert (found.duty, found.version) == (Duty.UNDECIDED, small.version)


def test_accepting_the_version_in_force_accepts_what_was_skipped():
    latest = Decided(version=a_version(2), accepted_at=NOON + 3 * DAY)

    assert duty(FIRST, NEXT, latest, now=NOON + 3 * DAY) is Duty.NOTHING


decided = st.builds(
    Decided,
    version=st.builds(
        a_version,
        st.integers(-5, 5),
        material=st.booleans(),
    ),
    accepted_at=st.none() | st.just(NOON),
    refused_at=st.none() | st.just(NOON),
)


@given(st.lists(decided, max_size=6, unique_by=lambda one: one.version.effective_from))
def test_nobody_is_current_who_has_not_accepted_every_material_change_that_began(decisions):
    found = standing(decisions, NOON)

    accepted = [one.version.effective_from for one in decisions if one.accepted_at]
    missing = [
        one.version
        for one in decisions
        if one.version.material
        and one.version.effective_from <= NOON
        and (not accepted or one.version.effective_from > max(accepted))
    ]
    assert found.is_current == (not missing)
    if missing:
        assert found.version == in_force([one.version for one in decisions], NOON)


@pytest.mark.parametrize("now", [NOON, NOON + 9 * DAY])
def test_nothing_is_asked_before_anything_was_published(now):
    assert standing([], now).duty is Duty.NOTHING
    assert standing([], now).version is None
