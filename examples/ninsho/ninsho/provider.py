"""The provider without its pages: what is asked, what is granted, what is signed."""

import base64
import hashlib
import hmac
import json
import secrets
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OctKey

from ninsho.config import Client, Config
from ninsho.faults import Fault
from ninsho.personas import PERSONAS, Persona

SCOPES = frozenset({"openid", "name", "address", "birthdate", "gender"})
ACR_VALUES = frozenset({"aal3", "crl"})
JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
CODE_SECONDS = 60
TOKEN_SECONDS = 300
ASSERTION_SECONDS = 600
"""Longest life of a client assertion."""
LONGEST = 255
CHALLENGE_LENGTH = 43
A_HOUR, A_LITTLE = 3600, 20


class NoClient(Exception):
    """Client or redirect address are unknown: nobody is sent anywhere."""


class Refused(Exception):
    """An OAuth error."""

    def __init__(self, error: str, description: str, *, status: int = 400) -> None:
        super().__init__(error)
        self.error, self.description, self.status = error, description, status


@dataclass(slots=True)
class Asked:
    """An authorization request that passed, on its way to tokens."""

    client: Client
    redirect_uri: str
    scopes: frozenset[str]
    state: str
    nonce: str
    challenge: str
    persona: Persona | None = None
    fault: Fault = Fault.NONE
    ends_at: float = 0.0
    refused_once: bool = field(default=False)

    @property
    def person(self) -> Persona:
        """Who was chosen."""
        assert self.persona is not None
        return self.persona


class Provider:
    """One running stand-in. Safe to share between threads."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self._lock = threading.Lock()
        self._salt = secrets.token_bytes(32)
        self._keys = [_new_key()]
        self._asked: dict[str, Asked] = {}
        self._codes: dict[str, Asked] = {}
        self._tokens: dict[str, Asked] = {}
        self._assertions: dict[str, float] = {}

    # Asking

    def ask(self, query: Mapping[str, str]) -> tuple[str, frozenset[str]]:
        """Check an authorization request.

        Returns:
            The name under which it waits for the person, and the scopes it asks for.

        Raises:
            NoClient: never redirect this one.
            Refused: to be told to the client.
        """
        client = self.config.clients.get(query.get("client_id", ""))
        if client is None or query.get("redirect_uri") not in client.redirect_uris:
            raise NoClient
        name = secrets.token_urlsafe(24)
        asked = self._asked[name] = _asked(client, query)
        return name, asked.scopes

    def decide(self, name: str, persona: str, fault: Fault) -> str:
        """Let the person hold a card, or give up; return where the browser goes.

        Raises:
            KeyError: no such request waits, or nobody is called so.
        """
        asked = self._asked.pop(name)
        if fault is Fault.CANCEL:
            return error_address(asked.redirect_uri, asked.state, "access_denied", "User canceled")
        asked.persona, asked.fault = PERSONAS[persona], fault
        asked.ends_at = time.time() + CODE_SECONDS
        code = secrets.token_urlsafe(32)
        self._codes[code] = asked
        state = "somebody-elses-state" if fault is Fault.WRONG_STATE else asked.state
        return f"{asked.redirect_uri}?" + urlencode(
            {"state": state, "session_state": secrets.token_hex(16), "code": code}
        )

    # Tokens

    def tokens(self, form: Mapping[str, str]) -> dict[str, Any]:
        """Swap a code for tokens.

        Raises:
            Refused: with OAuth's code (RFC 6749 section 5.2).
        """
        client = self._proved(form)
        if form.get("grant_type") != "authorization_code":
            raise Refused("unsupported_grant_type", "only authorization_code")
        with self._lock:
            asked = self._codes.pop(form.get("code", ""), None)
        if asked is None or asked.client.id != client.id or time.time() > asked.ends_at:
            raise Refused("invalid_grant", "Code not valid")
        if form.get("redirect_uri") != asked.redirect_uri:
            raise Refused("invalid_grant", "Incorrect redirect_uri")
        if not hmac.compare_digest(_s256(form.get("code_verifier", "")), asked.challenge):
            raise Refused("invalid_grant", "PKCE verification failed")
        self._delayed(asked)
        token = secrets.token_urlsafe(32)
        asked.ends_at = time.time() + TOKEN_SECONDS
        self._tokens[token] = asked
        return {
            "access_token": token,
            "expires_in": TOKEN_SECONDS,
            "token_type": "Bearer",
            "id_token": self._id_token(asked, token),
            "not-before-policy": 0,
            "session_state": secrets.token_hex(16),
            "scope": " ".join(sorted(asked.scopes)),
        }

    def person(self, token: str) -> dict[str, str]:
        """What userinfo says.

        Raises:
            Refused: the token is unknown or over.
        """
        asked = self._tokens.get(token)
        if asked is None or time.time() > asked.ends_at:
            raise Refused("invalid_token", "Token verification failed", status=401)
        if asked.fault is Fault.NO_USERINFO and not asked.refused_once:
            asked.refused_once = True
            raise Refused("temporarily_unavailable", "try again", status=503)
        sub = self._sub(asked)
        if asked.fault is Fault.OTHER_SUBJECT:
            sub = sub[::-1]
        more = {"individual_number": "123456789018"} if asked.fault is Fault.WITH_NUMBER else {}
        return {"sub": sub, **asked.person.claims(asked.scopes), **more}

    def jwks(self) -> dict[str, Any]:
        """The public keys, newest last."""
        return {"keys": [key.as_dict(private=False) for key in self._keys]}

    def renew_key(self) -> None:
        """Sign with a new key from now on; the old one is not published any more."""
        self._keys = [_new_key()]

    def _proved(self, form: Mapping[str, str]) -> Client:
        """The client that signed the assertion (RFC 7523)."""
        compact = form.get("client_assertion", "")
        client = self.config.clients.get(form.get("client_id", ""))
        if client is None or form.get("client_assertion_type") != JWT_BEARER:
            raise Refused("invalid_client", "Client authentication is needed", status=401)
        try:
            claims = jwt.decode(compact, client.keys, algorithms=["ES256"]).claims
            self._check_assertion(client, claims)
        except (JoseError, ValueError, TypeError, KeyError) as fault:
            raise Refused("invalid_client", "Client assertion refused", status=401) from fault
        return client

    def _check_assertion(self, client: Client, claims: Mapping[str, Any]) -> None:
        now = time.time()
        audience = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
        right = (
            claims["iss"] == claims["sub"] == client.id
            and audience == [f"{self.config.issuer}/protocol/openid-connect/token"]
            and now < claims["exp"] <= now + ASSERTION_SECONDS
        )
        with self._lock:
            self._assertions = {jti: end for jti, end in self._assertions.items() if end > now}
            if not right or not claims["jti"] or claims["jti"] in self._assertions:
                raise ValueError("assertion")
            self._assertions[claims["jti"]] = claims["exp"]

    def _delayed(self, asked: Asked) -> None:
        if asked.fault is Fault.SLOW:
            time.sleep(self.config.slow_seconds)
        if asked.fault is Fault.DOWN:
            raise Refused("temporarily_unavailable", "try again later", status=503)

    def _sub(self, asked: Asked) -> str:
        """Pairwise: another one for each client, the same for the same card."""
        told = f"{asked.client.id}\0{asked.person.key}".encode()
        return hmac.digest(self._salt, told, "sha256").hex()

    def _id_token(self, asked: Asked, access_token: str) -> str:
        if asked.fault is Fault.NEW_KEY:
            self.renew_key()
        now = int(time.time())
        claims: dict[str, Any] = {
            "iss": self.config.issuer,
            "sub": self._sub(asked),
            "aud": asked.client.id,
            "azp": asked.client.id,
            "iat": now,
            "auth_time": now,
            "exp": now + TOKEN_SECONDS,
            "nonce": asked.nonce,
            "jti": secrets.token_hex(16),
            "acr": "aal3",
            "at_hash": _half_hash(access_token),
        }
        return self._signed(claims | _falsified(asked.fault, now), asked.fault)

    def _signed(self, claims: dict[str, Any], fault: Fault) -> str:
        key = self._keys[-1]
        if fault is Fault.NO_ALGORITHM:
            unsigned = _part({"alg": "none", "typ": "JWT", "kid": key.kid})
            return f"{unsigned}.{_part(claims)}."
        if fault is Fault.WRONG_ALGORITHM:
            secret = OctKey.import_key(json.dumps(key.as_dict(private=False)).encode())
            header = {"alg": "HS256", "typ": "JWT", "kid": key.kid}
            return jwt.encode(header, claims, secret, algorithms=["HS256"])
        signing = _new_key() if fault is Fault.WRONG_KEY else key
        header = {"alg": "ES256", "typ": "JWT", "kid": key.kid}
        return jwt.encode(header, claims, signing, algorithms=["ES256"])


def error_address(redirect_uri: str, state: str, error: str, description: str) -> str:
    """Where the browser goes with bad news."""
    told = {"error": error, "error_description": description, "state": state}
    return f"{redirect_uri}?{urlencode(told)}"


def _asked(client: Client, query: Mapping[str, str]) -> Asked:
    scopes = frozenset(query.get("scope", "").split())
    asked = Asked(
        client=client,
        redirect_uri=query["redirect_uri"],
        scopes=scopes,
        state=query.get("state", ""),
        nonce=query.get("nonce", ""),
        challenge=query.get("code_challenge", ""),
    )
    if query.get("response_type") != "code":
        raise Refused("unsupported_response_type", "only code")
    if "openid" not in scopes or not scopes <= SCOPES:
        raise Refused("invalid_scope", "unknown scope, or openid is missing")
    if not _is_text(asked.state) or not _is_text(asked.nonce):
        raise Refused("invalid_request", "state and nonce have 1 to 255 characters")
    if query.get("code_challenge_method") != "S256" or not _is_challenge(asked.challenge):
        raise Refused("invalid_request", "PKCE with S256 is needed")
    if not frozenset(query.get("acr_values", "").split()) <= ACR_VALUES:
        raise Refused("invalid_request", "unknown acr_values")
    return asked


def _falsified(fault: Fault, now: int) -> dict[str, Any]:
    """What a fault changes in the claims."""
    changes: dict[Fault, dict[str, Any]] = {
        Fault.WRONG_ISSUER: {"iss": "https://other.example/api/realms/main"},
        Fault.WRONG_AUDIENCE: {"aud": "another-client", "azp": "another-client"},
        Fault.WRONG_NONCE: {"nonce": "another-nonce"},
        Fault.EXPIRED: {"iat": now - A_HOUR, "exp": now - A_HOUR + TOKEN_SECONDS},
        Fault.FROM_THE_FUTURE: {"iat": now + A_HOUR, "exp": now + A_HOUR + TOKEN_SECONDS},
        Fault.SKEWED: {"iat": now + A_LITTLE},
    }
    return changes.get(fault, {})


def _is_text(value: str) -> bool:
    return 0 < len(value) <= LONGEST and value.isascii() and value.isprintable()


def _is_challenge(value: str) -> bool:
    return len(value) == CHALLENGE_LENGTH and value.replace("-", "").replace("_", "").isalnum()


def _new_key() -> ECKey:
    return ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"}, auto_kid=True)


def _s256(verifier: str) -> str:
    return _plain(hashlib.sha256(verifier.encode()).digest())


def _half_hash(token: str) -> str:
    return _plain(hashlib.sha256(token.encode()).digest()[:16])


def _part(claims: Mapping[str, Any]) -> str:
    return _plain(json.dumps(claims).encode())


def _plain(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
