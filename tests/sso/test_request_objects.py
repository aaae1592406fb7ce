"""Signed requests (RFC 9101): whose they are, for whom and when; nothing around them counts."""

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

from genkan.kernel import clock
from genkan.sso.domain.settings import Profile
from genkan.sso.service import keys
from tests.sso.stage import BACK, ISSUER, Signing, code_in, said

STRICT = {"profile": Profile.FAPI2, "require_request_object": True}
MINUTE = 60
RSA = RSAKey.generate_key(2048)


@pytest.fixture
def signing(installed):
    return Signing("signing")


def signed(service, *, header=None, key=None, drop=(), **changes):
    """Return a good request object with these changes."""
    now = int(clock.now().timestamp())
    claims = service.request() | {
        "iss": service.client_id,
        "aud": ISSUER,
        "nbf": now,
        "exp": now + 5 * MINUTE,
    }
    claims = {name: value for name, value in (claims | changes).items() if name not in drop}
    head = {"alg": "ES256", "kid": "k1", "typ": "oauth-authz-req+jwt"} | (header or {})
    head = {name: value for name, value in head.items() if value is not None}
    return jwt.encode(head, claims, key or service.key, [head["alg"]], default_type=None)


def pushed(service, request):
    """Push a request object alone."""
    named = dict.fromkeys(service.request()) | {"client_id": service.client_id}
    proof = {
        "client_assertion": service.assertion(),
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    }
    return service.push(**named, **proof, request=request)


def shown(service, request, browser, **around):
    """Open a request object by value; what stands around it is as given."""
    named = dict.fromkeys(service.request()) | {"client_id": service.client_id}
    return browser.get(service.address(**named | around, request=request))


def at(**seconds):
    now = int(clock.now().timestamp())
    return {name: now + offset for name, offset in seconds.items()}


def test_a_signed_request_leads_to_a_sign_in(signing, resident):
    page = resident.browser.get(
        shown(signing, signed(signing, state="inside"), resident.browser).headers["Location"]
    )
    back = resident.press(page, "allow")

    assert (said(back)[0], said(back)[1]["state"]) == (BACK, "inside")


def test_what_stands_around_a_request_object_does_not_count(signing, client):
    around = {"state": "around", "redirect_uri": "https://evil.example/", "prompt": "login"}
    inside = signed(signing, drop=["state"], prompt="none")

    where, told = said(shown(signing, inside, client, **around))

    assert (where, told["error"], "state" in told) == (BACK, "login_required", False)


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"header": {"typ": None}},
        {"header": {"typ": "JWT"}},
        {"header": {"kid": None}},
        {"aud": ["https://other.example", ISSUER]},
        {"drop": ["exp", "nbf"]},
        {"drop": ["iss"]},
        {"max_age": 600},
        {"claims": {"userinfo": {"name": None}}},
        {"nbf": "soon"},
    ],
    ids=str,
)
def test_a_request_object_is_believed(signing, client, change):
    if change.get("nbf") == "soon":
        change = at(nbf=8)

    assert "/oauth2/interactions/" in shown(signing, signed(signing, **change), client).url


WRONG = [
    ({"header": {"typ": "dpop+jwt"}}, "typ"),
    ({"header": {"kid": "k2"}}, "kid"),
    ({"key": ECKey.generate_key("P-256")}, "signature"),
    ({"header": {"alg": "HS256"}, "key": OctKey.generate_key(256)}, "alg"),
    ({"iss": "somebody"}, "iss"),
    ({"client_id": "somebody"}, "client_id"),
    ({"drop": ["client_id"]}, "client_id"),
    ({"sub": "the client"}, "sub"),
    ({"aud": f"{ISSUER}/"}, "aud"),
    ({"aud": ["https://other.example"]}, "aud"),
    ({"drop": ["aud"]}, "aud"),
    ({"exp": -MINUTE}, "exp"),
    ({"exp": "soon"}, "exp"),
    ({"nbf": 2 * MINUTE}, "nbf"),
    ({"request": "x"}, "inside"),
    ({"request_uri": "urn:x"}, "inside"),
    ({"state": 7}, "state"),
    ({"state": "\x00"}, "state"),
    ({"nonce": ["n"]}, "nonce"),
]


@pytest.mark.parametrize(
    ("change", "named"), WRONG, ids=[f"{number}-{named}" for number, (_, named) in enumerate(WRONG)]
)
def test_a_request_object_that_is_not_right_is_refused(signing, client, change, named):
    moments = {name: value for name, value in change.items() if isinstance(value, int)}
    moments.pop("state", None)
    change = change | at(**moments)
    if "sub" in change:
        change = {"sub": signing.client_id}
    request = signed(signing, **change)

    where, told = said(shown(signing, request, client, redirect_uri=BACK))
    answer = pushed(signing, request)

    assert (where, told["error"]) == (BACK, "invalid_request_object")
    assert named in told["error_description"]
    assert (answer.status, answer.json()["error"]) == (400, "invalid_request_object")


def test_an_unsigned_request_object_is_refused(signing, client):
    request = "eyJhbGciOiJub25lIn0.e30."

    told = said(shown(signing, request, client, redirect_uri=BACK))[1]

    assert told["error"] == "invalid_request_object"
    assert shown(signing, request, client).status_code == 400


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"drop": ["exp"]}, "exp"),
        ({"drop": ["nbf"]}, "nbf"),
        ({"drop": ["iss"]}, "iss"),
        ({"nbf": -1, "exp": 61 * MINUTE}, "60 minutes after"),
        ({"nbf": -70 * MINUTE, "exp": -11 * MINUTE}, "exp"),
        ({"nbf": -70 * MINUTE, "exp": MINUTE}, "60 minutes ago"),
        ({"header": {"alg": "RS256"}, "key": RSA}, "alg"),
    ],
    ids=["no-exp", "no-nbf", "no-iss", "long", "over", "old", "rs256"],
)
def test_fapi_is_stricter_about_request_objects(signing, change, named):
    signing.agree(**STRICT)
    moments = {name: value for name, value in change.items() if isinstance(value, int)}

    answer = pushed(signing, signed(signing, **change | at(**moments)))

    assert answer.json()["error"] == "invalid_request_object"
    assert named in answer.json()["error_description"]


def test_fapi_takes_a_good_request_object_pushed(signing, resident):
    signing.agree(**STRICT)
    answer = pushed(signing, signed(signing))
    assert answer.status == 201

    page = resident.browser.get(signing.reference(answer.json()["request_uri"]), follow=True)

    assert code_in(resident.press(page, "allow"))


def test_a_client_that_has_to_sign_is_told_so(signing, client):
    signing.agree(require_request_object=True)
    proof = {
        "client_assertion": signing.assertion(),
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    }

    told = said(client.get(signing.address()))[1]
    answer = signing.push(**proof)

    assert told["error"] == answer.json()["error"] == "invalid_request"
    assert "sign its requests" in told["error_description"]


def test_the_algorithm_is_the_registered_one(signing):
    signing.agree(request_object_alg="PS256")

    assert pushed(signing, signed(signing)).json()["error"] == "invalid_request_object"


def test_an_id_token_is_no_request_object(signing, client):
    keys.ensure_keys(now=clock.now())
    request = keys.sign(signing.request() | {"iss": signing.client_id, "aud": ISSUER}, typ="JWT")

    told = said(shown(signing, request, client, redirect_uri=BACK))[1]

    assert told["error"] == "invalid_request_object"


def test_a_request_object_opened_by_somebody_else_asks_them_alone(signing, resident, stranger):
    """A replayed request object begins a new interaction: nothing of the first visit is in it."""
    request = signed(signing)
    first = shown(signing, request, resident.browser)
    second = shown(signing, request, stranger.browser)

    assert first.url != second.url
    assert stranger.browser.get(first.url).status_code == 404
