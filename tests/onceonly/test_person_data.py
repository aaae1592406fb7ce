"""The person-data API: what a partner gets, byte for byte, and what it is told instead."""

import unicodedata
from datetime import timedelta
from html import unescape

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from genkan.consent import api as consent
from genkan.kernel import clock
from genkan.kernel.db import rows
from genkan.lifecycle import api as lifecycle
from genkan.onceonly.endpoints import REFUSALS
from genkan.partners import api as partners
from genkan.residents.models import Account, ResidentRow
from genkan.sso.models import LinkRow
from tests.builders import (
    DAY,
    a_client,
    a_disposal,
    a_resident,
    an_access_token,
    entry,
    events,
    give,
    withdraw,
)
from tests.onceonly.wsgi import call, opened, pull, refused

pytestmark = pytest.mark.usefixtures("committed")
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


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
    assert coarse - single_items == REFUSALS.keys()


def test_a_pull_takes_eleven_statements(token):
    """Hot path: token, release (6), terms, service, begin and commit."""
    pull(token)
    connection.ensure_connection()
    with CaptureQueriesContext(connection) as asked:
        assert pull(token).status == 200

    assert len(asked) == 11, [one["sql"] for one in asked]
