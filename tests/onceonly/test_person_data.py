"""The person-data API: what a partner gets, byte for byte, and what it is told instead."""

import gc
import time
import unicodedata
from datetime import timedelta
from html import unescape

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from genkan.consent import api as consent
from genkan.kernel import clock
from genkan.kernel.db import held, rows
from genkan.lifecycle import api as lifecycle
from genkan.onceonly.endpoints import REFUSALS
from genkan.partners import api as partners
from genkan.residents import api as residents
from genkan.residents.models import Account, ResidentRow
from genkan.sso.models import LinkRow
from tests.builders import (
    DAY,
    a_client,
    a_disposal,
    a_member_of_staff,
    a_resident,
    a_wish,
    an_access_token,
    at_once,
    entry,
    events,
    give,
    withdraw,
)
from tests.onceonly.wsgi import begin, call, opened, pull

pytestmark = pytest.mark.usefixtures("committed")
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def resident(committed, now):
    return a_resident(with_account=True, now=now)


@pytest.fixture
def sharing(resident, partner, now):
    """The resident has agreed to name, address and sex; the telephone was left out."""
    give(resident, partner, now=now)
    return resident


@pytest.fixture
def token(sharing, partner, now):
    return an_access_token(sharing, partner, now=now)


def refused(response):
    return response.status, response.json()["error"]


def test_person_data_is_a_signed_statement_to_this_partner_about_this_resident(
    sharing, partner, token, now
):
    response = pull(token)
    header, claims = opened(response)

    assert (response.status, response.headers["Content-Type"]) == (200, "application/jwt")
    assert response.headers["Cache-Control"] == "no-store"
    assert (header["alg"], header["typ"]) == ("ES256", "person-data+jwt")
    (provision,) = lifecycle.provisions_of(sharing)
    assert claims.pop("items").keys() == {"name", "sex", "address"}
    issued, expires, jti = (claims.pop(name) for name in ("iat", "exp", "jti"))
    assert expires - issued == 300
    assert int(now.timestamp()) <= issued <= clock.now().timestamp()
    assert len(jti) == 36
    assert claims == {
        "iss": settings.GENKAN.issuer,
        "aud": partner.client_id,
        "sub": partners.pairwise_subject(partners.service(partner.service).sector, sharing),
        "purpose": "P3",
        "offer": {"id": str(partner.offer.id), "version": 1},
        "consent": str(provision.consent),
        "provision": str(provision.id),
        "by_representative": False,
        "missing": [],
        "refused": ["phone"],
    }


def test_each_item_says_where_it_comes_from_and_since_when(sharing, token, now):
    _, claims = opened(pull(token))

    assert claims["items"]["sex"] == {
        "value": "2",
        "origin": "self_declared",
        "as_of": f"{now:%Y-%m-%dT%H:%M:%SZ}",
        "verified": False,
    }
    assert claims["items"]["address"]["value"]["full"] == "大阪府大阪市北区中之島一丁目99番9号"


def test_two_statements_are_never_the_same_one(token):
    first, second = (opened(pull(token))[1] for _ in range(2))

    assert first["jti"] != second["jti"]
    assert first["provision"] != second["provision"]


@pytest.mark.parametrize(
    "name",
    [
        {"full": "髙橋 𠮷男", "family": "髙橋", "given": "𠮷男"},
        {"full": "葛\U000e0100城 翔", "family": "葛\U000e0100城", "given": "翔"},
        {"full": "SURYATI"},
        {"full": "神\ufe00 か\u3099く"},
        {"full": "渡邉 𪚲", "family": "渡邉", "given": "𪚲"},
        {"full": "О'Нил <b>&amp;\"\\"},
    ],
    ids=["surrogate pair", "variation sequence", "mononym", "decomposed", "rare", "markup"],
)
def test_a_name_arrives_exactly_as_it_was_typed_and_comes_back_to_the_page(
    partner, now, name, client
):
    resident = a_resident(with_account=True, now=now, name=name)
    give(resident, partner, now=now)

    _, claims = opened(pull(an_access_token(resident, partner, now=now)))

    told = claims["items"]["name"]["value"]
    assert told == name
    assert told["full"].encode() == name["full"].encode()
    client.force_login(Account.objects.get(email=f"{resident.hex}@resident.example"), BACKEND)
    assert told["full"] in unescape(client.get("/profile").content.decode())


def test_the_decomposed_name_above_is_one_that_normalising_would_change():
    assert unicodedata.normalize("NFC", "か\u3099く") != "か\u3099く"


def test_what_we_do_not_hold_is_named_and_left_out(partner, now):
    resident = a_resident(with_account=True, now=now, sex=None)
    give(resident, partner, "name", "address", "sex", now=now)

    _, claims = opened(pull(an_access_token(resident, partner, now=now)))

    assert (claims["missing"], claims["refused"]) == (["sex"], ["phone"])


@pytest.mark.parametrize(
    "authorization",
    ["Bearer nobody-gave-this", "Bearer", "Bearer  ", "Basic YTpi", "", "bearer:x", "Bearer a b"],
)
def test_without_a_token_worth_something_the_answer_is_401(committed, authorization):
    response = call("/api/person-data", authorization=authorization)

    assert refused(response) == (401, "invalid_token")
    assert response.headers["WWW-Authenticate"].startswith("Bearer")


def test_no_header_at_all_is_401_too(committed):
    assert refused(call("/api/person-data")) == (401, "invalid_token")


def test_a_token_in_the_query_or_the_body_is_not_looked_at(token):
    assert call("/api/person-data", body=f"access_token={token}".encode()).status == 401


def test_a_token_is_worth_nothing_after_its_ten_minutes(sharing, partner, now):
    old = an_access_token(sharing, partner, now=now - timedelta(minutes=10))

    assert refused(pull(old)) == (401, "invalid_token")


def test_a_token_ends_with_its_link(sharing, token, now):
    LinkRow.objects.filter(resident=sharing).update(unlinked_at=now)

    assert refused(pull(token)) == (401, "invalid_token")


def test_a_token_for_sign_in_alone_releases_nothing(sharing, partner, now):
    narrow = an_access_token(sharing, partner, now=now, scopes={"openid", "profile"})
    response = pull(narrow)

    assert refused(response) == (403, "insufficient_scope")
    assert 'scope="person_data"' in response.headers["WWW-Authenticate"]
    assert events(sharing) == ["consent.given"]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"])
def test_data_is_only_ever_asked_for_with_get(token, method):
    response = pull(token, method=method)

    assert (response.status, response.headers["Allow"]) == (405, "GET")


def test_without_a_consent_nothing_leaves(resident, partner, now):
    response = pull(an_access_token(resident, partner, now=now))

    assert refused(response) == (403, "no_consent")
    assert entry(resident, "consent.release_refused").facts["reason"] == "no_consent"


def test_after_a_withdrawal_the_same_token_gets_nothing(sharing, partner, token, now):
    assert pull(token).status == 200
    withdraw(sharing, partner, now=now)

    assert refused(pull(token)) == (403, "no_consent")


def test_a_changed_offer_is_no_consent_to_the_partner_and_said_exactly_to_the_resident(
    sharing, partner, token, now
):
    partner.changes(offer={"days": 30}, now=now)

    assert refused(pull(token)) == (403, "no_consent")
    assert entry(sharing, "consent.release_refused").facts["reason"] == "offer_changed"


def test_a_service_that_owes_a_disposal_gets_nothing(sharing, partner, token, now):
    a_disposal(a_resident(now=now - 20 * DAY), partner, now=now - 20 * DAY)

    assert refused(pull(token)) == (403, "service_suspended")
    assert entry(sharing, "consent.release_refused").facts["reason"] == "disposal_overdue"


def test_an_agreement_that_ran_out_is_told(now):
    first, last = (now - 2 * DAY).date(), (now + 2 * DAY).date()
    partner = a_client(now=now, agreement={"valid_from": first, "valid_until": last})
    resident = a_resident(with_account=True, now=now)
    give(resident, partner, now=now)
    token = an_access_token(resident, partner, now=now)
    ended = {"valid_from": first, "valid_until": (now - DAY).date()}
    from genkan.partners.models import AgreementRow

    AgreementRow.objects.filter(service=partner.service).update(**ended)

    assert refused(pull(token)) == (403, "agreement_not_in_force")


def test_a_suspended_service_gets_nothing_at_once(sharing, partner, token, now):
    partners.set_state(partner.service, partners.ServiceState.SUSPENDED, now=now)

    assert refused(pull(token)) == (403, "service_suspended")
    assert entry(sharing, "consent.release_refused").facts["reason"] == "service_suspended"


@pytest.mark.parametrize("state", ["suspended", "closed"])
def test_nothing_is_told_of_a_resident_whose_id_is_not_active(sharing, token, state):
    ResidentRow.objects.filter(pk=sharing).update(state=state)

    assert refused(pull(token)) == (403, "resident_unavailable")
    assert entry(sharing, "consent.release_refused").facts["reason"] == "resident_unavailable"


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE residents_account SET is_active = false",
        "UPDATE residents_resident SET sign_in_after = now() + interval '1 minute'",
        "UPDATE sso_link SET unlinked_at = now()",
    ],
)
def test_a_token_without_ground_is_no_token(sharing, token, change):
    rows(change)

    assert pull(token).status == 401
    assert events(sharing) == ["consent.given"]


def test_every_reason_that_a_partner_may_hear_has_its_sentence():
    coarse = {consent.Refused(reason=reason).coarse for reason in consent.Reason}

    single_items = {"outside_offer", "outside_agreement", "not_agreed"}
    assert coarse - single_items == REFUSALS.keys() - {"insufficient_scope"}


def test_a_pull_takes_twelve_statements(token):
    """Hot path: token, release (6), terms, service, signing key, begin and commit."""
    pull(token)
    connection.ensure_connection()
    with CaptureQueriesContext(connection) as asked:
        assert pull(token).status == 200

    assert len(asked) == 12, [one["sql"] for one in asked]


# The hand-over


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
