"""Userinfo and access tokens: how they come, what they open, when they end (P0.13, P0.16)."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.conf import settings
from joserfc import jwt
from joserfc.jwk import KeySet

from genkan.consent import api as consent
from genkan.kernel import clock
from genkan.kernel.db import rows
from genkan.ledger import api as ledger
from genkan.partners import api as partners
from genkan.sso import api as sso
from tests.sso.stage import COMMITS, Service, call, code_in, plan, userinfo


def token_for(visitor, service, **parameters):
    return service.redeem(code_in(visitor.open(service.address(**parameters)))).json()[
        "access_token"
    ]


@pytest.fixture
def token(linked, service):
    return token_for(linked, service)


def test_the_header_and_the_body_open_it(token):
    in_header = userinfo(token)
    in_body = call("/oauth2/userinfo", "POST", body=urlencode({"access_token": token}).encode())
    by_post = userinfo(token, method="POST")

    assert in_header.json() == in_body.json() == by_post.json()
    assert in_header.headers["Cache-Control"] == "no-store"


def test_the_query_never_opens_it(token):
    query = urlencode({"access_token": token})

    for answer in (call("/oauth2/userinfo", query=query), userinfo(token, query=query)):
        assert (answer.status, answer.json()["error"]) == (400, "invalid_request")


def test_two_tokens_at_once_are_refused(token):
    body = urlencode({"access_token": token}).encode()

    assert userinfo(token, method="POST", body=body).status == 400


def test_without_a_token_the_challenge_names_no_error(installed):
    answer = call("/oauth2/userinfo")

    assert answer.status == 401
    assert answer.headers["WWW-Authenticate"].startswith('Bearer realm="genkan", DPoP realm=')
    assert "error=" not in answer.headers["WWW-Authenticate"]


@pytest.mark.parametrize("text", ["unknown", "a.b.c", "x" * 5000])
def test_a_token_nobody_issued_opens_nothing(installed, text):
    answer = userinfo(text)

    assert answer.status == 401
    assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]


def test_a_code_is_no_token(linked, service):
    assert userinfo(code_in(linked.open(service.address()))).status == 401


@pytest.mark.parametrize(
    ("body", "kind", "status"), [(b"{}", "application/json", 415), (b"a=%", None, 400)]
)
def test_a_body_that_is_no_form_is_refused(token, body, kind, status):
    options = {"content_type": kind} if kind else {}

    assert userinfo(token, method="POST", body=body, **options).status == status


def test_another_method_is_refused(token):
    assert userinfo(token, method="PUT").status == 405


def test_a_token_lives_ten_minutes(token):
    issued_at = rows("SELECT issued_at FROM sso_grant")[0]["issued_at"]

    assert sso.check_access_token(token, now=issued_at + timedelta(seconds=598.9))
    assert sso.check_access_token(token, now=issued_at + timedelta(seconds=600)) is None


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE sso_grant SET revoked_at = now()",
        "UPDATE sso_link SET unlinked_at = now()",
        "UPDATE residents_resident SET state = 'suspended'",
        "UPDATE residents_resident SET state = 'closed'",
        "UPDATE residents_resident SET sign_in_after = now() + interval '1 minute'",
        "UPDATE residents_account SET is_active = false",
        "UPDATE partners_service SET state = 'suspended'",
    ],
)
def test_a_token_is_worth_nothing_once_its_ground_is_gone(token, change):
    rows(change)

    assert userinfo(token).status == 401
    assert sso.check_access_token(token, now=clock.now()) is None


def test_what_a_token_stands_for(linked, service):
    facts = sso.check_access_token(
        token_for(linked, service, scope="openid person_data"), now=clock.now()
    )

    assert (facts.resident, facts.client_id, facts.service) == (
        linked.resident,
        service.client_id,
        service.id,
    )
    assert facts.scopes == {"openid", "person_data"}


def test_a_token_is_checked_in_one_round_trip(token, django_assert_num_queries):
    with django_assert_num_queries(1):
        sso.check_access_token(token, now=clock.now())


def releases(visitor):
    events = [one.entry.event for one in ledger.entries_of(visitor.resident)]
    return [event for event in events if event.startswith("consent.release")]


def test_the_subject_alone_is_no_release(linked, token):
    assert set(userinfo(token).json()) == {"sub"}
    assert releases(linked) == []


def test_person_data_adds_nothing_at_userinfo(linked, service):
    assert set(userinfo(token_for(linked, service, scope="openid person_data")).json()) == {"sub"}


@COMMITS
def test_a_release_is_recorded_with_its_items(linked, service):
    told = userinfo(token_for(linked, service, scope="openid profile email")).json()

    assert (told["name"], told["birthdate"]) == ("大阪 花子", "1990-04-01")
    assert "email" not in told
    assert releases(linked) == ["consent.released"]
    assert rows("SELECT items FROM lifecycle_provision")[0]["items"] == ["name", "birthdate"]


@COMMITS
def test_the_claims_parameter_asks_for_more_and_for_certain_values(linked, service):
    def told(wish):
        token = token_for(linked, service, claims=f'{{"userinfo": {wish}}}')
        return set(userinfo(token).json()) - {"sub"}

    assert told('{"name": null}') == {"name"}
    assert told('{"birthdate": {"essential": true}, "email": {"essential": true}}') == {"birthdate"}
    assert told('{"birthdate": {"value": "1990-04-01"}}') == {"birthdate"}
    assert told('{"birthdate": {"values": ["2000-01-01"]}}') == set()
    assert told('{"shoe_size": {"essential": true}}') == set()


def test_a_withdrawal_ends_what_was_given_out_and_a_new_sign_in_tells_the_subject(linked, service):
    token = token_for(linked, service, scope="openid profile")
    consent.withdraw(resident=linked.resident, service=service.id, now=clock.now())

    assert userinfo(token).status == 401
    assert set(userinfo(token_for(linked, service, scope="openid profile")).json()) == {"sub"}
    assert releases(linked) == []


def test_a_release_refused_at_the_last_moment_leaves_the_subject(linked, service):
    token = token_for(linked, service, scope="openid profile")
    rows("UPDATE partners_agreement SET valid_until = '2026-01-02'")

    assert set(userinfo(token).json()) == {"sub"}
    assert releases(linked) == ["consent.release_refused"]


@COMMITS
def test_a_withdrawal_between_record_and_hand_over_keeps_the_data_back(linked, service):
    """The record is committed; then the resident withdraws; then the endpoint wants to answer."""
    from genkan.sso import endpoints
    from genkan.sso.service import userinfo as use_case

    token = token_for(linked, service, scope="openid profile")
    holder = sso.check_access_token(token, now=clock.now())
    told = use_case.tell(holder, now=clock.now())
    assert told.record is not None
    consent.withdraw(resident=linked.resident, service=service.id, now=clock.now())

    answer = endpoints._hand_over(
        lambda _status, _headers: None,
        told.record,
        told.claims,
        use_case.subject_only(holder, now=clock.now()),
    )

    assert b"".join(answer) == b'{"sub":"%s"}' % told.claims["sub"].encode()


def test_the_subject_is_the_same_everywhere_for_one_sector(linked, service):
    tokens = service.redeem(code_in(linked.open(service.address()))).json()
    subject = service.id_token(tokens["id_token"])["sub"]

    assert userinfo(tokens["access_token"]).json()["sub"] == subject
    assert partners.pairwise_subject("shinsei", linked.resident) == subject
    sister = sso.register(
        service.id, {"redirect_uris": ["https://sister.example/cb"]}, now=clock.now()
    )
    answer = linked.open(
        service.address(client_id=sister["client_id"], redirect_uri="https://sister.example/cb")
    )
    assert code_in(answer)
    assert str(linked.resident) not in str(tokens)


def test_another_sector_gets_another_subject(linked, service, token):
    other = Service(slug="library")
    page = linked.browser.get(other.address(), follow=True)
    theirs = other.redeem(code_in(linked.press(page, "allow"))).json()["access_token"]

    assert userinfo(theirs).json()["sub"] != userinfo(token).json()["sub"]


@COMMITS
@pytest.mark.parametrize("alg", ["ES256", "RS256"])
def test_who_registered_for_it_gets_a_signed_answer(resident, alg):
    service = Service(metadata={"userinfo_signed_response_alg": alg})
    page = resident.browser.get(service.address(scope="openid profile"), follow=True)
    code = code_in(resident.press(page, "allow"))

    told = userinfo(service.redeem(code).json()["access_token"])

    assert told.headers["Content-Type"] == "application/jwt"
    keys = KeySet.import_key_set(call("/oauth2/jwks").json())
    opened = jwt.decode(told.body.decode(), keys, algorithms=[alg])
    assert opened.header["typ"] == "userinfo+jwt"
    assert (opened.claims["iss"], opened.claims["aud"]) == (
        settings.GENKAN.issuer,
        service.client_id,
    )
    assert opened.claims["name"] == "大阪 花子"


@COMMITS
def test_names_come_in_kana_where_that_is_preferred_and_was_agreed_to(resident):
    service = Service(slug="kana")
    wider = plan("kana")
    wider["agreement"]["items"].append("name_kana")
    reason = wider["offer"]["items"][0]["reason"]
    wider["offer"]["items"].append({"key": "name_kana", "required": True, "reason": reason})
    partners.apply(wider, now=clock.now())
    asked = {"scope": "openid profile", "claims_locales": "ja-Kana-JP", "prompt": "consent"}

    page = resident.browser.get(service.address(**asked), follow=True)
    token = service.redeem(code_in(resident.press(page, "allow"))).json()["access_token"]

    told = userinfo(token).json()
    assert (told["name"], told["name#ja-Kana-JP"]) == ("大阪 花子", "オオサカ ハナコ")


@COMMITS
def test_names_do_not_come_in_kana_from_who_did_not_agree_to_it(linked, service):
    token = token_for(linked, service, scope="openid profile", claims_locales="ja-Kana-JP")

    told = userinfo(token).json()
    assert told["name"] == "大阪 花子"
    assert not [name for name in told if "#" in name]
