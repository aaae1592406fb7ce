"""The stand-in for the card app is strict: what the real one would refuse, it refuses."""

import ast
import base64
import hashlib
import secrets
import time
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OctKey

from ninsho.config import BadConfiguration, Client, Config, from_environment
from ninsho.personas import PERSONAS
from ninsho.provider import Provider
from ninsho.web import create_app

SOURCES = sorted((Path(__file__).parents[2] / "examples" / "ninsho").rglob("*.py"))
BASE = "http://127.0.0.1:8002"
PATHS = "/api/realms/main/protocol/openid-connect"
BACK = "https://portal.example/profile/card/return"
VERIFIER = "v" * 43
CHALLENGE = (
    base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
)
ASKED = {
    "response_type": "code",
    "scope": "openid name address birthdate gender",
    "client_id": "RP1",
    "redirect_uri": BACK,
    "state": "a-state",
    "nonce": "a-nonce",
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
    "acr_values": "aal3 crl",
}
KEY = ECKey.generate_key("P-256", auto_kid=True)


@pytest.fixture
def app():
    known = Client("RP1", (BACK,), KeySet.import_key_set({"keys": [KEY.as_dict(private=False)]}))
    return create_app(Provider(Config(BASE, {"RP1": known}))).test_client()


def told(answer):
    """What an answer tells the client in the address."""
    assert answer.headers["Location"].startswith(f"{BACK}?")
    return {name: one[0] for name, one in parse_qs(urlsplit(answer.location).query).items()}


def a_code(app, persona="h01", **changes):
    page = app.get(f"{PATHS}/auth", query_string=ASKED | changes).text
    asked = page.partition('name="asked" value="')[2].partition('"')[0]
    chosen = {"asked": asked, "persona": persona, "fault": "none"}
    return told(app.post("/api/realms/main/choose", data=chosen))["code"]


def assertion(key=KEY, alg="ES256", **changes):
    now = int(time.time())
    claims = {
        "iss": "RP1",
        "sub": "RP1",
        "aud": f"{BASE}{PATHS}/token",
        "jti": secrets.token_urlsafe(16),
        "iat": now,
        "exp": now + 60,
    }
    header = {"alg": alg, "kid": key.kid}
    return jwt.encode(header, claims | changes, key, algorithms=[alg])


def swap(app, code, proof=None, **changes):
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": BACK,
        "code_verifier": VERIFIER,
        "client_id": "RP1",
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": proof or assertion(),
    }
    answer = app.post(f"{PATHS}/token", data=form | changes)
    return answer.status_code, answer.json


def test_it_imports_nothing_of_genkan():
    assert SOURCES
    for source in SOURCES:
        for node in ast.walk(ast.parse(source.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not [name for name in names if name.split(".")[0] in {"genkan", "django"}]


def test_good_request_ends_with_what_the_scopes_allow(app):
    status, tokens = swap(app, a_code(app, scope="openid birthdate"))
    bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
    claims = app.get(f"{PATHS}/userinfo", headers=bearer).json

    assert status == 200
    assert claims.pop("sub")
    assert claims == {"birthdate": PERSONAS["h01"].birthdate}


@pytest.mark.parametrize(
    "changes",
    [{"client_id": "RP2"}, {"redirect_uri": f"{BACK}/"}, {"redirect_uri": "https://evil.example/"}],
    ids=["client", "slash", "stranger"],
)
def test_unknown_client_or_address_gets_a_page_and_no_redirect(app, changes):
    answer = app.get(f"{PATHS}/auth", query_string=ASKED | changes)

    assert answer.status_code == 400
    assert "Location" not in answer.headers


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "name"}, "invalid_scope"),
        ({"scope": "openid sign"}, "invalid_scope"),
        ({"state": ""}, "invalid_request"),
        ({"nonce": ""}, "invalid_request"),
        ({"nonce": "n" * 256}, "invalid_request"),
        ({"code_challenge": ""}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"acr_values": "aal1"}, "invalid_request"),
    ],
)
def test_request_that_lacks_something_is_refused(app, changes, error):
    answer = told(app.get(f"{PATHS}/auth", query_string=ASKED | changes))

    assert answer["error"] == error


OTHER = ECKey.generate_key("P-256", auto_kid=True)
SHARED = OctKey.generate_key(256, auto_kid=True)


@pytest.mark.parametrize(
    "proof",
    [
        lambda: assertion(aud=f"{BASE}/api/realms/main"),
        lambda: assertion(aud=[f"{BASE}{PATHS}/token", "https://evil.example"]),
        lambda: assertion(exp=int(time.time()) - 1),
        lambda: assertion(exp=int(time.time()) + 3600),
        lambda: assertion(sub="RP2"),
        lambda: assertion(jti=""),
        lambda: assertion(OTHER),
        lambda: assertion(SHARED, "HS256"),
        lambda: "no.assertion.atall",
    ],
    ids=["aud", "two-auds", "over", "too-long", "sub", "jti", "key", "alg", "garbage"],
)
def test_client_that_does_not_prove_itself_is_refused(app, proof):
    status, answer = swap(app, a_code(app), proof())

    assert (status, answer["error"]) == (401, "invalid_client")


def test_assertion_is_good_once(app):
    proof = assertion()

    assert swap(app, a_code(app), proof)[0] == 200
    assert swap(app, a_code(app), proof)[1]["error"] == "invalid_client"


@pytest.mark.parametrize(
    "changes",
    [{"code_verifier": "w" * 43}, {"redirect_uri": f"{BACK}/"}, {"grant_type": "password"}],
    ids=["verifier", "address", "grant"],
)
def test_code_is_good_for_its_verifier_and_address(app, changes):
    error = swap(app, a_code(app), **changes)[1]["error"]

    assert error in {"invalid_grant", "unsupported_grant_type"}


def test_code_is_good_once(app):
    code = a_code(app)

    assert swap(app, code)[0] == 200
    assert swap(app, code)[1]["error"] == "invalid_grant"


def test_userinfo_without_a_token_says_nothing(app):
    answer = app.get(f"{PATHS}/userinfo", headers={"Authorization": "Bearer guess"})

    assert (answer.status_code, answer.json["error"]) == (401, "invalid_token")


@pytest.mark.parametrize(
    "text", [None, '[{"client_id": "RP1"}]', "no json"], ids=["missing", "half", "garbage"]
)
def test_settings_that_are_not_usable_are_named_and_not_repeated(tmp_path, text):
    file = tmp_path / "clients.json"
    if text is not None:
        file.write_text(text)

    with pytest.raises(BadConfiguration, match="NINSHO_CLIENTS") as refused:
        from_environment({"NINSHO_BASE_URL": BASE, "NINSHO_CLIENTS": str(file)})
    assert str(file) not in str(refused.value)


def test_nobody_on_a_card_lives_in_a_house_that_exists():
    for persona in PERSONAS.values():
        assert "９９" in persona.address
