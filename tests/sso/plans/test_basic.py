"""`oidcc-basic-certification-test-plan`, with clients that register themselves."""

import json
from datetime import timedelta
from urllib.parse import urlencode

import pytest

from tests.sso.plans.suite import CALLBACK, Party
from tests.sso.stage import COMMITS, call, s256, userinfo

pytestmark = COMMITS
EVERYTHING = {
    *("sub", "name", "given_name", "family_name", "gender", "birthdate"),
    *("email", "email_verified", "phone_number", "phone_number_verified", "address"),
}


@pytest.fixture
def party(token):
    one = Party(token)
    yield one
    one.end()


@pytest.fixture(params=[{}, {"response_mode": "form_post"}], ids=["query", "form_post"])
def mode(request):
    """The Form Post plan runs the Basic plan's modules again."""
    return request.param


def error_of(came, *allowed):
    assert came["error"] in allowed, came
    assert set(came) <= {"error", "error_description", "state", "iss"}
    return came["error"]


def test_oidcc_server(party, tester, mode):
    party.tokens(*tester.go(party, **mode))


def test_oidcc_response_type_missing(party, tester, mode):
    _, came = tester.go(party, response_type=None, **mode)

    error_of(came, "invalid_request", "unsupported_response_type")


def test_oidcc_idtoken_signature(party, tester):
    """`check` holds kid and RS256, which nobody asked for by name."""
    party.tokens(*tester.go(party))


def test_oidcc_idtoken_unsigned_is_skipped(token):
    told = call("/.well-known/openid-configuration").json()

    assert "none" not in told["id_token_signing_alg_values_supported"]


def test_oidcc_userinfo(party, tester):
    """Modules userinfo-get, -post-header and -post-body."""
    token = party.tokens(*tester.go(party))["access_token"]
    body = urlencode({"access_token": token}).encode()

    answers = [
        userinfo(token),
        userinfo(token, method="POST"),
        call("/oauth2/userinfo", "POST", body=body),
    ]

    assert [answer.status for answer in answers] == [200, 200, 200]
    assert {answer.headers["Content-Type"] for answer in answers} == {"application/json"}
    assert len({answer.json()["sub"] for answer in answers}) == 1


def test_oidcc_ensure_request_without_nonce_succeeds_for_code_flow(party, tester):
    party.tokens(*tester.go(party, nonce=None))


@pytest.mark.parametrize("scope", ["profile", "email", "address", "phone", "all"])
def test_oidcc_scope(party, tester, scope):
    """What is missing is a warning: of profile we have five claims, and no others."""
    named = "address email phone profile" if scope == "all" else scope
    tokens = party.tokens(*tester.go(party, scope=f"openid {named}"))

    told = userinfo(tokens["access_token"]).json()

    wanted = {
        "profile": {"name", "given_name", "family_name", "gender", "birthdate"},
        "email": {"email", "email_verified"},
        "phone": {"phone_number", "phone_number_verified"},
        "address": {"address"},
        "all": EVERYTHING - {"sub"},
    }
    assert set(told) == {"sub"} | wanted[scope]
    texts = {name: told[name] for name in told if not name.endswith(("verified", "address"))}
    assert all(isinstance(text, str) and text.strip() for text in texts.values())
    assert all(told[name] in (True, False) for name in told if name.endswith("verified"))
    assert all(told.get("address", {}).values())


def test_oidcc_alternate_happy_flow(party, tester):
    sent = dict(reversed(party.request(scope="email openid").items()))

    came = tester.back(tester.browser.get(f"/oauth2/authorize?{urlencode(sent)}"))

    party.tokens(sent, came)


@pytest.mark.parametrize(
    "added",
    [
        {"display": "page"},
        {"display": "popup"},
        {"ui_locales": "se"},
        {"claims_locales": "se"},
        {"login_hint": "buffy@genkan.example"},
        {"extra": "foobar"},
        {"acr_values": "urn:genkan:acr:1 urn:genkan:acr:2"},
    ],
    ids=lambda added: next(iter(added)),
)
def test_what_must_not_be_in_the_way(party, tester, added):
    """Modules display-page and -popup, ui-locales, claims-locales, login-hint, unknown, acr."""
    tokens = party.tokens(*tester.go(party, **added))

    assert tokens["claims"]["acr"] in ("urn:genkan:acr:1", "urn:genkan:acr:2")


@pytest.mark.parametrize("asked", [{"prompt": "login"}, {"max_age": "1"}], ids=["login", "max_age"])
def test_oidcc_prompt_login_and_max_age_1(party, tester, asked):
    first = party.tokens(*tester.go(party))["claims"]
    make_older(tester, seconds=2)
    tester.saw.clear()

    second = party.tokens(*tester.go(party, **asked))["claims"]

    assert "/accounts/reauthenticate/" in tester.saw
    assert second["auth_time"] >= first["auth_time"]
    assert second["auth_time"] >= second["iat"] - 60
    assert second["sub"] == first["sub"]


def make_older(tester, **ago):
    """Wait, without waiting."""
    session = tester.browser.session
    for record in session["account_authentication_methods"]:
        record["at"] -= timedelta(**ago).total_seconds()
    session.save()


def test_oidcc_prompt_none_not_logged_in(party, tester):
    sent = {"prompt": "none", "state": f"{'a' * 124}-._~"}

    asked, came = tester.go(party, **sent)

    assert came["state"] == asked["state"]
    error_of(came, "login_required", "interaction_required", "account_selection_required")
    assert tester.saw == []


@pytest.mark.parametrize("asked", [{"prompt": "none"}, {"max_age": "10000"}, {"hint": True}])
def test_a_second_request_asks_nothing(party, tester, asked):
    """Modules prompt-none-logged-in, max-age-10000 and id-token-hint."""
    first = party.tokens(*tester.go(party, **{"max_age": "15000"} if "max_age" in asked else {}))
    tester.saw.clear()
    hint = {"prompt": "none", "id_token_hint": first["id_token"]}

    second = party.tokens(*tester.go(party, **hint if "hint" in asked else asked))

    assert tester.saw == []
    for name in ("sub", "auth_time"):
        assert second["claims"][name] == first["claims"][name]


def test_oidcc_codereuse(party, tester):
    """Also codereuse-30seconds, whose warning is an access token that still opens userinfo."""
    sent, came = tester.go(party)
    token = party.tokens(sent, came)["access_token"]

    again = party.redeem(came["code"])

    assert (again.status, again.json()["error"]) == (400, "invalid_grant")
    assert again.headers["Content-Type"].startswith("application/json")
    assert userinfo(token).status == 401


def test_oidcc_ensure_registered_redirect_uri(party, tester, mode):
    tester.get(party, redirect_uri=f"{CALLBACK}/xxxxx", **mode)


def test_oidcc_ensure_post_request_succeeds(party, tester, mode):
    sent = party.request(**mode)

    form = "application/x-www-form-urlencoded"
    came = tester.back(tester.browser.post("/oauth2/authorize", urlencode(sent), form))

    party.tokens(sent, came)


def test_oidcc_server_client_secret_post(token, tester):
    party = Party(token, token_endpoint_auth_method="client_secret_post")

    party.tokens(*tester.go(party))


def test_unsigned_request_objects_are_skipped(token):
    """Modules request-uri-unsigned-…, unsigned-request-object-…, ensure-request-object-…."""
    told = call("/.well-known/openid-configuration").json()

    assert "none" not in told["request_object_signing_alg_values_supported"]
    assert told["request_uri_parameter_supported"] is False


def test_oidcc_claims_essential(party, tester):
    claims = json.dumps({"userinfo": {"name": {"essential": True}}})

    tokens = party.tokens(*tester.go(party, claims=claims))

    assert userinfo(tokens["access_token"]).json()["name"] == "大阪 花子"
    assert "name" not in tokens["claims"]


def test_oidcc_refresh_token(token, tester):
    """Two clients; nobody refreshes with the token of the other."""
    one, two = (Party(token, grant_types=["authorization_code", "refresh_token"]) for _ in range(2))
    lasting = {"scope": "openid offline_access", "prompt": "consent"}
    first, second = (party.tokens(*tester.go(party, **lasting)) for party in (one, two))

    for party, before, scope in (
        (one, first, {"scope": "openid offline_access"}),
        (two, second, {}),
    ):
        answer = party.ask(
            grant_type="refresh_token", refresh_token=before["refresh_token"], **scope
        )
        assert answer.status == 200, answer.body
        after = answer.json()
        assert (after["token_type"], answer.headers["Cache-Control"]) == ("Bearer", "no-store")
        assert userinfo(after["access_token"]).status == 200
        assert after["access_token"] != before["access_token"]
        claims = party.check(after["id_token"], None)
        for name in ("iss", "sub", "aud", "auth_time"):
            assert claims[name] == before["claims"][name]

    stolen = one.ask(
        grant_type="refresh_token",
        refresh_token=second["refresh_token"],
        scope="openid offline_access",
    )
    assert (stolen.status, stolen.json()["error"]) == (400, "invalid_grant")


def test_oidcc_ensure_request_with_valid_pkce_succeeds(party, tester):
    verifier = "v" * 43
    challenge = {"code_challenge": s256(verifier), "code_challenge_method": "S256"}

    party.tokens(*tester.go(party, **challenge), code_verifier=verifier)
