"""Withdrawal against release, on real PostgreSQL, through the real server.

After the withdrawal's answer no release succeeds; what was released before is recorded, and is in
the request for disposal. The same run notices each lock that is left out.
"""

import json
import random
import secrets
import time
from collections import Counter
from dataclasses import dataclass
from threading import Event

import pytest
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import transaction

from genkan.consent import api as consent
from genkan.kernel import clock
from genkan.kernel.db import rows
from genkan.kernel.ids import ResidentId, new_id
from genkan.ledger import api as ledger
from genkan.lifecycle import api as lifecycle
from genkan.partners import api as partners
from genkan.partners import store
from genkan.partners.models import OfferRow
from genkan.residents import api as residents
from genkan.residents.models import Account
from tests.builders import (
    NOON,
    Partner,
    a_choice,
    a_client,
    a_member_of_staff,
    a_partner,
    a_resident,
    a_wish,
    an_access_token,
    at_once,
    events,
    give,
    messages,
    release,
    withdraw,
)
from tests.consent.hammer import SERVICES, Round, a_round
from tests.consent.serving import served
from tests.own_database import committed

__all__ = ["committed"]
pytestmark = pytest.mark.usefixtures("committed")
ROUNDS = 200
SLOW_ROUNDS = 8


@dataclass
class Play:
    """One resident in one round: who it was, and what was heard."""

    resident: ResidentId
    round: Round


def a_session(resident: ResidentId) -> str:
    """The cookie of a browser in which the resident is signed in."""
    account = Account.objects.get(email=f"{resident.hex}@resident.example")
    session = SessionStore()
    session[SESSION_KEY] = str(account.pk)
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = account.get_session_auth_hash()
    session.create()
    return session.session_key


def the_pull(token: str) -> bytes:
    return (
        f"GET /api/person-data HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n\r\n"
    ).encode()


def the_stop(partner: Partner, session: str) -> bytes:
    csrf = secrets.token_hex(16)
    return (
        f"POST /services/{partner.service}/stop HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"Cookie: genkan_session={session}; genkan_csrf={csrf}\r\nX-CSRFToken: {csrf}\r\n"
        "Content-Length: 0\r\n\r\n"
    ).encode()


def play(port: int, partner: Partner, rounds: int) -> list[Play]:
    """Let residents share, and stop while their data is being pulled."""
    chance = random.Random(rounds)
    plays = []
    for _ in range(rounds):
        now = clock.now()
        resident = a_resident(with_account=True, now=now)
        give(resident, partner, now=now)
        pull = the_pull(an_access_token(resident, partner, now=now))
        stop = the_stop(partner, a_session(resident))
        plays.append(Play(resident, a_round(port, pull, stop, after=chance.randrange(1, 9))))
    return plays


def wrongs(plays: list[Play], asked: list[dict]) -> Counter:
    """What must never happen, counted."""
    found: Counter = Counter()
    for one in plays:
        heard, stopped = one.round, one.round.stopped
        found["the stop was not answered"] += stopped.status != 303
        provisions = {str(p.id): p for p in lifecycle.provisions_of(one.resident)}
        (disposal,) = lifecycle.disposals_of(one.resident) or [None]
        for answer in heard.answers:
            if answer.status == 200:
                found["released after the stop"] += answer.began > stopped.began
                found["released without a record"] += answer.provision not in provisions
            else:
                said = (answer.status, json.loads(answer.body).get("error"))
                found[f"answered {said}"] += said != (403, "no_consent")
        for provision in provisions.values():
            found["never to be disposed of"] += (
                disposal is None or provision.disposal != disposal.id
            )
        found["not in the ledger"] += len(
            ledger.missing([provision.ledger_entry for provision in provisions.values()])
        )
        found["told of something else to dispose of"] += len(
            told(asked, one.resident) ^ provisions.keys()
        )
    return +found


def told(asked: list[dict], resident: ResidentId) -> set[str]:
    """The provisions that the partner was asked to dispose of, by the messages it is sent."""
    disposals = {str(one.id) for one in lifecycle.disposals_of(resident)}
    requests = [one["data"] for one in asked if one["type"] == "disposal.requested"]
    return {
        provision["id"]
        for request in requests
        if request["disposal"] in disposals
        for provision in request["provisions"]
    }


@pytest.fixture
def partner(committed):
    return a_client()


@pytest.mark.stack
def test_after_the_stop_is_answered_nothing_leaves_and_nothing_left_unrecorded(
    committed, partner, tmp_path
):
    with served(committed, tmp_path / "serve.log") as port:
        plays = play(port, partner, ROUNDS)

    assert wrongs(plays, messages(partner)) == {}
    assert met(plays) > ROUNDS / 2


def met(plays: list[Play]) -> int:
    """In how many rounds data left while the resident was stopping: else nothing was tried."""
    return sum(
        any(a.status == 200 and a.began >= one.round.stopped.asked for a in one.round.answers)
        for one in plays
    )


def play_slowly(database, log, partner, *, left_out: str) -> list[Play]:
    """Play against a server that is slow where the locks hold, with one of them left out."""
    command = ("-m", "tests.consent.faulty_wsgi")
    with served(database, log, *command, LEFT_OUT=left_out) as port:
        return play(port, partner, SLOW_ROUNDS)


@pytest.mark.stack
@pytest.mark.parametrize(
    ("left_out", "noticed"),
    [("release", "never to be disposed of"), ("hand_over", "released after the stop")],
)
def test_a_lock_that_is_left_out_is_noticed(committed, partner, tmp_path, left_out, noticed):
    plays = play_slowly(committed, tmp_path / "serve.log", partner, left_out=left_out)

    assert wrongs(plays, messages(partner))[noticed] > 0


@pytest.mark.stack
def test_where_everything_is_slow_the_locks_hold_and_a_stop_is_not_kept_waiting(
    committed, partner, tmp_path
):
    plays = play_slowly(committed, tmp_path / "serve.log", partner, left_out="nothing")

    assert wrongs(plays, messages(partner)) == {}
    assert max(overtaken_by(one.round) for one in plays) <= 5 * SERVICES


def overtaken_by(heard: Round) -> int:
    """How many answers came between the resident's click and its answer."""
    asked, answered = heard.stopped.asked, heard.stopped.began
    return sum(asked < one.began <= answered for one in heard.answers)


# In this process, with threads


def test_two_withdrawals_at_once_end_it_once():
    partner, resident = a_partner(), a_resident()
    give(resident, partner)
    release(resident, partner)

    answers = at_once(*(lambda: withdraw(resident, partner) for _ in range(4)))

    kinds = Counter(type(one).__name__ for one in answers)
    assert kinds == {"Stopped": 1, consent.AlreadyStopped.__name__: 3}
    assert events(resident).count("consent.withdrawn") == 1
    assert [one["type"] for one in messages(partner)] == ["consent.changed", "disposal.requested"]


def test_the_same_answer_given_twice_at_once_is_one_consent():
    partner, resident = a_partner(), a_resident()

    answers = at_once(*(lambda: give(resident, partner) for _ in range(4)))

    assert len(set(answers)) == 1
    assert events(resident) == ["consent.given"]


def test_different_answers_at_once_leave_one_consent_in_force():
    partner, resident = a_partner(), a_resident()
    choices = [("name", "address"), ("name", "address", "sex"), ("name", "address", "phone")]

    answers = at_once(*(lambda items=items: give(resident, partner, *items) for items in choices))

    assert len(set(answers)) == 3
    kept = consent.consents_of(resident)
    assert [one.ending for one in kept].count(None) == 1
    assert events(resident).count("consent.superseded") == 2


@pytest.mark.parametrize("_round", range(10))
def test_a_withdrawal_and_a_new_answer_at_once_come_one_after_the_other(_round):
    partner, resident = a_partner(), a_resident()
    give(resident, partner, "name", "address")

    given, stopped = at_once(
        lambda: give(resident, partner, "name", "address", "sex"),
        lambda: withdraw(resident, partner),
    )

    kept = {one.id: one.ending for one in consent.consents_of(resident)}
    assert isinstance(stopped, consent.Stopped)
    assert kept[stopped.consent] is consent.Ending.WITHDRAWN
    assert kept[given] is (None if stopped.consent != given else consent.Ending.WITHDRAWN)
    assert len(kept) == 2


@pytest.mark.parametrize("_round", range(10))
def test_after_a_suspension_has_returned_nothing_leaves(_round):
    partner, resident = a_partner(), a_resident()
    give(resident, partner)
    ends = []

    def suspend():
        partners.set_state(partner.service, partners.ServiceState.SUSPENDED, now=NOON)
        ends.append(len(lifecycle.provisions_of(resident)))

    answers = at_once(suspend, *(lambda: release(resident, partner) for _ in range(4)))

    left = [one for one in answers if isinstance(one, consent.Release)]
    assert len(lifecycle.provisions_of(resident)) == len(left) == ends[0]
    assert release(resident, partner).reason is consent.Reason.SERVICE_SUSPENDED


@pytest.mark.parametrize("kind", ["suspend", "reprove"])
@pytest.mark.parametrize("_round", range(5))
def test_after_an_intervention_has_returned_nothing_leaves(_round, kind):
    partner, resident, by = a_partner(), a_resident(), a_member_of_staff()
    give(resident, partner)
    ends = []

    def intervene():
        residents.intervene(resident, a_wish(kind), by=by, now=NOON)
        ends.append(len(lifecycle.provisions_of(resident)))

    answers = at_once(intervene, *(lambda: release(resident, partner) for _ in range(4)))

    left = [one for one in answers if isinstance(one, consent.Release)]
    refused = [one.reason for one in answers if isinstance(one, consent.Refused)]
    assert len(lifecycle.provisions_of(resident)) == len(left) == ends[0]
    assert len(left) + len(refused) == 4
    assert set(refused) <= {consent.Reason.RESIDENT_UNAVAILABLE, consent.Reason.PROOF_NEEDED}


@pytest.mark.parametrize("_round", range(5))
def test_a_new_version_published_while_somebody_agrees_is_never_agreed_to_unread(_round):
    partner, resident = a_partner(), a_resident()
    shown = a_choice(partner)

    def agree():
        with transaction.atomic():
            return consent.give(resident=resident, service=partner.service, choice=shown, now=NOON)

    answer, published = at_once(agree, lambda: partner.changes(offer={"days": 30}))

    assert published.offer_version == 2
    if isinstance(answer, consent.OfferChanged):
        assert consent.consents_of(resident) == []
    else:
        (kept,) = consent.consents_of(resident)
        assert (kept.id, kept.offer) == (answer, shown.offer)


def test_whoever_waits_for_a_new_version_finds_it():
    partner, resident = a_partner(), a_resident()
    give(resident, partner)
    waits = Event()

    def ask():
        waits.wait()
        return release(resident, partner)

    def publish():
        with transaction.atomic():
            store.lock_plans()
            OfferRow.objects.filter(service=partner.service).update(retired_at=NOON)
            waits.set()
            until_somebody_waits()
            OfferRow.objects.create(
                **OfferRow.objects.filter(service=partner.service).values().get()
                | {"id": new_id(), "version": 2, "retired_at": None}
            )

    answer, _ = at_once(ask, publish)

    assert answer == consent.Refused(reason=consent.Reason.OFFER_CHANGED)


def until_somebody_waits():
    end = time.monotonic() + 30
    asked = (
        "SELECT 1 FROM pg_stat_activity"
        " WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    while not rows(asked):
        assert time.monotonic() < end, "nobody waits"
        time.sleep(0.01)
        rows("SELECT pg_stat_clear_snapshot()")
