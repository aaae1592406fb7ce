"""One thing broken in a good token request: the check of that name refuses."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from genkan.kernel.ids import new_id
from genkan.kernel.parameters import Form
from genkan.sso.domain import token
from genkan.sso.domain.steps import Door, first_refusal
from genkan.sso.domain.token import AFTER_SPENDING, BEFORE_SPENDING, Asked, Facts
from genkan.sso.domain.values import ClientId, Code, CodeId, LinkId, SignIn
from genkan.sso.errors import InvalidGrant

BACK = "https://shinsei.example/callback"
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CODE = Code(
    id=CodeId(new_id()),
    client=ClientId(new_id()),
    link=LinkId(new_id()),
    redirect_uri=BACK,
    scopes=frozenset({"openid"}),
    nonce=None,
    claims={},
    code_challenge="E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
    sign_in=SignIn(at=datetime(2026, 7, 15, tzinfo=UTC), amr=("pwd",), acr="1"),
    sid="s",
)
FACTS = Facts(
    client=CODE.client,
    code=CODE,
    assertion_is_new=True,
    link_stands=True,
    session_stands=True,
    resident_is_active=True,
    service_is_open=True,
)
GOOD = {
    "grant_type": "authorization_code",
    "code": "c",
    "redirect_uri": BACK,
    "code_verifier": VERIFIER,
}


def asked(**changes):
    values = {name: value for name, value in (GOOD | changes).items() if value is not None}
    return Asked.read(Form(values))


def test_a_good_request_is_refused_by_nobody():
    assert first_refusal(BEFORE_SPENDING, Door.CODE, asked(), None) is None
    assert first_refusal(AFTER_SPENDING, Door.CODE, asked(), FACTS) is None


BEFORE = [
    ({"grant_type": None}, "grant_type_is_code", "invalid_request"),
    ({"grant_type": "password"}, "grant_type_is_code", "unsupported_grant_type"),
    ({"grant_type": "refresh_token"}, "grant_type_is_code", "unsupported_grant_type"),
    ({"code": None}, "parameters_are_present", "invalid_request"),
    ({"redirect_uri": None}, "parameters_are_present", "invalid_request"),
    ({"code_verifier": None}, "parameters_are_present", "invalid_request"),
    ({"code_verifier": "v" * 42}, "parameters_are_present", "invalid_request"),
    ({"code_verifier": "v" * 129}, "parameters_are_present", "invalid_request"),
    ({"code_verifier": "v" * 42 + "𠮷"}, "parameters_are_present", "invalid_request"),
]


@pytest.mark.parametrize(("change", "check", "error"), BEFORE)
def test_a_request_is_checked_before_the_code_is_spent(change, check, error):
    found = first_refusal(BEFORE_SPENDING, Door.CODE, asked(**change), None)

    assert (found.check, found.reason.error) == (check, error)


AFTER = [
    ({"assertion_is_new": False}, {}, "assertion_is_new", "invalid_client"),
    ({"code": None}, {}, "code_was_unspent", "invalid_grant"),
    ({"client": ClientId(new_id())}, {}, "code_is_this_clients", "invalid_grant"),
    ({}, {"redirect_uri": BACK + "/"}, "redirect_uri_is_the_same", "invalid_grant"),
    ({}, {"code_verifier": VERIFIER[:-1] + "x"}, "verifier_matches", "invalid_grant"),
    ({"link_stands": False}, {}, "link_still_stands", "invalid_grant"),
    ({"session_stands": False}, {}, "session_still_stands", "invalid_grant"),
    ({"resident_is_active": False}, {}, "resident_is_active", "invalid_grant"),
    ({"service_is_open": False}, {}, "service_is_open", "invalid_grant"),
]


@pytest.mark.parametrize(("facts", "change", "check", "error"), AFTER)
def test_the_check_of_that_name_refuses(facts, change, check, error):
    found = first_refusal(AFTER_SPENDING, Door.CODE, asked(**change), replace(FACTS, **facts))

    assert (found.check, found.reason.error) == (check, error)


def test_every_check_is_broken_once():
    steps = (*BEFORE_SPENDING, *AFTER_SPENDING)

    assert {check for _, check, _ in BEFORE} | {check for *_, check, _ in AFTER} == {
        step.check.__name__ for step in steps
    }


def test_a_client_learns_one_thing_whatever_was_wrong_with_the_code():
    told = {
        str(
            first_refusal(
                AFTER_SPENDING, Door.CODE, asked(**change), replace(FACTS, **facts)
            ).reason.document()
        )
        for facts, change, _, error in AFTER
        if error == "invalid_grant"
    }

    assert len(told) == 1


def test_a_code_that_was_not_spent_has_no_facts():
    with pytest.raises(InvalidGrant):
        assert replace(FACTS, code=None).spent


def test_pkce_agrees_with_the_example_of_rfc_7636():
    assert token.s256(VERIFIER) == CODE.code_challenge


def test_at_hash_agrees_with_the_example_of_core():
    assert token.at_hash("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y") == "77QmUPtjPfzWtF2AnpK9RQ"
