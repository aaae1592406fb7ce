"""Everything that is said to the Digital Agency's authentication app (デジタル認証アプリ).

An OpenID client: code flow with PKCE S256, state and nonce; `private_key_jwt` with ES256; the ID
token checked as OpenID Connect Core 1.0 section 3.1.3.7 asks; the four basic items from userinfo.
Where the endpoints are follows from the issuer, as the agency's reference has them. The keys are
fetched for every check: checks are rare, and a key that was changed is never missed.

Source: developers.digital.go.jp, デジタル認証アプリ APIリファレンス; examples/ninsho/README.md says
what of this is documented and what is assumed.
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet
from joserfc.util import to_str, urlsafe_b64encode

from genkan.kernel import outbound

ALG = "ES256"
SCOPE = "openid name address birthdate gender"
ACR_VALUES = "aal3 crl"
"""The card itself, and a look at the list of revoked certificates."""
CONTEXT = "aal3"
JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ASSERTION_SECONDS = 60
SKEW_SECONDS = 60
"""By how much the two clocks may differ."""
OLDEST_SECONDS = 600
"""An ID token that was issued longer ago is an old one."""
LONGEST_SUBJECT = 255
TRIES = 2
"""How often what may be asked twice is asked."""


class Unreachable(Exception):
    """No usable answer in time: trying again later helps."""


class Untrusted(Exception):
    """An answer failed a check, or was a no; the text names which, and no value."""


class KeyUnusable(Exception):
    """The key file is missing, open to other users, or holds no ES256 key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """The provider, and who we are there."""

    issuer: str
    client_id: str
    redirect_uri: str
    key_file: Path
    allow_loopback: bool

    def endpoint(self, name: str) -> str:
        """Return an endpoint's address: `auth`, `token`, `userinfo`, `certs`."""
        return f"{self.issuer}/protocol/openid-connect/{name}"


def new_key(path: Path) -> dict[str, Any]:
    """Make our key, readable by its owner alone; return its public half, to be registered.

    Raises:
        FileExistsError: there is one; a registered key is never overwritten.
    """
    key = ECKey.generate_key("P-256", {"use": "sig", "alg": ALG}, auto_kid=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600, exist_ok=False)
    path.write_text(json.dumps(key.as_dict(private=True)), "utf-8")
    return dict(key.as_dict(private=False))


def public_key(path: Path) -> dict[str, Any]:
    """Return the public half of our key.

    Raises:
        KeyUnusable: see there.
    """
    return dict(_key(path).as_dict(private=False))


def address(provider: Provider, *, state: str, nonce: str, verifier: str) -> str:
    """Return where to send the browser; the three are unguessable and used once."""
    asked = {
        "response_type": "code",
        "scope": SCOPE,
        "client_id": provider.client_id,
        "redirect_uri": provider.redirect_uri,
        "state": state,
        "nonce": nonce,
        "code_challenge": _plain(hashlib.sha256(verifier.encode()).digest()),
        "code_challenge_method": "S256",
        "acr_values": ACR_VALUES,
    }
    return f"{provider.endpoint('auth')}?{urlencode(asked)}"


def claims_of(
    provider: Provider, code: str, *, nonce: str, verifier: str, now: datetime
) -> Mapping[str, Any]:
    """Swap a code for what the provider says of the card and its holder, `sub` included.

    Three calls, each of at most 5 s; no transaction may be open.

    Raises:
        Unreachable, Untrusted, KeyUnusable: see there.
    """
    tokens = _tokens(provider, code, verifier, now)
    access_token = _text(tokens, "access_token")
    sub = _subject(provider, _text(tokens, "id_token"), access_token, nonce=nonce, now=now)
    told = _asked(provider, "userinfo", {"Authorization": f"Bearer {access_token}"})
    if told.get("sub") != sub:  # OpenID Connect Core 1.0 section 5.3.2
        raise Untrusted("userinfo_sub")
    return told


def _tokens(provider: Provider, code: str, verifier: str, now: datetime) -> dict[str, Any]:
    """Swap the code; once, because a code is good for one use."""
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": provider.redirect_uri,
        "code_verifier": verifier,
        "client_id": provider.client_id,
        "client_assertion_type": JWT_BEARER,
        "client_assertion": _assertion(provider, now),
    }
    kind = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    return _document(
        "token",
        lambda: outbound.post(
            provider.endpoint("token"),
            content=urlencode(form).encode(),
            headers=kind,
            allow_loopback=provider.allow_loopback,
        ),
    )


def _assertion(provider: Provider, now: datetime) -> str:
    """Return a fresh proof of who we are (RFC 7523)."""
    key, issued = _key(provider.key_file), int(now.timestamp())
    claims = {
        "iss": provider.client_id,
        "sub": provider.client_id,
        "aud": provider.endpoint("token"),
        "jti": secrets.token_urlsafe(24),
        "iat": issued,
        "exp": issued + ASSERTION_SECONDS,
    }
    header = {"alg": ALG, "typ": "JWT", "kid": key.kid}
    return jwt.encode(header, claims, key, algorithms=[ALG])


def _subject(
    provider: Provider, id_token: str, access_token: str, *, nonce: str, now: datetime
) -> str:
    """Check the ID token and return whose it is."""
    keys = _asked(provider, "certs", {}).get("keys")
    try:
        usable = [one for one in keys or [] if one.get("kty") == "EC" and one.get("kid")]
        token = jwt.decode(id_token, KeySet.import_key_set({"keys": usable}), algorithms=[ALG])
    except (JoseError, ValueError, TypeError, AttributeError, KeyError) as error:
        raise Untrusted("id_token_signature") from error
    if "kid" not in token.header:
        raise Untrusted("id_token_signature")
    rules = jwt.JWTClaimsRegistry(
        int(now.timestamp()),
        SKEW_SECONDS,
        iss={"essential": True, "value": provider.issuer},
        nonce={"essential": True, "value": nonce},
        sub={"essential": True},
        exp={"essential": True},
        iat={"essential": True},
    )
    try:
        rules.validate(token.claims)
    except (JoseError, ValueError, TypeError) as error:
        raise Untrusted(f"id_token_{getattr(error, 'claim', None) or 'claims'}") from error
    _check_rest(provider, token.claims, access_token, now)
    return _subject_in(token.claims)


def _check_rest(
    provider: Provider, claims: Mapping[str, Any], access_token: str, now: datetime
) -> None:
    """Check what no registry of claims does: for us alone, fresh, strong, of this access token."""
    half = hashlib.sha256(access_token.encode()).digest()[:16]
    checks = {
        "aud": claims.get("aud") in (provider.client_id, [provider.client_id]),
        "azp": claims.get("azp", provider.client_id) == provider.client_id,
        "iat": claims["iat"] > now.timestamp() - OLDEST_SECONDS,
        "acr": CONTEXT in str(claims.get("acr", CONTEXT)).split(),
        "at_hash": hmac.compare_digest(
            str(claims.get("at_hash", _plain(half))).encode(), _plain(half).encode()
        ),
    }
    failed = next((name for name, is_right in checks.items() if not is_right), None)
    if failed:
        raise Untrusted(f"id_token_{failed}")


def _subject_in(claims: Mapping[str, Any]) -> str:
    sub = claims["sub"]
    if not isinstance(sub, str) or not 0 < len(sub) <= LONGEST_SUBJECT:
        raise Untrusted("id_token_sub")
    return sub


def _asked(provider: Provider, name: str, headers: Mapping[str, str]) -> dict[str, Any]:
    """GET one of the endpoints; once more where the first answer was no answer."""

    def call() -> outbound.Answer:
        return outbound.get(
            provider.endpoint(name),
            headers={"Accept": "application/json", **headers},
            allow_loopback=provider.allow_loopback,
        )

    for _ in range(TRIES - 1):
        try:
            return _document(name, call)
        except Unreachable:
            continue
    return _document(name, call)


def _document(name: str, call: Callable[[], outbound.Answer]) -> dict[str, Any]:
    """Return the JSON object of an answer."""
    try:
        answer = call()
    except (outbound.Unreachable, outbound.AddressRefused) as error:
        raise Unreachable(name) from error
    if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise Unreachable(name)
    if answer.status != HTTPStatus.OK:
        raise Untrusted(f"{name}_refused")
    try:
        document = json.loads(answer.body)
    except (ValueError, RecursionError) as error:
        raise Untrusted(f"{name}_answer") from error
    if not isinstance(document, dict):
        raise Untrusted(f"{name}_answer")
    return document


def _text(document: Mapping[str, Any], name: str) -> str:
    value = document.get(name)
    if not isinstance(value, str) or not value.isascii():
        raise Untrusted(f"token_{name}")
    return value


def _key(path: Path) -> ECKey:
    try:
        if path.stat().st_mode & 0o077:
            raise KeyUnusable("open to other users")
        key = ECKey.import_key(json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, TypeError, JoseError) as error:
        raise KeyUnusable("missing, or not a key") from error
    if not key.is_private or key.curve_name != "P-256":
        raise KeyUnusable("not a private key for ES256")
    return key


def _plain(data: bytes) -> str:
    return to_str(urlsafe_b64encode(data))
