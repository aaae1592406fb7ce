"""Consents that parents and guardians give, and what becomes of them at majority (H15, H16)."""

from datetime import UTC, datetime

import pytest
from django.db import transaction

from genkan.consent import api as consent
from genkan.consent import jobs
from genkan.consent import service as consent_service
from genkan.consent.models import ConsentRow
from genkan.kernel import clock
from genkan.ledger import api as ledger
from genkan.lifecycle import api as lifecycle
from genkan.residents import api as residents
from genkan.residents.service.profile import change_values
from tests.builders import (
    DAY,
    MOMENT,
    NOON,
    a_choice,
    a_partner,
    a_resident,
    at_once,
    entry,
    events,
    give,
    messages,
    release,
)
from tests.guardians import a_right, revoke

pytestmark = pytest.mark.django_db
MIDNIGHT = datetime(2026, 7, 15, 15, 0, tzinfo=UTC)
"""0:00 of 16 July in Japan, when H16a is of age."""


def decide(by, person, partner, *items, now=NOON):
    """Let somebody agree for another."""
    choice = a_choice(partner, items) if items else a_choice(partner)
    with transaction.atomic():
        return consent.give(resident=person, service=partner.service, choice=choice, by=by, now=now)


def stop(by, person, partner, *, now=NOON):
    return consent.withdraw(resident=person, service=partner.service, by=by, now=now)


@pytest.fixture
def partner():
    return a_partner()


@pytest.fixture
def young():
    """H16a: of age from the next midnight on."""
    return a_resident(birthdate="2008-07-16")


@pytest.fixture
def child():
    """H15c."""
    return a_resident(birthdate="2014-12-03")


@pytest.fixture
def parent():
    return a_resident(birthdate="1979-01-23")


@pytest.fixture
def both(child, parent):
    """Two parents of the child: H15a, H15b."""
    other = a_resident(birthdate="1981-05-16")
    a_right(child, parent)
    a_right(child, other)
    return parent, other


def test_a_parent_agrees_for_a_child_and_both_histories_say_so(child, parent, partner):
    a_right(child, parent)

    decide(parent, child, partner)

    assert release(child, partner).items.keys() == {"name", "address", "sex"}
    (given,) = ledger.entries_of(child, events=["consent.given"])
    assert given.entry.actor == ledger.Actor.resident(parent)
    (mirrored,) = ledger.entries_of(parent, events=["residents.acted_for"])
    assert mirrored.entry.facts == {"act": "consent.given", "person": str(child)}
    held = consent.consent_to(child, partner.service)
    assert (held.given_by, held.for_minor) == (parent, True)


def test_the_service_is_told_that_a_representative_acted_and_not_who(child, parent, partner):
    a_right(child, parent)
    decide(parent, child, partner)

    released = release(child, partner)
    stop(parent, child, partner)

    assert released.by_representative
    assert entry(child, "consent.released").facts["by_representative"]
    changed, _ = messages(partner)
    assert changed["data"]["by_representative"]
    assert str(parent) not in str(messages(partner))


def test_what_a_resident_does_alone_stands_in_no_other_history(parent, partner):
    give(parent, partner)

    assert events(parent) == ["consent.given"]


def test_somebody_without_a_right_decides_nothing(child, parent, partner):
    with pytest.raises(residents.NotRepresentative):
        decide(parent, child, partner)
    with pytest.raises(residents.NotRepresentative):
        stop(parent, child, partner)
    assert ConsentRow.objects.count() == 0


def test_a_right_without_the_services_decides_nothing(child, parent, partner):
    a_right(child, parent, scope=frozenset({residents.Area.PROFILE}))

    with pytest.raises(residents.NotRepresentative):
        decide(parent, child, partner)


@pytest.mark.parametrize(
    ("born", "alone"),
    [("2010-07-15", True), ("2010-07-16", False), ("2014-12-03", False), ("2010", False)],
)
def test_a_minor_decides_alone_only_if_certainly_old_enough(partner, born, alone):
    person = a_resident(birthdate=born)

    if alone:
        give(person, partner)
    else:
        with pytest.raises(consent.GuardianMustDecide):
            give(person, partner)
    assert consent.standing(person, partner.service, now=NOON) is (
        consent.Standing.ACTIVE if alone else consent.Standing.NONE
    )


def test_a_minor_of_any_age_can_stop(child, parent, partner):
    a_right(child, parent)
    decide(parent, child, partner)

    stop(None, child, partner)

    assert release(child, partner).reason is consent.Reason.NO_CONSENT


def test_either_parent_agrees_and_one_who_stops_is_enough(child, both, partner):
    """H15."""
    first, second = both
    decide(first, child, partner)
    released = release(child, partner)

    stopped = stop(second, child, partner)

    assert release(child, partner).reason is consent.Reason.NO_CONSENT
    assert stopped.disposal is not None
    provisions = lifecycle.provisions_of(child)
    assert [one.id for one in provisions if one.disposal] == [released.provision]


@pytest.fixture
def all_agree(settings, tmp_path):
    """A file of ages that asks for both parents for P3."""
    file = tmp_path / "ages.toml"
    file.write_text(
        "[[majority]]\nfrom = 2022-04-01\nage = 18\n"
        '[[all_agree]]\nfrom = 2026-01-01\npurpose = "P3"\n'
    )
    settings.GENKAN = settings.GENKAN.model_copy(update={"ages_file": file})


def test_where_both_must_agree_the_first_waits_for_the_second(all_agree, child, both, partner):
    """H15 with the rule "both"."""
    first, second = both
    given = decide(first, child, partner)
    assert release(child, partner).reason is consent.Reason.GUARDIAN_AWAITED

    assert decide(first, child, partner) == given
    assert release(child, partner).reason is consent.Reason.GUARDIAN_AWAITED
    assert decide(second, child, partner) == given

    assert release(child, partner).items
    assert "consent.agreed_too" in events(child)
    stop(first, child, partner)
    assert release(child, partner).reason is consent.Reason.NO_CONSENT


def test_two_parents_who_want_different_things_agree_on_nothing(all_agree, child, both, partner):
    first, second = both
    decide(first, child, partner)
    decide(second, child, partner, "name", "address")

    assert release(child, partner).reason is consent.Reason.GUARDIAN_AWAITED


def test_a_parent_whose_right_was_taken_away_is_not_waited_for(all_agree, child, parent, partner):
    other = a_resident()
    right = a_right(child, other)
    a_right(child, parent)
    decide(parent, child, partner)
    assert release(child, partner).reason is consent.Reason.GUARDIAN_AWAITED

    revoke(right)

    assert release(child, partner).items


# Majority


@pytest.fixture
def shared(young, parent, partner):
    a_right(young, parent)
    decide(parent, young, partner)
    return young


def test_at_midnight_of_majority_nothing_leaves_any_more(shared, parent, partner):
    """H16: both sides of midnight in Japan; no job has run."""
    assert release(shared, partner, now=MIDNIGHT - MOMENT).items
    refused = release(shared, partner, now=MIDNIGHT)

    assert (refused.reason, refused.coarse) == (
        consent.Reason.NEEDS_RECONFIRMATION,
        "no_consent",
    )
    standing = consent.standing(shared, partner.service, now=MIDNIGHT)
    assert standing is consent.Standing.NEEDS_RECONFIRMATION
    assert [one.service for one in consent.to_confirm(shared, now=MIDNIGHT)] == [partner.service]
    assert consent.to_confirm(shared, now=MIDNIGHT - MOMENT) == []


def test_at_midnight_of_majority_the_parent_decides_nothing_any_more(shared, parent, partner):
    for act in (decide, stop):
        with pytest.raises(residents.NotRepresentative):
            act(parent, shared, partner, now=MIDNIGHT)
    assert consent.consent_to(shared, partner.service).ended_at is None


@pytest.mark.django_db(transaction=True)
def test_a_release_from_before_midnight_is_not_handed_over_after(shared, partner):
    released = release(shared, partner, now=MIDNIGHT - MOMENT)

    assert consent.hold_for_hand_over(released, now=MIDNIGHT) is None
    held = consent.hold_for_hand_over(released, now=MIDNIGHT - MOMENT)
    assert held is not None
    held.let_go()


def test_what_the_young_adult_confirms_goes_on(shared, partner):
    before = consent.consent_to(shared, partner.service)
    give(shared, partner, now=MIDNIGHT)

    after = consent.consent_to(shared, partner.service)
    assert (after.given_by, after.for_minor) == (None, False)
    assert after.id != before.id
    assert release(shared, partner, now=MIDNIGHT + 100 * DAY).items
    assert consent.to_confirm(shared, now=MIDNIGHT) == []
    assert messages(partner) == []


def test_what_the_young_adult_stops_ends_as_any_other(shared, partner):
    release(shared, partner)

    stopped = stop(None, shared, partner, now=MIDNIGHT)

    assert stopped.disposal is not None


@pytest.mark.parametrize(
    ("after", "is_late"), [(30 * DAY - MOMENT, False), (30 * DAY, True)], ids=["29 days", "30 days"]
)
def test_what_nobody_confirms_ends_after_thirty_days(shared, partner, after, is_late):
    late, _ = consent_service.unconfirmed(now=MIDNIGHT + after, after=None)

    assert bool(late) is is_late


def test_what_nobody_confirmed_is_ended_and_disposed_of(parent):
    """The job: by the real clock, somebody who came of age forty days ago."""
    now = clock.now()
    partner = a_partner(now=now)
    birthday = (now - 40 * DAY).date()
    young = a_resident(birthdate=birthday.replace(year=birthday.year - 18).isoformat())
    a_right(young, parent, now=now - 100 * DAY)
    partner.changes(now=now - 200 * DAY)
    decide(parent, young, partner, now=now - 90 * DAY)
    release(young, partner, now=now - 80 * DAY)

    jobs.end_unconfirmed()
    jobs.end_unconfirmed()

    ended = consent.consent_to(young, partner.service)
    assert ended.ending is consent.Ending.UNCONFIRMED
    changed, requested = messages(partner)
    assert changed["data"]["state"] == "withdrawn"
    assert requested["data"]["reason"] == "consent_withdrawn"
    assert events(young).count("consent.unconfirmed") == 1
    assert "lifecycle.disposal_requested" in events(young)


def test_a_minor_of_unknown_age_shares_nothing_that_a_guardian_gave(parent, partner):
    """The right was recorded while the birth date was clear; then it was found to be unclear."""
    person = a_resident(birthdate="2009-01-01")
    a_right(person, parent)
    decide(parent, person, partner)
    change_values(person, {"birthdate": "2008"}, now=NOON)

    assert release(person, partner).reason is consent.Reason.NEEDS_RECONFIRMATION
    assert consent_service.unconfirmed(now=NOON + 31 * DAY, after=None)[0] == []


def test_an_adults_guardian_agrees_for_good(parent, partner):
    """H17."""
    ward = a_resident(birthdate="1944-02-02")
    a_right(ward, parent, role=residents.Role.ADULT_GUARDIAN)

    decide(parent, ward, partner)

    assert not consent.consent_to(ward, partner.service).for_minor
    assert release(ward, partner, now=NOON + 300 * DAY).items


@pytest.mark.django_db(transaction=True)
def test_a_parent_who_stops_and_one_who_agrees_at_once_leave_one_answer(child, both, partner):
    first, second = both
    decide(first, child, partner)

    answers = at_once(
        lambda: stop(first, child, partner),
        lambda: decide(second, child, partner, "name", "address"),
    )

    assert not [one for one in answers if isinstance(one, Exception)]
    assert ConsentRow.objects.filter(ended_at__isnull=True).count() <= 1
    ends = {row.ending for row in ConsentRow.objects.all()} - {""}
    assert ends <= {"withdrawn", "superseded"}


@pytest.mark.django_db(transaction=True)
def test_a_revocation_and_an_act_at_once_leave_no_act_after_the_revocation(child, parent, partner):
    right = a_right(child, parent)
    times = {}

    def act():
        answer = decide(parent, child, partner)
        times["acted"] = True
        return answer

    answers = at_once(act, lambda: revoke(right))

    acted, revoked = answers
    assert revoked is None
    assert isinstance(acted, residents.NotRepresentative) is ("acted" not in times)
    assert ConsentRow.objects.count() == len(times)
    with pytest.raises(residents.NotRepresentative):
        stop(parent, child, partner)
