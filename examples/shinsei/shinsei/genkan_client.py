"""Everything this service says to Genkan and hears from it. The one file to read.

In the order in which a partner meets them:

1. `registration`          what Genkan must know about us, once
2. `sign_in_url`           send the person to Genkan (code flow, PKCE S256, state, nonce)
3. `finish_sign_in`        they came back: swap the code for tokens, check the ID token
4. `person_data`           fetch what the person agreed to share, as a signed JWS
5. `notice`                a webhook arrived: check it, read it
6. `certificate`, `send_certificate`   the data is gone: sign that and say so
7. `sign_out_url`          sign out at Genkan as well
8. `signed_out`            a logout token arrived: check it, read it
9. `links`                 accounts that people had here before: link, unlink (`link_api.py`)

Nothing here knows Flask, SQLite or a page. What goes wrong is one of three exceptions:
`Unreachable` (try later), `Refused` (Genkan said no, with its code), `Untrusted` (an answer failed
a check).
Authlib speaks OAuth 2.0 and OpenID Connect; `issuer.py` does discovery, keys and HTTP.
"""

import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import requests
from authlib.common.urls import add_params_to_uri
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import ClaimError, JoseError
from joserfc.jwk import ECKey
from standardwebhooks import Webhook, WebhookVerificationError

from shinsei.clock import rfc3339
from shinsei.config import Config
from shinsei.issuer import (
    ALGORITHMS,
    TIMEOUTS,
    GenkanTrouble,
    Issuer,
    Refused,
    Unreachable,
    Untrusted,
    error_code,
)
from shinsei.link_api import LinkApi
from shinsei.notices import BadNotice, Notice, read_notice
from shinsei.person_data import Item, PersonData, optional, read_person_data, text_of

__all__ = [
    "Genkan",
    "GenkanTrouble",
    "Item",
    "PersonData",
    "Refused",
    "SignedIn",
    "SignedOut",
    "Unreachable",
    "Untrusted",
    "registration",
]

SCOPE = "openid person_data"
CLOCK_SKEW = 30
"""Seconds by which the two clocks may differ."""
ASSERTION_LIFETIME = 60
LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"
LOGOUT_MAX_AGE = 300
"""Seconds since `iat` after which a logout token is refused, even if it lasts longer."""
CERTIFICATE_LIFETIME = 540
"""Seconds; Genkan accepts at most 600."""
COPIES = (
    "受領データと、それを使った申込書を、データベースファイルと先行書き込みログから消去し、ファイルを詰め直しました。"
    "控え(バックアップ)と再委託先への写しはありません。"
)
RESPONSIBLE = "ひなた市 しんせい運用担当 個人情報保護責任者"


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A person came back from Genkan and the ID token passed every check."""

    sub: str
    """Pairwise: only we see this one, and it stays the same for the same person."""
    access_token: str
    access_expires_at: int
    id_token: str
    """Kept for signing out (`id_token_hint`)."""
    sid: str | None
    """Genkan's name for this session; a logout token names it."""


@dataclass(frozen=True, slots=True)
class SignedOut:
    """A logout token that passed every check. At least one of `sub` and `sid` is there."""

    jti: str
    """Each token is good once."""
    sub: str | None
    sid: str | None
    """None: every session of `sub`."""


def registration(config: Config, key: ECKey) -> dict[str, object]:
    """Step 1: our client metadata (RFC 7591), to be given to Genkan's operator."""
    return {
        "client_name": "しんせい 電子申請",
        "client_name#en": "Shinsei online applications",
        "client_uri": config.base_url,
        "application_type": "web",
        "redirect_uris": [config.redirect_uri],
        "post_logout_redirect_uris": [config.post_logout_redirect_uri],
        "grant_types": ["authorization_code"],
        "response_types": ["code"],
        "scope": SCOPE,
        "subject_type": "pairwise",
        "token_endpoint_auth_method": "private_key_jwt",
        "token_endpoint_auth_signing_alg": "ES256",
        "id_token_signed_response_alg": "ES256",
        "jwks": {"keys": [key.as_dict(private=False)]},
        "backchannel_logout_uri": f"{config.base_url}/backchannel-logout",
        "backchannel_logout_session_required": True,
        "webhook_uri": f"{config.base_url}/webhooks/genkan",
    }


class Genkan:
    """Genkan as seen by one registered service. Safe to share between threads."""

    def __init__(self, config: Config, key: ECKey) -> None:
        self._config = config
        self._key = key
        self._issuer = Issuer(config.issuer)
        self._webhook = Webhook(config.webhook_secret)
        self.links = LinkApi(config, key, self._issuer)

    def sign_in_url(self, *, state: str, nonce: str, verifier: str, prompt: str | None) -> str:
        """Step 2: where to send the browser. The caller keeps the three values for its return.

        Args:
            state: unguessable; ties the answer to this browser's session.
            nonce: unguessable; ties the ID token to this request.
            verifier: PKCE secret; only its hash travels.
            prompt: `consent` to have the person asked again, None normally.
        """
        more = {"prompt": prompt} if prompt else {}
        with self._oauth() as session:
            url, _ = session.create_authorization_url(
                self._issuer.endpoint("authorization_endpoint"),
                state=state,
                nonce=nonce,
                code_verifier=verifier,
                **more,
            )
        return str(url)

    def finish_sign_in(self, answer: Mapping[str, str], *, nonce: str, verifier: str) -> SignedIn:
        """Step 3: turn the query of the redirect into a signed-in person.

        Args:
            answer: the query parameters; the caller has found `state` in the person's session.
            nonce: as given to `sign_in_url`.
            verifier: as given to `sign_in_url`.

        Raises:
            Refused: the person or Genkan said no (`access_denied`, `invalid_grant`, …).
            Untrusted: another issuer answered, or the ID token failed a check.
            Unreachable: no usable answer of the token endpoint.
        """
        if answer.get("iss") != self._issuer.url:  # RFC 9207: before anything else is believed
            raise Untrusted("response_iss")
        if "error" in answer:
            raise Refused(error_code(answer.get("genkan_error", answer["error"])))
        token = self._tokens(text_of(answer, "code"), verifier)
        id_token, access_token = text_of(token, "id_token"), text_of(token, "access_token")
        lifetime = token.get("expires_in")
        expires_at = int(time.time()) + (lifetime if isinstance(lifetime, int) else 0)
        sub, sid = self._subject(id_token, access_token, nonce)
        return SignedIn(sub, access_token, expires_at, id_token, sid)

    def _tokens(self, code: str, verifier: str) -> Mapping[str, object]:
        """Swap the code for tokens, authenticating with a fresh signed assertion (RFC 7523)."""
        now = int(time.time())
        assertion = PrivateKeyJWT(
            token_endpoint=self._issuer.url,  # Genkan wants its issuer as `aud`
            alg="ES256",
            headers={"kid": self._key.kid},
            claims={"exp": now + ASSERTION_LIFETIME, "jti": secrets.token_urlsafe(24)},
        )
        try:
            with self._oauth() as session:
                session.register_client_auth_method(assertion)
                answer = session.fetch_token(
                    self._issuer.endpoint("token_endpoint"),
                    grant_type="authorization_code",
                    code=code,
                    code_verifier=verifier,
                    allow_redirects=False,
                    timeout=TIMEOUTS,
                )
        except OAuthError as refusal:
            raise Refused(error_code(refusal.error)) from refusal
        except requests.JSONDecodeError as fault:
            raise Untrusted("token_answer") from fault
        except requests.RequestException as fault:
            raise Unreachable("token_endpoint") from fault
        except ValueError as fault:
            raise Untrusted("token_answer") from fault
        return dict(answer)

    def _subject(self, id_token: str, access_token: str, nonce: str) -> tuple[str, str | None]:
        """Check the ID token (Core 3.1.3.7) and return whose it is, in which session."""
        header, claims = self._issuer.verified(id_token, typ="JWT")
        rules = self._rules("sub", "exp", "iat")
        facts = {
            "nonce": nonce,
            "client_id": self._config.client_id,
            "access_token": access_token,
        }
        try:
            CodeIDToken(claims, header, rules, facts).validate(leeway=CLOCK_SKEW)
        except JoseError as failed:
            raise Untrusted(f"id_token_{_claim(failed)}") from failed
        return text_of(claims, "sub"), optional(claims, "sid")

    def person_data(self, access_token: str, *, sub: str) -> PersonData:
        """Step 4: fetch what the person agreed to share. Each call is a provision they will see.

        Raises:
            Refused: `invalid_token` (sign in again) or a reason such as `no_consent`.
            Untrusted: the signed answer failed a check, or speaks of somebody else.
            Unreachable: no usable answer.
        """
        url = f"{self._issuer.url}/api/person-data"
        headers = {"Authorization": f"Bearer {access_token}", "Accept": "application/jwt"}
        answer = self._issuer.call("GET", url, headers=headers)
        if answer.status == HTTPStatus.UNAUTHORIZED:
            raise Refused("invalid_token")
        if answer.status != HTTPStatus.OK:
            raise Refused(answer.error())
        if answer.kind != "application/jwt":
            raise Untrusted("person_data_content_type")
        _, claims = self._issuer.verified(answer.text(), typ="person-data+jwt")
        rules = self._rules("exp", "iat") | {"sub": {"essential": True, "value": sub}}
        try:
            jwt.JWTClaimsRegistry(None, CLOCK_SKEW, **rules).validate(claims)
        except JoseError as failed:
            raise Untrusted(f"person_data_{_claim(failed)}") from failed
        return read_person_data(claims)

    def _rules(self, *present: str) -> dict[str, jwt.ClaimsOption]:
        """From this issuer, to us, and with the named claims."""
        rules: dict[str, jwt.ClaimsOption] = {name: {"essential": True} for name in present}
        rules["iss"] = {"essential": True, "value": self._issuer.url}
        rules["aud"] = {"essential": True, "value": self._config.client_id}
        return rules

    def notice(self, body: bytes, headers: Mapping[str, str]) -> Notice:
        """Step 5: check signature and time of a webhook (Standard Webhooks) and read it.

        The library refuses messages more than five minutes old or new. A repeated one is the
        caller's to recognise, by `Notice.message`.

        Raises:
            Untrusted: `webhook_signature` or `webhook_body`.
        """
        lowered = {name.lower(): value for name, value in headers.items()}
        try:
            self._webhook.verify(body, lowered, json_parse=False)
        except (WebhookVerificationError, ValueError) as fault:
            raise Untrusted("webhook_signature") from fault
        try:
            return read_notice(lowered["webhook-id"], json.loads(body))
        except (ValueError, RecursionError, BadNotice) as fault:
            raise Untrusted("webhook_body") from fault

    def owns(self, certificate_url: str) -> bool:
        """Whether the address lies under the issuer; a certificate is sent nowhere else."""
        return self._issuer.owns(certificate_url)

    def certificate(
        self, *, disposal: str, provisions: list[str], completed_at: int, now: int
    ) -> str:
        """Step 6: our signed word that the data of these provisions is gone."""
        claims: dict[str, Any] = {
            "iss": self._config.client_id,
            "sub": self._config.client_id,
            "aud": self._issuer.url,
            "iat": now,
            "exp": now + CERTIFICATE_LIFETIME,
            "jti": secrets.token_urlsafe(24),
            "disposal": disposal,
            "provisions": provisions,
            "outcome": "disposed",
            "method": "erased",
            "copies": COPIES,
            "completed_at": rfc3339(completed_at),
            "responsible": RESPONSIBLE,
        }
        header = {"alg": "ES256", "typ": "disposal-certificate+jwt", "kid": self._key.kid}
        return jwt.encode(header, claims, self._key, algorithms=ALGORITHMS)

    def send_certificate(self, url: str, certificate: str) -> None:
        """Hand the certificate over; returns when Genkan has it, now or since an earlier attempt.

        Raises:
            Refused: with Genkan's code.
            Unreachable: no usable answer; the same certificate may be sent again.
        """
        headers = {"Content-Type": "application/jwt"}
        answer = self._issuer.call("POST", url, headers=headers, body=certificate.encode())
        accepted = answer.status in {HTTPStatus.OK, HTTPStatus.CREATED}
        if not accepted and answer.error() != "already_certified":
            raise Refused(answer.error())

    def sign_out_url(self, *, id_token: str, state: str) -> str:
        """Step 7: where to send the browser to sign out at Genkan too (RP-Initiated Logout)."""
        parameters = {
            "id_token_hint": id_token,
            "post_logout_redirect_uri": self._config.post_logout_redirect_uri,
            "state": state,
        }
        endpoint = self._issuer.endpoint("end_session_endpoint")
        return str(add_params_to_uri(endpoint, list(parameters.items())))

    def signed_out(self, logout_token: str) -> SignedOut:
        """Step 8: check a logout token (OpenID Connect Back-Channel Logout 1.0 section 2.6).

        Whether it was used before is the caller's to know, by `SignedOut.jti`.

        Raises:
            Untrusted: `signature`, `token_type`, or `logout_token_` and what is wrong.
            Unreachable: no usable keys.
        """
        _, claims = self._issuer.verified(logout_token, typ="logout+jwt")
        rules = self._rules("iat", "exp", "jti")
        try:
            jwt.JWTClaimsRegistry(None, CLOCK_SKEW, **rules).validate(claims)
        except JoseError as failed:
            raise Untrusted(f"logout_token_{_claim(failed)}") from failed
        events = claims.get("events")
        if not isinstance(events, dict) or not isinstance(events.get(LOGOUT_EVENT), dict):
            raise Untrusted("logout_token_events")
        if "nonce" in claims:  # it is an ID token dressed up as a logout token
            raise Untrusted("logout_token_nonce")
        if time.time() - int(claims["iat"]) > LOGOUT_MAX_AGE + CLOCK_SKEW:
            raise Untrusted("logout_token_iat")
        sub, sid = optional(claims, "sub"), optional(claims, "sid")
        if sub is None and sid is None:
            raise Untrusted("logout_token_sid")
        return SignedOut(text_of(claims, "jti"), sub, sid)

    def _oauth(self) -> OAuth2Session:
        session = OAuth2Session(
            client_id=self._config.client_id,
            client_secret=self._key,
            token_endpoint_auth_method="private_key_jwt",  # noqa: S106 -- a name, not a secret
            scope=SCOPE,
            redirect_uri=self._config.redirect_uri,
            code_challenge_method="S256",
        )
        session.trust_env = self._issuer.use_proxy
        return session


def _claim(failed: JoseError) -> str:
    """The name of the claim that failed, such as `nonce` or `aud`."""
    return failed.claim if isinstance(failed, ClaimError) else "form"
