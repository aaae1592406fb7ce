"""Person data between record and network: whoever would stop it waits, or nothing leaves."""

import gc
import time

import pytest
from django.db import connection

from genkan.consent import api as consent
from genkan.kernel.db import held, rows
from genkan.lifecycle import api as lifecycle
from genkan.residents import api as residents
from tests.builders import (
    a_member_of_staff,
    a_resident,
    a_wish,
    an_access_token,
    at_once,
    give,
    withdraw,
)
from tests.onceonly.wsgi import begin, pull, refused

pytestmark = pytest.mark.usefixtures("committed")


def blocked(work):
    """Do it in another thread with little patience; what it raised, or None if it got through."""

    def impatient():
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '300ms'")
        try:
            work()
        finally:
            with connection.cursor() as cursor:
                cursor.execute("RESET lock_timeout")

    (answer,) = at_once(impatient)
    return answer


def test_a_withdrawal_waits_until_the_server_has_the_answer(sharing, partner, token, now):
    response, answer = begin("/api/person-data", authorization=f"Bearer {token}")

    assert response.status == 200
    assert "lock timeout" in str(blocked(lambda: withdraw(sharing, partner, now=now)))
    assert b"".join(answer)
    assert "lock timeout" in str(blocked(lambda: withdraw(sharing, partner, now=now)))
    answer.close()
    assert blocked(lambda: withdraw(sharing, partner, now=now)) is None


@pytest.mark.parametrize("kind", ["suspend", "reprove"])
def test_an_intervention_waits_until_the_server_has_the_answer(sharing, token, now, kind):
    by = a_member_of_staff()

    def intervene():
        residents.intervene(sharing, a_wish(kind), by=by, now=now)

    response, answer = begin("/api/person-data", authorization=f"Bearer {token}")

    assert response.status == 200
    assert "lock timeout" in str(blocked(intervene))
    assert b"".join(answer)
    answer.close()
    assert blocked(intervene) is None
    assert refused(pull(token)) == (403, "resident_unavailable")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("UPDATE residents_resident SET state = 'suspended'", "resident_unavailable"),
        ("UPDATE residents_resident SET proof_needed = true", "resident_unavailable"),
        ("UPDATE partners_service SET state = 'suspended'", "service_suspended"),
    ],
)
def test_whoever_is_stopped_between_release_and_hand_over_gets_nothing(
    sharing, token, change, told, monkeypatch
):
    def stopped_meanwhile(released, *, now):
        rows(change)
        return consent.hold_for_hand_over(released, now=now)

    monkeypatch.setattr("genkan.onceonly.endpoints.hold_for_hand_over", stopped_meanwhile)

    assert refused(pull(token)) == (403, told)
    assert len(lifecycle.provisions_of(sharing)) == 1, "recorded before it was stopped"


def test_an_answer_that_is_dropped_without_a_close_holds_up_nobody(sharing, partner, token, now):
    _, answer = begin("/api/person-data", authorization=f"Bearer {token}")

    del answer
    gc.collect()

    assert blocked(lambda: withdraw(sharing, partner, now=now)) is None


def test_answers_dropped_by_the_dozen_leave_connections_for_others(token):
    for _ in range(2 * connection.pool.max_size):
        _, answer = begin("/api/person-data", authorization=f"Bearer {token}")
        del answer
    gc.collect()

    assert pull(token).status == 200


def test_refusals_by_the_dozen_leave_connections_for_others(resident, partner, now):
    bare = an_access_token(resident, partner, now=now)
    for _ in range(2 * connection.pool.max_size):
        assert pull(bare).status == 403
    for _ in range(2 * connection.pool.max_size):
        assert pull("nobody-gave-this").status == 401


def waiting():
    """How many wait for a lock now."""
    (found,) = rows(
        "SELECT count(*) AS them FROM pg_stat_activity"
        " WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    return found["them"]


def until_one_more_waits_than(before):
    end = time.monotonic() + 30
    while waiting() <= before:
        assert time.monotonic() < end, "nobody waits"
        time.sleep(0.01)


def overtaken(partner, now):
    """Let a pull and then a stop wait for the same consent, and let them go; what the pull got."""
    resident = a_resident(with_account=True, now=now)
    given = give(resident, partner, now=now)
    token = an_access_token(resident, partner, now=now)
    gate = held("SELECT 1 FROM consent_consent WHERE id = %(id)s FOR UPDATE", seconds=30, id=given)

    def stop():
        until_one_more_waits_than(0)
        return withdraw(resident, partner, now=now)

    def open_the_gate():
        until_one_more_waits_than(1)
        gate.let_go()

    response, _, _ = at_once(lambda: pull(token), stop, open_the_gate)
    return resident, response


def test_data_whose_consent_ends_between_record_and_network_stays_here(partner, now):
    """The stop stands in line behind the record and before the hand-over, nearly always."""
    for _ in range(20):
        resident, response = overtaken(partner, now)
        (recorded,) = lifecycle.provisions_of(resident)
        assert recorded.disposal is not None
        if response.status != 200:
            break

    assert refused(response) == (403, "no_consent")
