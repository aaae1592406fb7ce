"""One thing broken in a good token request: the check of that name refuses."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from genkan.kernel.ids import ServiceId, new_id
from genkan.kernel.parameters import Form
from genkan.sso.domain import token
from genkan.sso.domain.settings import Settings
from genkan.sso.domain.steps import Door, first_refusal
from genkan.sso.domain.token import AFTER_SPENDING, BEFORE_SPENDING, Asked, Facts
from genkan.sso.domain.values import (
    Client,
    ClientAuth,
    ClientId,
    Code,
    CodeId,
    LinkId,
    SignIn,
)
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
    jkt="",
    issuer="https://id.example",
    link_stands=True,
    session_stands=True,
    resident_is_active=True,
    consent_stands=True,
)
CLIENT = Client(
    id=CODE.client,
    service=ServiceId(new_id()),
    sector="shinsei",
    name="",
    redirect_uris=frozenset({BACK}),
    post_logout_redirect_uris=frozenset(),
    auth=ClientAuth.BASIC,
    auth_alg="ES256",
    secret_digest=b"",
    scopes=frozenset({"openid"}),
)
WITHOUT_PKCE = replace(CLIENT, settings=Settings(require_pkce=False))
GOOD = {
    "code": "c",
    "redirect_uri": BACK,
    "code_verifier": VERIFIER,
}


def asked(**changes):
    values = {name: value for name, value in (GOOD | changes).items() if value is not None}
    return Asked.read(Form(values))


def test_a_good_request_is_refused_by_nobody():
    assert first_refusal(BEFORE_SPENDING, Door.CODE, asked(), CLIENT) is None
    assert first_refusal(AFTER_SPENDING, Door.CODE, asked(), FACTS) is None


BEFORE = [
    ({"code": None}, "parameters_are_present", "invalid_request"),
    ({"redirect_uri": None}, "parameters_are_present", "invalid_request"),
    ({"code_verifier": None}, "parameters_are_present", "invalid_request"),
    ({"code_verifier": "v" * 42}, "parameters_are_present", "invalid_request"),
    ({"code_verifier": "v" * 129}, "parameters_are_present", "invalid_request"),
    ({"code_verifier": "v" * 42 + "𠮷"}, "parameters_are_present", "invalid_request"),
]


@pytest.mark.parametrize(("change", "check", "error"), BEFORE)
def test_a_request_is_checked_before_the_code_is_spent(change, check, error):
    found = first_refusal(BEFORE_SPENDING, Door.CODE, asked(**change), CLIENT)

    assert (found.check, found.reason.error) == (check, error)


AFTER = [
    ({"code": None}, {}, "code_was_unspent", "invalid_grant"),
    ({"client": ClientId(new_id())}, {}, "code_is_this_clients", "invalid_grant"),
    ({}, {"redirect_uri": BACK + "/"}, "redirect_uri_is_the_same", "invalid_grant"),
    ({}, {"code_verifier": VERIFIER[:-1] + "x"}, "verifier_matches", "invalid_grant"),
    ({"code": replace(CODE, jkt="k" * 43)}, {}, "key_is_the_codes", "invalid_grant"),
    ({}, {"resource": "https://other.example"}, "resource_was_granted", "invalid_target"),
    ({"link_stands": False}, {}, "link_still_stands", "invalid_grant"),
    ({"session_stands": False}, {}, "session_still_stands", "invalid_grant"),
    ({"resident_is_active": False}, {}, "resident_is_active", "invalid_grant"),
    ({"consent_stands": False}, {}, "consent_still_stands", "invalid_grant"),
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


@pytest.mark.parametrize(
    ("challenge", "verifier", "fits"),
    [
        (CODE.code_challenge, VERIFIER, True),
        (CODE.code_challenge, None, False),
        ("", VERIFIER, False),
        ("", None, True),
    ],
    ids=["both", "no verifier", "verifier alone", "neither"],
)
def test_challenge_and_verifier_come_together_or_not_at_all(challenge, verifier, fits):
    """The last three are for a client that is registered to go without PKCE (P0.2)."""
    facts = replace(FACTS, code=replace(CODE, code_challenge=challenge))
    form = asked(code_verifier=verifier)

    assert first_refusal(BEFORE_SPENDING, Door.CODE, form, WITHOUT_PKCE) is None
    assert (first_refusal(AFTER_SPENDING, Door.CODE, form, facts) is None) is fits


def test_a_code_bound_to_a_key_goes_with_that_key():
    facts = replace(FACTS, code=replace(CODE, jkt="k" * 43), jkt="k" * 43)

    assert first_refusal(AFTER_SPENDING, Door.CODE, asked(), facts) is None


@pytest.mark.parametrize("resource", ["https://a.example", "https://b.example", None])
def test_a_token_is_for_a_resource_the_code_was_made_for(resource):
    facts = replace(FACTS, code=replace(CODE, resources=("https://a.example", "https://b.example")))

    assert first_refusal(AFTER_SPENDING, Door.CODE, asked(resource=resource), facts) is None
