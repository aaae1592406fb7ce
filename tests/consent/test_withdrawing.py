"""Stopping: at once, for good, and the start of the disposal."""

from datetime import timedelta

import pytest
from django.conf import settings

from genkan.consent import api as consent
from genkan.consent import jobs
from genkan.consent import service as consent_service
from genkan.kernel import clock
from genkan.kernel.errors import NotFound
from genkan.lifecycle import api as lifecycle
from genkan.partners import api as partners
from tests.builders import (
    DAY,
    MOMENT,
    NOON,
    a_disposal,
    a_partner,
    a_resident,
    entry,
    events,
    give,
    messages,
    release,
    withdraw,
)

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=1)


@pytest.fixture
def partner():
    return a_partner()


@pytest.fixture
def resident():
    return a_resident()


def sub(resident, partner):
    return partners.pairwise_subject(partners.service(partner.service).sector, resident)


def test_after_a_withdrawal_nothing_leaves(resident, partner):
    give(resident, partner)
    withdraw(resident, partner, now=LATER)

    assert release(resident, partner, now=LATER).reason is consent.Reason.NO_CONSENT
    assert len(lifecycle.provisions_of(resident)) == 0


def test_a_withdrawal_asks_for_the_disposal_of_all_that_was_received(resident, partner):
    disposal, provisions = a_disposal(resident, partner, releases=3)

    assert {one.id for one in lifecycle.provisions_of(resident)} == provisions
    assert {one.disposal for one in lifecycle.provisions_of(resident)} == {disposal.id}
    assert (disposal.requested_at, disposal.due_at) == (NOON, NOON + 14 * DAY)
    assert disposal.reason == "consent_withdrawn"


def test_a_withdrawal_tells_the_partner_what_changed_and_what_to_dispose_of(resident, partner):
    disposal, _ = a_disposal(resident, partner, releases=2)
    provisions = sorted(lifecycle.provisions_of(resident), key=lambda one: str(one.id))

    changed, requested = messages(partner)

    assert changed == {
        "type": "consent.changed",
        "timestamp": "2026-07-15T03:00:00Z",
        "data": {
            "sub": sub(resident, partner),
            "consent": str(disposal.consent),
            "state": "withdrawn",
            "by_representative": False,
        },
    }
    assert requested["type"] == "disposal.requested"
    told = requested["data"]
    assert sorted(told.pop("provisions"), key=lambda one: one["id"]) == [
        {
            "id": str(one.id),
            "released_at": "2026-07-15T03:00:00Z",
            "items": ["name", "sex", "address"],
        }
        for one in provisions
    ]
    assert told == {
        "disposal": str(disposal.id),
        "sub": sub(resident, partner),
        "reason": "consent_withdrawn",
        "due_at": "2026-07-29T03:00:00Z",
        "certificate_url": f"{settings.GENKAN.issuer}/api/disposals/{disposal.id}/certificate",
    }


def test_no_message_names_the_resident_or_a_value(resident, partner):
    a_disposal(resident, partner)

    assert str(resident) not in str(messages(partner))
    assert "大阪" not in str(messages(partner))


def test_where_nothing_was_released_nothing_is_to_be_disposed_of(resident, partner):
    give(resident, partner)

    stopped = withdraw(resident, partner, now=LATER)

    assert stopped.disposal is None
    assert [one["type"] for one in messages(partner)] == ["consent.changed"]


def test_each_step_leaves_its_entry(resident, partner):
    disposal, _ = a_disposal(resident, partner)

    assert events(resident) == [
        "consent.given",
        "consent.released",
        "consent.withdrawn",
        "lifecycle.disposal_requested",
    ]
    withdrawn = entry(resident, "consent.withdrawn")
    assert (withdrawn.actor.kind, withdrawn.actor.id) == ("resident", str(resident))
    assert withdrawn.facts == {"consent": str(disposal.consent), "purpose": "P3"}


def test_what_was_never_given_cannot_be_withdrawn(resident, partner):
    with pytest.raises(consent.AlreadyStopped):
        withdraw(resident, partner)
    assert (events(resident), messages(partner)) == ([], [])


def test_a_second_stop_changes_nothing(resident, partner):
    a_disposal(resident, partner)
    before = (events(resident), messages(partner))

    with pytest.raises(consent.AlreadyStopped):
        withdraw(resident, partner, now=LATER)
    assert (events(resident), messages(partner)) == before


def test_one_service_stops_and_the_others_go_on(resident, partner):
    other = a_partner()
    give(resident, partner)
    give(resident, other)

    withdraw(resident, partner, now=LATER)

    assert release(resident, other, now=LATER).items.keys() == {"name", "address", "sex"}


def test_what_an_earlier_consent_released_is_disposed_of_with_the_last(resident, partner):
    give(resident, partner, "name", "address")
    first = release(resident, partner)
    give(resident, partner, "name", "address", "phone", now=LATER)
    second = release(resident, partner, now=LATER)
    assert [one["type"] for one in messages(partner)] == []

    disposal = withdraw(resident, partner, now=LATER).disposal

    asked = {one.id for one in lifecycle.provisions_of(resident) if one.disposal == disposal.id}
    assert asked == {first.provision, second.provision}


def test_whoever_drops_an_item_gets_back_what_was_received_with_it(resident, partner):
    give(resident, partner, "name", "address", "phone")
    first = release(resident, partner)
    give(resident, partner, "name", "address", now=LATER)
    second = release(resident, partner, now=LATER)

    changed, requested = messages(partner)

    assert changed["data"]["state"] == "superseded"
    assert requested["data"]["reason"] == "consent_superseded"
    assert [one["id"] for one in requested["data"]["provisions"]] == [str(first.provision)]
    held = [one.id for one in lifecycle.provisions_of(resident) if one.disposal is None]
    assert held == [second.provision]


def test_a_consent_ends_by_itself_at_its_last_moment(resident, partner):
    give(resident, partner)
    release(resident, partner)
    end = NOON + 365 * DAY

    assert consent_service.end_expired(now=end - MOMENT) == 0
    assert consent_service.end_expired(now=end) == 1
    assert consent_service.end_expired(now=end) == 0

    ended = consent.consent_to(resident, partner.service)
    assert (ended.ending, ended.ended_at) == (consent.Ending.EXPIRED, end)
    assert entry(resident, "consent.expired").actor.kind == "system"
    changed, requested = messages(partner)
    assert changed["data"]["state"] == "expired"
    assert requested["data"]["reason"] == "consent_expired"


def test_the_clock_ends_what_has_run_out(resident):
    now = clock.now()
    partner = a_partner(now=now, offer={"days": 30})
    give(resident, partner, now=now - 30 * DAY)

    jobs.end_expired()

    assert consent.consent_to(resident, partner.service).ending is consent.Ending.EXPIRED


@pytest.fixture
def visitor(client):
    resident = a_resident(with_account=True)
    sign_in(client, resident)
    return client, resident


def sign_in(client, resident):
    from genkan.residents.models import Account

    client.force_login(
        Account.objects.get(email=f"{resident.hex}@resident.example"),
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )


def stop_page(partner):
    return f"/services/{partner.service}/stop"


def test_stopping_by_the_page_says_what_it_means_and_then_that_it_is_done(visitor, partner):
    client, resident = visitor
    give(resident, partner)
    release(resident, partner)

    before = client.get(stop_page(partner)).content.decode()
    answer = client.post(stop_page(partner))
    after = client.get(answer.headers["Location"]).content.decode()

    assert "申し込みは続きます" in before
    assert "14日以内" in before
    assert (answer.status_code, answer.headers["Location"]) == (
        303,
        f"/services/{partner.service}/stopped",
    )
    assert "停止しました" in after
    assert events(resident)[-2:] == ["consent.withdrawn", "lifecycle.disposal_requested"]


def test_a_second_click_is_told_that_it_was_stopped_before(visitor, partner):
    client, resident = visitor
    give(resident, partner)
    client.post(stop_page(partner))

    answer = client.post(stop_page(partner), headers={"accept": "application/json"})

    assert (answer.status_code, answer.json()) == (409, {"error": "consent.already_stopped"})
    assert client.get(stop_page(partner)).status_code == 409


def test_a_stranger_cannot_tell_that_somebody_else_shares(visitor, partner):
    client, _ = visitor
    other = a_resident()
    give(other, partner)

    for path in ("stop", "stopped"):
        answer = client.get(
            f"/services/{partner.service}/{path}", headers={"accept": "application/json"}
        )
        assert (answer.status_code, answer.json()) == (404, {"error": NotFound.code})
    client.post(stop_page(partner))
    assert events(other) == ["consent.given"]


def test_a_page_that_confirms_a_stop_exists_only_after_one(visitor, partner):
    client, resident = visitor
    give(resident, partner)

    assert client.get(f"/services/{partner.service}/stopped").status_code == 404


def test_a_resident_who_has_to_be_confirmed_can_still_stop(visitor, partner):
    from genkan.residents.models import ResidentRow

    client, resident = visitor
    give(resident, partner)
    ResidentRow.objects.filter(pk=resident).update(proof_needed=True)

    assert client.post(stop_page(partner)).status_code == 303
    assert consent.standing(resident, partner.service, now=NOON) is consent.Standing.WITHDRAWN
