"""Refresh tokens: who gets one, what it is worth, and when it ends (P0.9)."""

from datetime import timedelta

import pytest

from genkan.consent import api as consent
from genkan.kernel import clock
from genkan.kernel.db import rows
from genkan.kernel.parameters import Form
from genkan.residents.api import SignedOut, SignOutCause
from genkan.sso import api as sso
from genkan.sso.domain.grants import GRACE, IDLE_LIFE, OFFLINE_LIFE
from genkan.sso.errors import InvalidGrant
from genkan.sso.service import sessions
from genkan.sso.service import token as use_case
from tests.sso.stage import COMMITS, Service, code_in, userinfo
from tests.sso.tokens import (
    as_public,
    may_refresh,
    offline_code,
    refresh,
    refresh_token,
)


@pytest.fixture
def offline(linked, service):
    """A refresh token of a client that keeps a secret."""
    may_refresh(service)
    return refresh_token(linked, service)


@pytest.fixture
def rotating(linked, service):
    """A refresh token of a program on the resident's own device."""
    may_refresh(service)
    as_public(service)
    return refresh_token(linked, service)


def refused(answer, error="invalid_grant"):
    assert (answer.status, answer.json()["error"]) == (400, error), answer.body
    return True


def test_without_the_scope_there_is_no_refresh_token(linked, service):
    may_refresh(service)

    told = service.redeem(code_in(linked.open(service.address()))).json()

    assert "refresh_token" not in told
    assert rows("SELECT offline FROM sso_grant") == [{"offline": False}]


def test_a_client_that_may_not_refresh_is_not_told_that_it_may(linked, service):
    told = service.redeem(offline_code(linked, service)).json()

    assert "refresh_token" not in told
    assert told["scope"] == "openid"


def test_a_client_with_a_secret_keeps_its_token(linked, service, offline):
    first = refresh(service, offline).json()
    second = refresh(service, offline).json()

    assert first["refresh_token"] == second["refresh_token"] == offline
    assert first["access_token"] != second["access_token"]
    assert userinfo(second["access_token"]).status == 200
    claims = service.id_token(first["id_token"])
    assert "nonce" not in claims
    assert claims["sub"] == userinfo(first["access_token"]).json()["sub"]
    assert rows("SELECT count(*) AS n FROM sso_grant")[0]["n"] == 1


def test_it_is_kept_as_a_digest(offline):
    assert offline not in str(rows("SELECT * FROM sso_refresh"))


def test_fewer_scopes_may_be_asked_for_and_never_more(linked, service):
    may_refresh(service)
    token = refresh_token(linked, service, scope="openid profile email")

    fewer = refresh(service, token, scope="openid email").json()
    again = refresh(service, token).json()

    assert fewer["scope"] == "openid email"
    facts = sso.check_access_token(fewer["access_token"], now=clock.now())
    assert facts.scopes == {"openid", "email"}
    assert again["scope"] == "openid email offline_access profile"
    assert "id_token" not in refresh(service, token, scope="email").json()
    assert refused(refresh(service, token, scope="openid phone"), "invalid_scope")


def test_another_client_cannot_use_it(service, offline):
    thief = Service(slug="thief")
    may_refresh(thief)

    assert refused(refresh(thief, offline))
    assert refresh(service, offline).status == 200


@pytest.mark.parametrize("token", [None, "unknown", "𠮷", "x" * 10_000])
def test_what_nobody_was_given_opens_nothing(service, offline, token):
    answer = refresh(service, token)

    assert refused(answer, "invalid_request" if token is None else "invalid_grant")


def test_an_access_token_is_no_refresh_token(service, offline):
    assert refused(refresh(service, refresh(service, offline).json()["access_token"]))


def test_a_refresh_token_is_no_access_token(offline):
    assert userinfo(offline).status == 401


def moved(service, token, by):
    """Refresh as if so much time had passed."""
    form = Form({"grant_type": "refresh_token", "refresh_token": token})
    return use_case.redeem(service.basic(), form, now=clock.now() + by)


def test_it_ends_when_nobody_uses_it_and_lives_on_when_somebody_does(service, offline):
    almost, moment = IDLE_LIFE - timedelta(minutes=1), timedelta(minutes=2)

    assert not isinstance(moved(service, offline, almost), InvalidGrant)
    assert not isinstance(moved(service, offline, 2 * almost), InvalidGrant)
    assert isinstance(moved(service, offline, 2 * almost + IDLE_LIFE + moment), InvalidGrant)


def test_it_ends_for_good_after_ninety_days(service, offline):
    for days in (29, 58, 87):
        assert not isinstance(moved(service, offline, timedelta(days=days)), InvalidGrant)

    assert isinstance(moved(service, offline, OFFLINE_LIFE), InvalidGrant)


GONE = [
    "UPDATE sso_grant SET revoked_at = now()",
    "UPDATE sso_link SET unlinked_at = now()",
    "UPDATE residents_resident SET state = 'suspended'",
    "UPDATE residents_resident SET sign_in_after = now() + interval '1 minute'",
    "UPDATE residents_account SET is_active = false",
    "UPDATE consent_consent SET expires_at = now() - interval '1 s', given_at = '2026-01-01'",
]


@pytest.mark.parametrize("change", GONE)
@pytest.mark.parametrize("kind", ["offline", "rotating"])
def test_it_is_worth_nothing_once_its_ground_is_gone(service, kind, change, request):
    token = request.getfixturevalue(kind)
    rows(change)

    assert refused(refresh(service, token))


@pytest.mark.parametrize("kind", ["offline", "rotating"])
def test_it_ends_with_the_consent_and_a_new_consent_does_not_bring_it_back(
    linked, service, kind, request
):
    token = request.getfixturevalue(kind)
    consent.withdraw(resident=linked.resident, service=service.id, now=clock.now())
    assert refused(refresh(service, token))

    page = linked.browser.get(service.address(prompt="consent"), follow=True)
    assert linked.press(page, "allow").status_code == 303

    assert refused(refresh(service, token))


def test_it_outlives_the_browser_it_began_in(linked, service, offline):
    linked.browser.post("/accounts/logout/")

    assert refresh(service, offline).status == 200


def test_a_new_password_ends_it_though_its_browser_was_left_before(linked, service, offline):
    linked.browser.post("/accounts/logout/")
    account = rows("SELECT account_id FROM residents_resident")[0]["account_id"]

    sessions.sign_out(
        SignedOut(account=account, cause=SignOutCause.PASSWORD, sessions=None), now=clock.now()
    )

    assert refused(refresh(service, offline))


def test_a_code_that_comes_back_ends_it(linked, service):
    may_refresh(service)
    code = offline_code(linked, service)
    token = service.redeem(code).json()["refresh_token"]

    service.redeem(code)

    assert refused(refresh(service, token))


def test_a_public_client_gets_a_successor_each_time(service, rotating):
    first = refresh(service, rotating).json()["refresh_token"]
    second = refresh(service, first).json()["refresh_token"]

    assert len({rotating, first, second}) == 3
    assert rows("SELECT count(*) AS n FROM sso_refresh WHERE rotated_at IS NULL")[0]["n"] == 1


def test_after_a_lost_answer_the_same_successor_comes(service, rotating):
    first = refresh(service, rotating).json()["refresh_token"]
    again = refresh(service, rotating).json()["refresh_token"]

    assert first == again
    assert refresh(service, again).status == 200


def a_while_later():
    rows("UPDATE sso_refresh SET rotated_at = rotated_at - %(grace)s", grace=GRACE)


def test_a_reuse_after_the_grace_ends_the_whole_family(service, rotating):
    answer = refresh(service, rotating).json()
    a_while_later()

    assert refused(refresh(service, rotating))
    assert refused(refresh(service, answer["refresh_token"]))
    assert userinfo(answer["access_token"]).status == 401


@COMMITS
def test_the_end_of_a_family_outlives_the_refusal(service, rotating):
    """A refusal is returned, not raised: the transaction that ended the family commits."""
    refresh(service, rotating)
    a_while_later()
    refresh(service, rotating)

    assert rows("SELECT count(*) AS n FROM sso_grant WHERE revoked_at IS NULL")[0]["n"] == 0


def test_the_resource_can_only_be_one_that_was_granted(linked, service):
    may_refresh(service)
    code = offline_code(linked, service)
    rows("UPDATE sso_code SET resources = ARRAY['https://a.example', 'https://b.example']")
    told = service.redeem(code).json()

    assert refused(
        refresh(service, told["refresh_token"], resource="https://c.example"), "invalid_target"
    )
    one = refresh(service, told["refresh_token"], resource="https://b.example").json()
    assert userinfo(one["access_token"]).status == 401
