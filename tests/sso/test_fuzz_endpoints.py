"""Every endpoint for programs takes anything: an answer of ours, in JSON, and nothing leaks."""

import json
import re
from urllib.parse import quote_from_bytes, urlencode

import pytest
from django.conf import settings as configured
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from genkan.site.hot_paths import HOT_PATHS
from tests.sso.possession import Holder
from tests.sso.registering import initial_token
from tests.sso.stage import COMMITS, call, code_in

pytestmark = COMMITS
FUZZ = settings(
    max_examples=250,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
FORM, JSON = "application/x-www-form-urlencoded", "application/json"
GRANTS = (
    *("authorization_code", "refresh_token", "client_credentials", "password", "implicit"),
    "urn:openid:params:grant-type:ciba",
    "urn:ietf:params:oauth:grant-type:token-exchange",
    "urn:ietf:params:oauth:grant-type:device_code",
)
NAMES = {
    "/oauth2/token": (
        *("grant_type", "code", "redirect_uri", "code_verifier", "refresh_token", "scope"),
        *("resource", "auth_req_id", "subject_token", "subject_token_type", "actor_token"),
        *("requested_token_type", "audience", "client_assertion", "client_assertion_type"),
    ),
    "/oauth2/par": (
        *("response_type", "redirect_uri", "scope", "state", "nonce", "code_challenge"),
        *("code_challenge_method", "claims", "request", "request_uri", "dpop_jkt", "resource"),
        *("authorization_details", "acr_values", "max_age", "prompt", "id_token_hint"),
    ),
    "/oauth2/introspect": ("token", "token_type_hint", "client_id"),
    "/oauth2/revoke": ("token", "token_type_hint", "client_id"),
    "/oauth2/bc-authorize": (
        "scope",
        "login_hint",
        "binding_message",
        "requested_expiry",
        "acr_values",
    ),
    "/oauth2/userinfo": ("access_token",),
    "/api/person-data": ("access_token",),
    "/oauth2/register": (
        *("redirect_uris", "token_endpoint_auth_method", "grant_types", "response_types", "jwks"),
        *("jwks_uri", "sector_identifier_uri", "scope", "client_name", "logo_uri", "contacts"),
        *("id_token_signed_response_alg", "default_max_age", "profile", "software_statement"),
    ),
    "/oauth2/jwks": ("kid",),
    "/.well-known/openid-configuration": ("issuer",),
    "/.well-known/oauth-authorization-server": ("issuer",),
}
"""What each endpoint reads."""
SERVED = {*HOT_PATHS, "/oauth2/register"}
ODD = st.sampled_from(
    [
        *(
            "",
            "0",
            "-1",
            "9" * 30,
            "1e999",
            "NaN",
            "true",
            "null",
            "{}",
            "[]",
            '{"a":[{}]}',
            "[" * 3000,
        ),
        *(
            "a.b.c",
            "..",
            "eyJhbGciOiJub25lIn0.e30.",
            "\r\nSet-Cookie: a=b",
            "𠮷",
            "\ufeff",
            "%00",
            "'--",
        ),
        *(
            "openid",
            "S256",
            "jwt",
            "urn:ietf:params:oauth:request_uri:x",
            "https://[::1",
            "http://a@b/",
        ),
        *("x" * 5000, "日本語" * 100, "openid offline_access", '[{"type":"x"}]', "\u200b", "\x7f"),
    ]
)
TEXT = ODD | st.text(max_size=40) | st.sampled_from(GRANTS)
HEADER = ODD.map(lambda text: re.sub(r"[\r\n]", "", text.encode().decode("latin-1"))) | st.text(
    st.characters(codec="latin-1", exclude_characters="\r\n"), max_size=60
)
SCHEMES = st.sampled_from(["Basic ", "Bearer ", "DPoP ", "Digest ", "bearer  ", "basic\t", ""])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=5,
)


@st.composite
def requests(draw):
    """Draw a request for some endpoint: method, path, query, body and headers."""
    path = draw(st.sampled_from(sorted(NAMES.keys() & SERVED)))
    names = st.sampled_from(NAMES[path]) | st.text(max_size=6)
    pairs = draw(st.lists(st.tuples(names, TEXT), max_size=7))
    body = draw(
        st.just(urlencode(pairs).encode())
        | st.dictionaries(names, VALUES, max_size=5).map(lambda value: json.dumps(value).encode())
        | st.binary(max_size=80)
    )
    kind = draw(
        st.sampled_from([FORM, FORM, JSON, JSON, f"{FORM}; charset=x", "text/plain", ""]) | HEADER
    )
    query = draw(
        st.just("") | st.binary(max_size=20).map(quote_from_bytes) | st.just("access_token=x")
    )
    method = draw(
        st.sampled_from(["POST", "POST", "POST", "GET", "PUT", "DELETE", "OPTIONS", "PATCH"])
    )
    headers = {
        "authorization": draw(st.none() | st.just("good") | st.builds(str.__add__, SCHEMES, HEADER))
    }
    headers["dpop"] = draw(st.none() | HEADER)
    headers["accept"] = draw(st.none() | HEADER)
    return method, path, query, body, kind, headers


def is_well_formed(answer):
    """Whether an error is what RFC 6749 section 5.2 makes of one."""
    told = answer.json()
    plain = re.compile(r"[\x20\x21\x23-\x5b\x5d-\x7e]*")
    return (
        answer.headers["Content-Type"].startswith("application/json")
        and plain.fullmatch(told["error"])
        and plain.fullmatch(told.get("error_description", ""))
    )


@pytest.fixture
def credentials(service, linked):
    """What is good at each endpoint, so that what follows it is reached too."""
    service.agree(
        grant_types=frozenset({"authorization_code", "refresh_token", "client_credentials"})
    )
    code = code_in(linked.open(service.address(scope="openid person_data")))
    bearer = f"Bearer {service.redeem(code).json()['access_token']}"
    known = dict.fromkeys(NAMES, service.basic())
    known |= {"/oauth2/userinfo": bearer, "/api/person-data": bearer}
    return known | {"/oauth2/register": f"Bearer {initial_token()}"}


@given(sent=requests())
@FUZZ
def test_every_endpoint_takes_anything(credentials, service, sent):
    method, path, query, body, kind, headers = sent
    if headers["authorization"] == "good":
        headers["authorization"] = credentials[path]
    present = {name: value for name, value in headers.items() if value is not None}

    answer = call(path, method, body=body, query=query, content_type=kind, **present)

    assert answer.status < 500, answer.body
    if answer.status >= 400 and answer.status != 405:
        assert is_well_formed(answer), answer.body
    assert_nothing_leaks(answer, service)


def assert_nothing_leaks(answer, service):
    whole = repr(sorted(answer.headers.items())).encode() + answer.body
    for secret in (service.client["client_secret"], configured.SECRET_KEY, "Traceback", "psycopg"):
        assert secret.encode() not in whole
    assert not any("\r" in value or "\n" in value for value in answer.headers.values())


@given(
    header=st.dictionaries(st.sampled_from(["typ", "alg", "jwk", "kid", "crit", "b64"]), VALUES),
    claims=st.dictionaries(
        st.sampled_from(["htm", "htu", "iat", "jti", "ath", "nonce", "exp", "nbf", "x"]), VALUES
    ),
    path=st.sampled_from(["/oauth2/token", "/oauth2/par", "/oauth2/userinfo", "/api/person-data"]),
)
@FUZZ
def test_a_signed_proof_may_say_anything(credentials, service, header, claims, path):
    """The signature is right wherever the header leaves one to make."""
    prover = Holder(service).prover
    said = prover.claims("POST", path) | claims
    try:
        proof = prover.sign(said, prover.header(**header))
    except Exception:  # noqa: BLE001 - what joserfc does not sign is no proof that could come
        return
    scheme = credentials[path].replace("Bearer", "DPoP")

    answer = call(path, "POST", body=b"grant_type=x", authorization=scheme, dpop=proof)

    assert answer.status in {400, 401, 405}, answer.body
    assert_nothing_leaks(answer, service)


def test_no_endpoint_is_left_out():
    assert NAMES.keys() >= HOT_PATHS.keys()
