"""A clause of the terms about linked services changes: their consents are asked anew (M20)."""

from datetime import timedelta

import pytest
from django.conf import settings

from genkan.consent import api as consent
from genkan.consent import jobs
from genkan.consent import service as consent_service
from genkan.kernel import clock
from genkan.lifecycle import api as lifecycle
from genkan.portal import service as portal
from genkan.portal.holdings import Sharing
from genkan.residents.service import agreements
from genkan.residents.service.registration import Shown
from genkan.terms import api as terms
from tests.builders import (
    DAY,
    MOMENT,
    NOON,
    a_partner,
    a_resident,
    entry,
    events,
    give,
    messages,
    release,
)

pytestmark = pytest.mark.django_db
BEGINS = NOON + 20 * DAY


def publish(*touches, now=NOON, begins=BEGINS):
    draft = terms.Draft(
        kind=terms.Kind.TERMS_OF_USE,
        label=f"{begins:%Y-%m-%d}",
        effective_from=begins,
        texts={locale: f"## {locale}" for locale in terms.LOCALES},
        touches=frozenset(touches),
    )
    return terms.publish(draft, now=now)[0]


def accept(resident, version, *, now):
    wording = terms.text(version, "ja")
    shown = Shown(terms=version.id, locale="ja", text_hash=wording.sha256, shown_at=now)
    agreements.accept(resident, shown, now=now)


@pytest.fixture
def touched():
    """A service for P3, with a resident who shares with it."""
    return a_partner()


@pytest.fixture
def other():
    """A service for P5."""
    return a_partner(agreement={"purpose": "P5"})


@pytest.fixture
def resident(touched, other):
    person = a_resident()
    for one in (touched, other):
        give(person, one)
        assert release(person, one).items
    return person


def standing(resident, partner, now=BEGINS):
    return consent.standing(resident, partner.service, now=now)


def test_until_it_is_in_force_everything_goes_on(resident, touched):
    publish("P3")

    assert release(resident, touched, now=BEGINS - MOMENT).items
    assert consent.to_confirm(resident, now=BEGINS - MOMENT) == []


def test_from_its_first_moment_consents_for_that_purpose_wait_and_others_go_on(
    resident, touched, other
):
    accept(resident, publish("P3"), now=BEGINS)

    refused = release(resident, touched, now=BEGINS)

    assert refused.reason is consent.Reason.NEEDS_RECONFIRMATION
    assert refused.coarse == "no_consent"
    assert standing(resident, touched) is consent.Standing.NEEDS_RECONFIRMATION
    assert release(resident, other, now=BEGINS).items
    assert standing(resident, other) is consent.Standing.ACTIVE


def test_a_service_is_touched_by_its_name_too(resident, touched, other):
    accept(resident, publish(other.plan["service"]["slug"]), now=BEGINS)

    assert [one.service for one in consent.to_confirm(resident, now=BEGINS)] == [other.service]
    assert release(resident, touched, now=BEGINS).items


def test_a_change_that_touches_nothing_asks_for_no_consent_anew(resident, touched):
    accept(resident, publish(), now=BEGINS)

    assert release(resident, touched, now=BEGINS).items


def test_the_resident_sees_which_service_waits_and_the_same_answer_is_enough(resident, touched):
    accept(resident, publish("P3"), now=BEGINS)
    shown = portal.linked_service(resident, touched.service, now=BEGINS)
    assert shown.sharing is Sharing.TO_CONFIRM

    give(resident, touched, now=BEGINS)

    assert release(resident, touched, now=BEGINS).items
    assert consent.to_confirm(resident, now=BEGINS) == []
    assert events(resident).count("consent.superseded") == 1


def test_what_was_given_under_the_new_terms_is_not_asked_again(touched):
    person = a_resident()
    version = publish("P3")
    accept(person, version, now=BEGINS)
    give(person, touched, now=BEGINS)

    assert consent.to_confirm(person, now=BEGINS + DAY) == []
    assert release(person, touched, now=BEGINS + DAY).items


def test_what_was_released_before_is_not_handed_over_after(resident, touched):
    publish("P3")
    released = release(resident, touched, now=BEGINS - MOMENT)

    assert released.confirm_from == BEGINS
    assert consent.hold_for_hand_over(released, now=BEGINS) is None


def undecided_for(days):
    return BEGINS + timedelta(days=days)


def end_all(monkeypatch, now):
    monkeypatch.setattr(clock, "now", lambda: now)
    jobs.end_undecided()


def test_what_nobody_decided_about_ends_and_disposal_follows(resident, touched, other, monkeypatch):
    publish("P3")
    last = undecided_for(settings.GENKAN.reconfirm_days)

    end_all(monkeypatch, last - MOMENT)
    assert lifecycle.disposals_of(resident) == []
    end_all(monkeypatch, last)

    held = consent.consent_to(resident, touched.service)
    assert held.ending is consent.Ending.TERMS_CHANGED
    assert [one.service for one in lifecycle.disposals_of(resident)] == [touched.service]
    assert consent.consent_to(resident, other.service).ended_at is None
    (changed,) = [one for one in messages(touched) if one["type"] == "consent.changed"]
    assert changed["data"]["state"] == "withdrawn"
    assert entry(resident, "consent.terms_changed").actor.kind == "system"


def test_a_job_that_was_killed_finds_the_rest(touched, monkeypatch):
    people = [a_resident() for _ in range(3)]
    for one in people:
        give(one, touched)
        release(one, touched)
    publish("P3")
    last = undecided_for(settings.GENKAN.reconfirm_days)
    end, ended = consent_service.end_unconfirmed, []

    def kill_after_one(found, **how):
        if ended:
            raise KeyboardInterrupt
        ended.append(end(found, **how))

    with monkeypatch.context() as patched:
        patched.setattr(consent_service, "end_unconfirmed", kill_after_one)
        with pytest.raises(KeyboardInterrupt):
            end_all(patched, last)
    assert sum(len(lifecycle.disposals_of(one)) for one in people) == 1

    end_all(monkeypatch, last)

    assert [len(lifecycle.disposals_of(one)) for one in people] == [1, 1, 1]
    assert [messages(touched)[place]["type"] for place in (0, -1)] == [
        "consent.changed",
        "disposal.requested",
    ]
