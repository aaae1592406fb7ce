"""What is fuzzed: each target takes any bytes and fails only where our code breaks a promise.

They need no database. `tests/fuzz/test_targets.py` runs them on mutated good inputs in every test
run; `make fuzz` runs them under atheris, which follows the branches of our code and of joserfc.
"""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from joserfc import jws
from joserfc.jwk import ECKey

from genkan.kernel import strict_json
from genkan.kernel.ids import ServiceId
from genkan.kernel.parameters import Form, Unreadable, parse_form
from genkan.sso.domain import (
    bearer,
    client_keys,
    client_proof,
    details,
    dpop,
    metadata,
    redirects,
    request_objects,
    resources,
    uris,
)
from genkan.sso.domain.client_proof import ASSERTION_TYPE, Known, Proof
from genkan.sso.domain.dpop import Target
from genkan.sso.domain.jose import Registry, Unverified
from genkan.sso.domain.request_objects import Signer
from genkan.sso.domain.steps import Door, first_refusal
from genkan.sso.domain.values import Client, ClientAuth, ClientId
from genkan.sso.errors import InvalidDpopProof, OAuthError

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
ISSUER = "https://id.example"
KEY = ECKey.import_key(
    {
        "kty": "EC",
        "crv": "P-256",
        "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
        "d": "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI",
        "kid": "1",
    }
)
"""The example of RFC 7515 appendix A.3: everybody's key, and nobody's."""
CLIENT = Client(
    id=ClientId(UUID(int=1)),
    service=ServiceId(UUID(int=2)),
    sector="shinsei.example",
    name="見本申請",
    redirect_uris=frozenset({"https://shinsei.example/callback", "http://127.0.0.1/back"}),
    post_logout_redirect_uris=frozenset(),
    auth=ClientAuth.PRIVATE_KEY_JWT,
    auth_alg="ES256",
    secret_digest=None,
    scopes=frozenset({"openid"}),
)


@dataclass(frozen=True)
class Fuzzed:
    """A target, and good inputs to begin from."""

    take: Callable[[bytes], None]
    seeds: tuple[bytes, ...]


def text_of(data: bytes) -> str:
    """Return bytes as a server hands headers over."""
    return data.decode("latin-1")


def signed(header: dict[str, object], claims: dict[str, object]) -> bytes:
    """Return a JWS of the example's key; the signature is another one each time."""
    whole = {"alg": "ES256", "kid": "1"} | header
    return jws.serialize_compact(
        whole, json.dumps(claims), KEY, registry=Registry("ES256")
    ).encode()


def compact(data: bytes) -> str:
    """Return bytes as a compact JWS whose parts can be read, so that mutations get inside."""
    parts = [*data.split(b"\n"), b"{}", b"{}", b"x"][:3]
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)


def both(take: Callable[[str], None]) -> Callable[[bytes], None]:
    """Let a target take bytes as a token, and as the insides of one."""

    def taken(data: bytes) -> None:
        take(text_of(data))
        take(compact(data))

    return taken


def dpop_proof(header: str) -> None:
    """A proof that nobody signed is refused in words, whatever it is."""
    target = Target(method="POST", address=f"{ISSUER}/oauth2/token", access_token="token")
    try:
        proof = dpop.checked(header, target, now=NOW)
    except InvalidDpopProof:
        return
    assert proof.jkt == KEY.thumbprint(), "only this key ever signed one"
    assert len(proof.digest) == 32


def client_assertion(assertion: str) -> None:
    """An assertion is refused as every other, or is the client's own."""
    form = {"client_assertion": assertion, "client_assertion_type": ASSERTION_TYPE}
    proof = Proof.read(None, Form(form))
    known = Known(client=CLIENT, keys=[KEY.as_dict(private=False)], issuer=ISSUER, now=NOW)
    refused = first_refusal(client_proof.STEPS, Door.CODE, proof, known)
    if refused is None:
        assert proof.assertion is not None
        assert proof.assertion.text("jti")
        assert proof.client_id == str(CLIENT.id)
    else:
        assert isinstance(refused.reason, OAuthError)


def split_jws(token: str) -> None:
    """Whatever is split can be asked for anything, and put into our log and database."""
    seen = Unverified.read(token)
    if seen is None:
        return
    assert seen.compact == token
    for name in [*seen.claims, "iat", "exp", "sub"]:
        (seen.text(name) or "").encode()
        seen.moment(name)


def basic(header: str) -> None:
    """A header with a name and a secret is read or refused."""
    proof = Proof.read(header, Form({}))
    known = Known(client=None, keys=[], issuer=ISSUER, now=NOW)
    refused = first_refusal(client_proof.STEPS, Door.CODE, proof, known)
    assert refused is not None
    assert isinstance(refused.reason, OAuthError)


def htu(text: str) -> None:
    """An address has one spelling, and spelling it again changes nothing."""
    once = uris.normalised(text)
    if once is not None:
        assert uris.normalised(once) == once
        assert once.startswith(("http://", "https://"))
        assert "?" not in once
        assert "#" not in once


def redirect_uri(text: str) -> None:
    """What may be registered matches itself, and what matches may be registered."""
    registered = CLIENT.redirect_uris
    if redirects.matches(text, registered):
        assert redirects.why_not_registrable(text) is None
        assert text.startswith(("https://shinsei.example/callback", "http://127.0.0.1"))
    if redirects.why_not_registrable(text) is None:
        assert redirects.matches(text, {text})
        whole = redirects.with_parameters(text, {"code": "a&b=#c\r\n", "iss": ISSUER})
        assert whole.startswith(text)
        assert "\n" not in whole
        assert "\r" not in whole
        assert "#" not in whole


def parameters(data: bytes) -> None:
    """A form is read or refused, and so is a token that came with it."""
    try:
        form = parse_form(data)
    except Unreadable:
        return
    assert all(form.values.values())
    assert form.repeated <= form.values.keys()
    try:
        bearer.presented(text_of(data), form, form)
    except OAuthError as refused:
        told = bearer.challenge(refused)
    else:
        return
    assert told.isprintable()


def request_object(text: str) -> None:
    """A request object that nobody signed asks for nothing."""
    seen = Unverified.read(text)
    if seen is None:
        return
    signer = Signer(client=CLIENT, keys=[KEY.as_dict(private=False)], issuer=ISSUER, now=NOW)
    refused = first_refusal(request_objects.STEPS, Door.PUSHED, seen, signer)
    if refused is None:
        assert seen.header["alg"] == "ES256"
    else:
        assert isinstance(refused.reason, OAuthError)


def key_set(data: bytes) -> None:
    """A JWK Set is one of public keys, or refused."""
    try:
        keys = client_keys.key_set(strict_json.loads(data))
    except (OAuthError, ValueError):
        return
    assert not any("d" in key or "k" in key for key in keys)


def registered(data: bytes) -> None:
    """Metadata is taken, or refused by the name of a member."""
    try:
        document = strict_json.loads(data)
    except ValueError:
        return
    if isinstance(document, dict):
        try:
            read = metadata.read(document)
        except OAuthError:
            return
        assert all(redirects.why_not_registrable(uri) is None for uri in read.redirect_uris)


def wishes(text: str) -> None:
    """Details and resources are read or refused."""
    for parse in (details.parse, resources.parse):
        try:
            parse(text)
        except OAuthError:
            continue


_PROOF = {
    "htm": "POST",
    "htu": f"{ISSUER}/oauth2/token",
    "iat": int(NOW.timestamp()),
    "jti": "x",
    "ath": dpop.ath("token"),
    "nonce": "n",
}
_PROOF_HEADER = {"typ": "dpop+jwt", "alg": "ES256", "jwk": KEY.as_dict(private=False)}
_ASSERTION = {
    "iss": str(CLIENT.id),
    "sub": str(CLIENT.id),
    "aud": ISSUER,
    "iat": int(NOW.timestamp()),
    "exp": int(NOW.timestamp()) + 60,
    "jti": "y",
}


_REQUEST = {
    "iss": str(CLIENT.id),
    "client_id": str(CLIENT.id),
    "aud": ISSUER,
    "exp": int(NOW.timestamp()) + 60,
    "nbf": int(NOW.timestamp()),
    "response_type": "code",
    "claims": {"id_token": {"acr": {"essential": True}}},
}
_METADATA = {
    "redirect_uris": ["https://shinsei.example/callback"],
    "token_endpoint_auth_method": "private_key_jwt",
    "jwks": {"keys": [KEY.as_dict(private=False) | {"alg": "ES256"}]},
    "grant_types": ["authorization_code", "refresh_token"],
    "client_name": "x",
    "client_name#ja": "見本",
}


def inside(header: dict[str, object], claims: dict[str, object]) -> bytes:
    """Return what `compact` makes a token of."""
    return json.dumps(header).encode() + b"\n" + json.dumps(claims).encode() + b"\nx"


TARGETS: dict[str, Fuzzed] = {
    "dpop": Fuzzed(
        both(dpop_proof), (signed(_PROOF_HEADER, _PROOF), inside(_PROOF_HEADER, _PROOF))
    ),
    "client_assertion": Fuzzed(
        both(client_assertion),
        (signed({"typ": "JWT"}, _ASSERTION), inside({"alg": "ES256", "kid": "1"}, _ASSERTION)),
    ),
    "jws": Fuzzed(both(split_jws), (signed({}, _ASSERTION), inside({"alg": "none"}, {"exp": 1e9}))),
    "basic": Fuzzed(lambda data: basic(text_of(data)), (b"Basic YTpi", b"basic YSUzQTpi")),
    "htu": Fuzzed(
        lambda data: htu(text_of(data)),
        (b"https://id.example:443/a/../%74oken?x#y", b"HTTP://[::1]:80/."),
    ),
    "redirect_uri": Fuzzed(
        lambda data: redirect_uri(text_of(data)),
        (b"https://shinsei.example/callback", b"http://127.0.0.1:8080/back", b"http://[::1]/?a=b"),
    ),
    "request_object": Fuzzed(
        both(request_object),
        (
            signed({"typ": "oauth-authz-req+jwt"}, _REQUEST),
            inside({"alg": "ES256", "kid": "1"}, _REQUEST),
        ),
    ),
    "key_set": Fuzzed(
        key_set, (json.dumps({"keys": [KEY.as_dict(private=False) | {"alg": "ES256"}]}).encode(),)
    ),
    "metadata": Fuzzed(registered, (json.dumps(_METADATA).encode(),)),
    "wishes": Fuzzed(
        lambda data: wishes(text_of(data)), (b'[{"type":"x"}]', b"https://a.example/b")
    ),
    "parameters": Fuzzed(parameters, (b"a=b&c=%E6%97%A5&access_token=x", b"Bearer abc")),
}
