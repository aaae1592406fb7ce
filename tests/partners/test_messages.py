"""Messages to services: at least once, signed, patient, and never to our own network."""

import json
import time
from datetime import timedelta

import pytest
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook, WebhookVerificationError

from genkan.kernel import clock
from genkan.partners import api as partners
from genkan.partners import jobs, outbox
from genkan.partners.domain.messages import FIRST_PAUSE, LONGEST_PAUSE, pause_after
from genkan.partners.models import MessageRow, ServiceRow
from tests.builders import MOMENT, NOON, a_partner, at_once
from tests.own_database import committed
from tests.partners.receiver import a_receiver, nobody_listens

__all__ = ["committed"]
pytestmark = pytest.mark.usefixtures("committed", "nothing_waits")
PAUSE = FIRST_PAUSE


@pytest.fixture
def nothing_waits(committed):
    """Other tests' messages are none of this one's business."""
    yield
    MessageRow.objects.all().delete()


@pytest.fixture
def receiver():
    with a_receiver() as one:
        yield one


@pytest.fixture
def partner(committed, receiver):
    return a_partner(service={"webhook_url": receiver.url})


def write(partner, number=1, *, now=NOON):
    with transaction.atomic():
        partners.send(partner.service, "test.happened", {"number": number, "text": "𠮷"}, now=now)


def deliver_all(now):
    count = 0
    while partners.deliver_next(now=now):
        count += 1
        assert count < 50, "a message is due again the moment it was tried"
    return count


def the_message():
    return MessageRow.objects.get()


def test_a_message_arrives_as_it_was_written(partner, receiver):
    write(partner)

    assert deliver_all(NOON) == 1

    ((headers, body),) = receiver.came
    assert json.loads(body) == {
        "type": "test.happened",
        "timestamp": "2026-07-15T03:00:00Z",
        "data": {"number": 1, "text": "𠮷"},
    }
    assert headers["content-type"] == "application/json"
    assert headers["webhook-id"] == str(the_message().id)
    assert (the_message().delivered_at, the_message().last_outcome) == (NOON, "204")


def test_what_was_accepted_is_not_sent_again(partner, receiver):
    write(partner)
    deliver_all(NOON)

    assert deliver_all(NOON + timedelta(days=1)) == 0
    assert len(receiver.came) == 1


def test_the_signature_is_what_standard_webhooks_says(partner, receiver):
    write(partner)
    deliver_all(clock.now())

    ((headers, body),) = receiver.came
    assert Webhook(partner.webhook_secret).verify(body, headers)["data"]["number"] == 1
    for broken in (body.replace(b"1", b"2"), body + b" "):
        with pytest.raises(WebhookVerificationError):
            Webhook(partner.webhook_secret).verify(broken, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(a_partner().webhook_secret).verify(body, headers)


def test_a_new_secret_signs_from_then_on(partner, receiver):
    secret = partners.renew_webhook_secret(partner.service)
    write(partner)
    deliver_all(clock.now())

    ((headers, body),) = receiver.came
    assert Webhook(secret).verify(body, headers)


def test_a_message_of_a_fact_that_never_happened_is_never_sent(partner, receiver):
    with transaction.atomic():
        partners.send(partner.service, "test.happened", {}, now=NOON)
        transaction.set_rollback(True)

    assert (deliver_all(NOON), receiver.came) == (0, [])


def test_a_message_outside_a_transaction_is_refused(partner):
    with pytest.raises(RuntimeError):
        partners.send(partner.service, "test.happened", {}, now=NOON)


def test_writing_a_message_wakes_a_worker(partner):
    with connection.cursor() as cursor:
        asked = "SELECT count(*) FROM procrastinate_jobs WHERE task_name = %s"
        cursor.execute(asked, ["partners.deliver_messages"])
        before = cursor.fetchone()[0]
        write(partner)
        cursor.execute(asked, ["partners.deliver_messages"])
        assert cursor.fetchone()[0] == before + 1


def test_the_clock_delivers_whatever_is_due(partner, receiver):
    for number in range(3):
        write(partner, number)

    jobs.sweep_messages()

    assert len(receiver.came) == 3


@pytest.mark.parametrize("status", [301, 302, 307, 400, 404, 410, 429, 500, 503])
def test_a_message_that_was_not_accepted_comes_again_under_the_same_id(partner, receiver, status):
    receiver.status = status
    write(partner)

    assert deliver_all(NOON) == 1
    assert deliver_all(NOON + PAUSE - MOMENT) == 0
    receiver.status = 200
    assert deliver_all(NOON + PAUSE) == 1

    first, second = receiver.came
    assert (first[0]["webhook-id"], first[1]) == (second[0]["webhook-id"], second[1])
    assert first[0]["webhook-timestamp"] != second[0]["webhook-timestamp"]
    assert (the_message().attempts, the_message().last_outcome) == (2, "200")


def test_a_receiver_that_is_down_is_tried_with_growing_pauses(partner, receiver):
    ServiceRow.objects.filter(pk=partner.service).update(webhook_url=nobody_listens())
    write(partner)

    now, pauses = NOON, []
    for _ in range(4):
        assert deliver_all(now) == 1
        waits = the_message().next_attempt_at - now
        assert deliver_all(now + waits - MOMENT) == 0
        pauses.append(waits)
        now += waits
    assert pauses == [PAUSE, 2 * PAUSE, 4 * PAUSE, 8 * PAUSE]
    assert the_message().last_outcome == "Unreachable"

    ServiceRow.objects.filter(pk=partner.service).update(webhook_url=receiver.url)
    assert deliver_all(now) == 1
    assert receiver.ids == [str(the_message().id)]


@given(st.integers(1, 10_000))
def test_pauses_double_up_to_six_hours_and_never_end(attempts):
    pause = pause_after(attempts)

    assert FIRST_PAUSE <= pause <= LONGEST_PAUSE == timedelta(hours=6)
    assert pause_after(attempts + 1) == min(2 * pause, LONGEST_PAUSE)


def test_before_the_first_attempt_there_is_no_pause():
    with pytest.raises(ValueError, match="attempted"):
        pause_after(0)


def test_a_redirect_is_not_followed(partner, receiver):
    with a_receiver() as elsewhere:
        receiver.status, receiver.headers = 307, {"Location": elsewhere.url}
        write(partner)
        deliver_all(NOON)

        assert (len(receiver.came), elsewhere.came) == (1, [])
    assert the_message().delivered_at is None


def test_a_worker_killed_between_claim_and_outcome_costs_a_pause_not_a_message(partner, receiver):
    write(partner)
    with transaction.atomic():
        claimed = outbox.claim(now=NOON)  # and here the worker dies

    assert claimed.message.id == the_message().id
    assert deliver_all(NOON + PAUSE - MOMENT) == 0
    assert deliver_all(NOON + PAUSE) == 1
    assert receiver.ids == [str(claimed.message.id)]


def test_a_claim_that_is_rolled_back_costs_nothing(partner, receiver):
    write(partner)
    with transaction.atomic():
        assert outbox.claim(now=NOON)
        transaction.set_rollback(True)

    assert deliver_all(NOON) == 1


def test_an_outcome_that_comes_late_does_not_undo_a_delivery(partner, receiver):
    write(partner)
    with transaction.atomic():
        slow = outbox.claim(now=NOON)
    deliver_all(NOON + PAUSE)

    outbox.save_outcome(slow.message, "500", delivered_at=None)

    assert (the_message().delivered_at, the_message().last_outcome) == (NOON + PAUSE, "204")


def test_workers_at_once_never_send_the_same_message_twice(partner, receiver):
    for number in range(12):
        write(partner, number)

    counts = at_once(*(lambda: deliver_all(NOON) for _ in range(4)))

    assert sum(counts) == 12
    assert len(set(receiver.ids)) == len(receiver.ids) == 12


def test_a_slow_receiver_holds_up_nobody_else(partner, receiver):
    with a_receiver() as quick:
        other = a_partner(service={"webhook_url": quick.url})
        receiver.go_on.clear()
        write(partner, now=NOON)
        write(other, now=NOON + MOMENT)

        def slow():
            return partners.deliver_next(now=NOON + MOMENT)

        def fast():
            end = time.monotonic() + 30
            while not receiver.came:
                assert time.monotonic() < end, "the slow one never called"
                time.sleep(0.01)
            done = partners.deliver_next(now=NOON + MOMENT)
            receiver.go_on.set()
            return done

        assert at_once(slow, fast) == [True, True]
        assert (len(receiver.came), len(quick.came)) == (1, 1)


def test_a_message_to_our_own_network_is_not_sent(partner, receiver, settings):
    settings.GENKAN = settings.GENKAN.model_copy(update={"allow_loopback_fetch": False})
    write(partner)

    deliver_all(NOON)

    assert (receiver.came, the_message().last_outcome) == ([], "AddressRefused")
    assert the_message().next_attempt_at == NOON + PAUSE


def test_a_secret_that_was_tampered_with_signs_nothing(partner, receiver):
    row = ServiceRow.objects.get(pk=partner.service)
    ServiceRow.objects.filter(pk=row.pk).update(
        webhook_secret=bytes(row.webhook_secret)[:-1] + b"x"
    )
    write(partner)

    deliver_all(NOON)

    assert (receiver.came, the_message().last_outcome) == ([], "SealBroken")


def test_the_oldest_message_goes_first(partner, receiver):
    for number, minutes in ((2, 1), (1, 0), (3, 2)):
        write(partner, number, now=NOON + timedelta(minutes=minutes))

    deliver_all(NOON + timedelta(minutes=2))

    assert [json.loads(body)["data"]["number"] for _, body in receiver.came] == [1, 2, 3]
