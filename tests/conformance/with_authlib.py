"""Authlib: its httpx client, PKCE, private_key_jwt, its rules for ID tokens."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import httpx
import pytest
from authlib.common.errors import AuthlibBaseError
from authlib.common.security import generate_token
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import OAuth2Client
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet

from tests.conformance.parties import new_key, resident_at
from tests.conformance.provider import EMAIL, Provider, trusting
from tests.conformance.resident import Answers, Arrival

BACK = "https://authlib.example/callback"
SIGNED_OUT = "https://authlib.example/signed-out"
SCOPE = "openid profile email"


@dataclass
class Request:
    """One authorization request, and what has to be remembered of it."""

    url: str
    state: str
    nonce: str
    verifier: str


@dataclass
class AtProvider:
    """An Authlib client that knows the provider's metadata."""

    provider: Provider
    registered: dict[str, Any]
    key: ECKey
    metadata: dict[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        address = f"{self.provider.issuer}/.well-known/openid-configuration"
        self.metadata = self._get(address)
        assert self.metadata["issuer"] == self.provider.issuer

    def run(self, flow: str) -> None:
        FLOWS[flow](self)

    @property
    def client_id(self) -> str:
        return self.registered["client_id"]

    def _get(self, address: str) -> dict[str, Any]:
        return httpx.get(address, verify=trusting(self.provider), trust_env=False).json()

    def session(self) -> OAuth2Client:
        session = OAuth2Client(
            self.client_id,
            self.key,
            token_endpoint_auth_method="private_key_jwt",
            code_challenge_method="S256",
            redirect_uri=BACK,
            scope=SCOPE,
            verify=trusting(self.provider),
            trust_env=False,
        )
        signing = PrivateKeyJWT(self.provider.issuer, headers={"kid": self.key.kid}, alg="ES256")
        session.register_client_auth_method(signing)
        return session

    def request(self, session: OAuth2Client, **more: str) -> Request:
        nonce, verifier = generate_token(24), generate_token(48)
        url, state = session.create_authorization_url(
            self.metadata["authorization_endpoint"], nonce=nonce, code_verifier=verifier, **more
        )
        return Request(url, state, nonce, verifier)

    def tokens(self, session: OAuth2Client, asked: Request, arrival: Arrival) -> dict[str, Any]:
        """Redeem the code; Authlib refuses a state it does not know."""
        (said,) = parse_qs(urlsplit(arrival.url).query)["iss"]
        assert said == self.metadata["issuer"], "RFC 9207: the answer is another issuer's"
        return session.fetch_token(
            self.metadata["token_endpoint"],
            authorization_response=arrival.url,
            state=asked.state,
            code_verifier=asked.verifier,
        )

    def claims(self, tokens: dict[str, Any], nonce: str, **more: Any) -> CodeIDToken:
        """Verify an ID token by the published keys and Authlib's rules."""
        keys = KeySet.import_key_set(self._get(self.metadata["jwks_uri"]))
        opened = jwt.decode(tokens["id_token"], keys, algorithms=["ES256"])
        assert "at_hash" in opened.claims
        claims = CodeIDToken(
            opened.claims,
            opened.header,
            options={
                "iss": {"essential": True, "value": self.metadata["issuer"]},
                "aud": {"essential": True, "value": self.client_id},
            },
            params={
                "nonce": nonce,
                "client_id": self.client_id,
                "access_token": tokens["access_token"],
            }
            | more,
        )
        claims.validate()
        return claims


def signed_in(at: AtProvider, resident: Any, **more: str) -> tuple[CodeIDToken, Arrival, Any]:
    """Sign in and return what Authlib has verified, how it went, and what userinfo told."""
    with at.session() as session:
        asked = at.request(session, **more)
        arrival = resident.go(asked.url)
        tokens = at.tokens(session, asked, arrival)
        claims = at.claims(tokens, asked.nonce)
        told = session.get(at.metadata["userinfo_endpoint"]).raise_for_status().json()
    assert told["sub"] == claims["sub"]
    return claims, arrival, told


def sign_in(at: AtProvider) -> None:
    with resident_at(at.provider, BACK) as resident:
        _, arrival, told = signed_in(at, resident, prompt="consent")
    assert (arrival.passwords, arrival.offered is not None) == (1, True)
    assert (told["name"], told["email"]) == ("大阪 花子", EMAIL)


def only_what_is_allowed(at: AtProvider) -> None:
    """The resident ticks the name and nothing else; the e-mail address stays."""
    with resident_at(at.provider, BACK) as resident, at.session() as session:
        asked = at.request(session, prompt="consent")
        arrival = resident.go(asked.url, Answers(items=["name"]))
        at.tokens(session, asked, arrival)
        told = session.get(at.metadata["userinfo_endpoint"]).json()
    assert "name" in told
    assert "email" not in told


def a_second_time_without_a_page(at: AtProvider) -> None:
    with resident_at(at.provider, BACK) as resident:
        first, _, _ = signed_in(at, resident)
        again, arrival, _ = signed_in(at, resident, prompt="none")
    assert (arrival.passwords, arrival.offered) == (0, None)
    assert (first["sub"], first["auth_time"]) == (again["sub"], again["auth_time"])


def asked_again(at: AtProvider) -> None:
    with resident_at(at.provider, BACK) as resident:
        signed_in(at, resident)
        for more in ({"prompt": "login"}, {"max_age": "0"}):
            _, arrival, _ = signed_in(at, resident, **more)
            assert arrival.passwords == 1, f"{more}: no password was asked for"


def error_of(at: AtProvider, answers: Answers | None = None, **more: str) -> str:
    """What an answer says that is an error; Authlib leaves reading it to web frameworks."""
    with resident_at(at.provider, BACK) as resident, at.session() as session:
        asked = at.request(session, **more)
        arrival = resident.go(asked.url, answers)
    said = dict(parse_qsl(urlsplit(arrival.url).query))
    assert (said["state"], said["iss"]) == (asked.state, at.metadata["issuer"])
    return said["error"]


def denied(at: AtProvider) -> None:
    assert error_of(at, Answers("deny"), prompt="consent") == "access_denied"


def nobody_there(at: AtProvider) -> None:
    assert error_of(at, prompt="none") == "login_required"


def wrong_state(at: AtProvider) -> None:
    with resident_at(at.provider, BACK) as resident, at.session() as session:
        asked = at.request(session)
        arrival = resident.go(asked.url)
        asked.state = generate_token(24)
        with pytest.raises(AuthlibBaseError, match="state"):
            at.tokens(session, asked, arrival)


def wrong_nonce(at: AtProvider) -> None:
    with resident_at(at.provider, BACK) as resident, at.session() as session:
        asked = at.request(session)
        tokens = at.tokens(session, asked, resident.go(asked.url))
        with pytest.raises(JoseError, match="nonce"):
            at.claims(tokens, generate_token(24))


def wrong_verifier(at: AtProvider) -> None:
    with resident_at(at.provider, BACK) as resident, at.session() as session:
        asked = at.request(session)
        arrival = resident.go(asked.url)
        asked.verifier = generate_token(48)
        with pytest.raises(OAuthError) as refused:
            at.tokens(session, asked, arrival)
    assert refused.value.error == "invalid_grant"


FLOWS: dict[str, Callable[[AtProvider], None]] = {
    "sign-in, consent, ID token, iss, userinfo (private_key_jwt)": sign_in,
    "consent to one item": only_what_is_allowed,
    "consent denied": denied,
    "prompt=none after a sign-in": a_second_time_without_a_page,
    "prompt=none with nobody there": nobody_there,
    "prompt=login and max_age=0": asked_again,
    "a wrong state is refused": wrong_state,
    "a wrong nonce is refused": wrong_nonce,
    "a wrong code_verifier is refused": wrong_verifier,
}


class Authlib:
    """The party that comes with the development environment: it is never missing."""

    name = "Authlib"
    flows = tuple(FLOWS)
    need = None

    @contextmanager
    def at(self, provider: Provider) -> Iterator[AtProvider]:
        key = new_key()
        registered = provider.register(
            {
                "client_name": "Authlib",
                "redirect_uris": [BACK],
                "post_logout_redirect_uris": [SIGNED_OUT],
                "scope": SCOPE,
                "token_endpoint_auth_method": "private_key_jwt",
                "jwks": {"keys": [key.as_dict(private=False)]},
            }
        )
        yield AtProvider(provider, registered, key)
