"""One thing broken in a good authorization request: the check of that name refuses."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from genkan.kernel.ids import ServiceId, new_id
from genkan.kernel.parameters import Form
from genkan.sso.domain import authorize
from genkan.sso.domain.authorize import STEPS, Asked, Came, Facts, Prompt, ResponseMode
from genkan.sso.domain.settings import Settings
from genkan.sso.domain.steps import Door, Tell, first_refusal
from genkan.sso.domain.values import Client, ClientAuth, ClientId
from genkan.sso.errors import (
    AccessDenied,
    ClientUnknown,
    InvalidRequestObject,
    InvalidRequestUri,
)

BACK = "https://shinsei.example/callback"
CLIENT = Client(
    id=ClientId(new_id()),
    service=ServiceId(new_id()),
    sector="shinsei",
    name="shinsei",
    redirect_uris=frozenset({BACK}),
    post_logout_redirect_uris=frozenset(),
    auth=ClientAuth.BASIC,
    auth_alg="ES256",
    secret_digest=bytes(32),
    scopes=frozenset({"openid", "profile"}),
)
GOOD = {
    "client_id": str(CLIENT.id),
    "redirect_uri": BACK,
    "response_type": "code",
    "scope": "openid profile",
    "state": "s",
    "nonce": "n",
    "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
    "code_challenge_method": "S256",
}
FACTS = Facts(client=CLIENT)


def asked(*, repeated=(), **changes):
    values = {name: value for name, value in (GOOD | changes).items() if value is not None}
    return Asked.read(Form(values, frozenset(repeated)))


def refusal(request, facts=FACTS):
    return first_refusal(STEPS, Door.BROWSER, request, facts)


def test_a_good_request_is_refused_by_nobody():
    assert refusal(asked()) is None


BROKEN = [
    ({"repeated": ["client_id"]}, "client_is_known", "sso.client_unknown"),
    ({"redirect_uri": None}, "redirect_uri_is_exact", "sso.redirect_uri_unknown"),
    ({"redirect_uri": BACK + "/"}, "redirect_uri_is_exact", "sso.redirect_uri_unknown"),
    ({"repeated": ["redirect_uri"]}, "redirect_uri_is_exact", "sso.redirect_uri_unknown"),
    ({"repeated": ["state"]}, "parameters_occur_once", "invalid_request"),
    ({"repeated": ["prompt", "nonce"]}, "parameters_occur_once", "invalid_request"),
    ({"state": "s" * 2001}, "parameters_are_short", "invalid_request"),
    ({"nonce": "n" * 501}, "parameters_are_short", "invalid_request"),
    ({"response_mode": "fragment.jwt"}, "response_mode_is_known", "invalid_request"),
    ({"response_type": None}, "response_type_is_code", "invalid_request"),
    ({"response_type": "token"}, "response_type_is_code", "unsupported_response_type"),
    ({"response_type": "code id_token"}, "response_type_is_code", "unsupported_response_type"),
    ({"response_type": "none"}, "response_type_is_code", "unsupported_response_type"),
    ({"response_mode": "fragment"}, "response_mode_is_known", "invalid_request"),
    ({"response_mode": "web_message"}, "response_mode_is_known", "invalid_request"),
    ({"scope": None}, "scopes_are_registered", "invalid_scope"),
    ({"scope": "profile"}, "scopes_are_registered", "invalid_scope"),
    ({"scope": "openid email"}, "scopes_are_registered", "invalid_scope"),
    ({"code_challenge": None}, "browser_brings_what_its_client_must", "invalid_request"),
    ({"code_challenge": "short"}, "pkce_is_s256", "invalid_request"),
    ({"code_challenge": GOOD["code_challenge"] + "\n"}, "pkce_is_s256", "invalid_request"),
    ({"code_challenge_method": None}, "pkce_is_s256", "invalid_request"),
    ({"code_challenge_method": "plain"}, "pkce_is_s256", "invalid_request"),
    ({"code_challenge_method": "s256"}, "pkce_is_s256", "invalid_request"),
    ({"prompt": "create"}, "prompt_is_understood", "invalid_request"),
    ({"prompt": "none login"}, "prompt_is_understood", "invalid_request"),
    ({"max_age": "-1"}, "max_age_is_a_number", "invalid_request"),
    ({"max_age": "1.5"}, "max_age_is_a_number", "invalid_request"),
    ({"max_age": "１"}, "max_age_is_a_number", "invalid_request"),
    ({"max_age": "9" * 10}, "max_age_is_a_number", "invalid_request"),
    ({"claims": "{"}, "claims_are_readable", "invalid_request"),
    ({"claims": '{"userinfo": {"name": 1}}'}, "claims_are_readable", "invalid_request"),
    ({"id_token_hint": "not.ours.at-all"}, "hint_is_ours", "invalid_request"),
    (
        {"claims": json.dumps({"id_token": {"acr": {"essential": True, "value": "urn:x"}}})},
        "acr_can_be_met",
        "unmet_authentication_requirements",
    ),
    ({"resource": "https://other.example/"}, "resources_are_served", "invalid_target"),
    ({"authorization_details": "{}"}, "details_are_offered", "invalid_authorization_details"),
    ({"dpop_jkt": "short"}, "key_is_a_thumbprint", "invalid_request"),
]


@pytest.mark.parametrize(("change", "check", "code"), BROKEN)
def test_the_check_of_that_name_refuses(change, check, code):
    found = refusal(asked(**change))

    assert found.check == check
    assert getattr(found.reason, "error", getattr(found.reason, "code", "")) == code


def test_a_client_nobody_knows_is_refused():
    assert refusal(asked(), Facts(client=None)).check == "client_is_known"


GONE = Came(pushed=True, fault=InvalidRequestUri("gone"))
SIGNED_WRONG = Came(signed=True, fault=InvalidRequestObject("no"))
BROUGHT_WRONG = [
    (
        Door.BROWSER,
        {"redirect_uri": None},
        GONE,
        "reference_leads_somewhere",
        "sso.request_gone",
    ),
    (Door.BROWSER, {}, GONE, "what_it_refers_to_is_good", "invalid_request_uri"),
    (Door.PUSHED, {}, SIGNED_WRONG, "what_it_refers_to_is_good", "invalid_request_object"),
    (
        Door.BROWSER,
        {},
        Came(signed=True),
        "browser_brings_what_its_client_must",
        "invalid_request",
    ),
    (Door.PUSHED, {}, Came(pushed=True), "push_brings_what_its_client_must", "invalid_request"),
]


@pytest.mark.parametrize(
    ("door", "change", "came", "check", "code"),
    BROUGHT_WRONG,
    ids=["gone-page", "gone", "bad-object", "not-pushed", "not-signed"],
)
def test_a_request_that_came_another_way_than_agreed_is_refused(door, change, came, check, code):
    settings = Settings(require_par=True, require_request_object=True)
    facts = replace(FACTS, client=replace(CLIENT, settings=settings))

    refused = first_refusal(STEPS, door, replace(asked(**change), came=came), facts)

    assert refused is not None
    assert (
        refused.check,
        getattr(refused.reason, "error", getattr(refused.reason, "code", "")),
    ) == (
        check,
        code,
    )


@pytest.mark.parametrize("door", [Door.BROWSER, Door.PUSHED, Door.INTERACTION])
def test_a_request_that_came_as_agreed_is_let_through(door):
    settings = Settings(require_par=True, require_request_object=True)
    facts = replace(FACTS, client=replace(CLIENT, settings=settings))
    came = Came() if door is Door.INTERACTION else Came(pushed=True, signed=True)

    assert first_refusal(STEPS, door, replace(asked(), came=came), facts) is None


def test_every_check_is_broken_once():
    broken = {check for _, check, _ in BROKEN}
    broken |= {check for _, _, _, check, _ in BROUGHT_WRONG}

    assert broken == {step.check.__name__ for step in STEPS}


def test_nothing_goes_to_a_partner_before_its_address_is_checked():
    told = [step.tell for step in STEPS]
    first_partner = told.index(Tell.PARTNER)
    before = {step.check.__name__ for step in STEPS[:first_partner]}

    assert {"client_is_known", "redirect_uri_is_exact"} <= before
    assert set(told[first_partner:]) == {Tell.PARTNER}


def test_a_step_stands_only_at_its_doors():
    assert first_refusal(STEPS, Door.CODE, asked(scope="profile"), FACTS) is None


def test_a_client_is_needed_before_its_addresses_are():
    with pytest.raises(ClientUnknown):
        assert Facts(client=None).known_client


def test_unknown_parameters_and_scopes_are_ignored():
    request = asked(acr_values="urn:x", audience="y", scope="openid offline_access telepathy")

    assert refusal(request) is None
    assert authorize.settled(request, FACTS).scopes == {"openid"}
    assert "audience" not in request.parameters


def test_a_repeated_parameter_we_do_not_know_is_ignored():
    assert refusal(asked(repeated=["audience"])) is None


def test_a_settled_request_holds_what_was_asked():
    claims = {"userinfo": {"name": {"essential": True}}, "id_token": {"sub": {"value": "abc"}}}
    request = asked(
        prompt="login consent",
        max_age="60",
        claims=json.dumps(claims),
        response_mode="form_post",
        ui_locales="en ja",
        id_token_hint="ours",
    )
    facts = replace(FACTS, hint_subject="abc")
    assert refusal(request, facts) is None

    settled = authorize.settled(request, facts)

    assert settled.prompts == {Prompt.LOGIN, Prompt.CONSENT}
    assert settled.max_age == timedelta(seconds=60)
    assert settled.claims == claims
    assert settled.response_mode is ResponseMode.FORM_POST
    assert settled.locales == ("en", "ja")
    assert settled.is_about("abc")


@pytest.mark.parametrize(
    ("hint", "wish", "is_about"),
    [
        (None, None, True),
        ("abc", None, True),
        ("other", None, False),
        (None, "abc", True),
        (None, "other", False),
        ("abc", "other", False),
    ],
)
def test_a_request_can_insist_on_one_resident(hint, wish, is_about):
    claims = {"id_token": {"sub": {"value": wish}}} if wish else {}
    facts = replace(FACTS, hint_subject=hint)

    assert authorize.settled(asked(claims=json.dumps(claims)), facts).is_about("abc") is is_about


def test_every_answer_names_its_issuer_and_returns_the_state():
    for told in (
        authorize.answer(asked(), "https://genkan.example", {"code": "c"}),
        authorize.answer(asked(), "https://genkan.example", AccessDenied("no").document()),
    ):
        assert told.parameters["iss"] == "https://genkan.example"
        assert told.parameters["state"] == "s"
        assert told.address.startswith(f"{BACK}?")


@pytest.mark.parametrize(
    "change", [{"repeated": ["state"]}, {"state": None}, {"state": "s" * 2001}]
)
def test_a_state_that_is_not_one_state_is_not_returned(change):
    assert "state" not in authorize.answer(asked(**change), "i", {"code": "c"}).parameters


@pytest.mark.parametrize(
    ("change", "mode"),
    [
        ({}, ResponseMode.QUERY),
        ({"response_mode": "query"}, ResponseMode.QUERY),
        ({"response_mode": "form_post"}, ResponseMode.FORM_POST),
        ({"response_mode": "fragment"}, ResponseMode.QUERY),
        ({"response_mode": "form_post", "repeated": ["response_mode"]}, ResponseMode.QUERY),
    ],
)
def test_an_error_travels_as_asked_or_by_query(change, mode):
    assert authorize.response_mode(asked(**change)) is mode


def test_an_error_description_holds_only_what_rfc_6749_allows():
    told = AccessDenied('a "quoted" \\ 𠮷\n').document()["error_description"]

    assert told == "a ?quoted? ? ??"
    assert AccessDenied().document() == {"error": "access_denied"}


@pytest.mark.parametrize(
    ("registered", "prompt", "lasts"),
    [
        (True, "consent", True),
        (True, None, False),
        (True, "login", False),
        (False, "consent", False),
    ],
)
def test_offline_access_is_granted_where_the_resident_is_asked(registered, prompt, lasts):
    known = CLIENT.scopes | ({"offline_access"} if registered else set())
    facts = replace(FACTS, client=replace(CLIENT, scopes=known))
    request = asked(scope="openid offline_access", prompt=prompt)

    assert refusal(request, facts) is None
    assert authorize.settled(request, facts).is_lasting is lasts
