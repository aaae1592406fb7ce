"""Whatever is sent, the answer is one of ours: never a 500, never a redirect to a stranger."""

import json
from urllib.parse import urlencode, urlsplit

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from genkan.kernel.db import rows
from tests.sso.stage import Service, call, code_in, userinfo

FUZZ = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
TEXT = st.text(max_size=60) | st.sampled_from(
    ["", "openid", "none", "login", "code", "S256", "\r\n", "\x00", "𠮷", "../", "%00", "{}", "[]"]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["userinfo", "id_token", "name", "sub", "essential", "value", "values"])
            | st.text(max_size=3),
            inner,
            max_size=3,
        )
    ),
    max_leaves=8,
).map(json.dumps)
NAMES = st.sampled_from(
    [
        *("client_id", "redirect_uri", "response_type", "response_mode", "scope", "state"),
        *("nonce", "code_challenge", "code_challenge_method", "prompt", "max_age", "claims"),
        *("id_token_hint", "login_hint", "ui_locales", "request", "request_uri", "acr_values"),
    ]
)
QUERIES = st.lists(st.tuples(NAMES, TEXT | JSON), max_size=6)


@pytest.fixture
def anybody():
    return Client(raise_request_exception=True)


@given(changes=QUERIES)
@FUZZ
def test_authorize_takes_anything(service, anybody, changes):
    pairs = [*(service.request() | dict(changes[:4])).items(), *changes[4:]]

    answer = anybody.get(f"/oauth2/authorize?{urlencode(pairs)}")

    assert answer.status_code in {200, 303, 400}
    if answer.status_code == 303:
        host = urlsplit(answer.headers["Location"]).netloc
        assert host in {"", "shinsei.example"}


@given(raw=st.binary(max_size=200))
@FUZZ
def test_authorize_takes_any_bytes(service, anybody, raw):
    quoted = "".join(
        f"%{byte:02x}" if byte < 33 or byte > 126 or byte == 35 else chr(byte) for byte in raw
    )

    assert anybody.get(f"/oauth2/authorize?{quoted}").status_code == 400
    assert anybody.get(f"/oauth2/logout?{quoted}").status_code in {200, 400}


@given(claims=JSON, prompt=st.sampled_from(["none", "", "consent"]))
@FUZZ
def test_a_linked_resident_is_answered_whatever_the_claims(linked, service, claims, prompt):
    answer = linked.open(service.address(claims=claims, prompt=prompt or None))

    assert answer.status_code == 303
    if "code=" in answer.headers["Location"]:
        tokens = service.redeem(code_in(answer))
        assert tokens.status == 200
        assert userinfo(tokens.json()["access_token"]).status == 200


TOKEN_NAMES = st.sampled_from(
    [
        *("grant_type", "code", "redirect_uri", "code_verifier", "client_id", "client_secret"),
        *("client_assertion", "client_assertion_type", "scope", "refresh_token"),
    ]
)
HEADERS = st.none() | st.text(st.characters(codec="latin-1"), max_size=60) | st.just("Basic Og==")


@given(changes=st.dictionaries(TOKEN_NAMES, TEXT | JSON, max_size=5), header=HEADERS)
@FUZZ
def test_token_takes_anything(service, changes, header):
    good = {
        "grant_type": "authorization_code",
        "code": "x",
        "redirect_uri": "https://shinsei.example/callback",
        "code_verifier": service.verifier,
    }
    headers = {"authorization": service.basic() if header is None else header}

    answer = call("/oauth2/token", "POST", body=urlencode(good | changes).encode(), **headers)

    assert answer.status in {400, 401}
    assert answer.json()["error"]
    assert rows("SELECT count(*) AS n FROM sso_grant")[0]["n"] == 0


@given(body=st.binary(max_size=200), header=HEADERS, method=st.sampled_from(["GET", "POST"]))
@FUZZ
def test_userinfo_takes_any_bytes(installed, body, header, method):
    headers = {} if header is None else {"authorization": header}

    assert call("/oauth2/userinfo", method, body=body, **headers).status in {400, 401}


@given(
    decision=st.sampled_from(["allow", "deny", "preview"]) | TEXT,
    note=TEXT,
    offer=TEXT,
    items=st.lists(TEXT, max_size=4),
)
@FUZZ
def test_a_question_takes_any_answer(resident, service, decision, note, offer, items):
    page = resident.open(service.address())

    answer = resident.browser.post(
        page.headers["Location"],
        {"decision": decision, "shown": note, "offer": offer, "items": items},
    )

    assert answer.status_code in {200, 409, 422}
    assert rows("SELECT count(*) AS n FROM sso_link")[0]["n"] == 0


def test_the_fuzzers_play_with_a_service_that_works(linked):
    other = Service(slug="library")
    page = linked.browser.get(other.address(), follow=True)

    assert code_in(linked.press(page, "allow"))
