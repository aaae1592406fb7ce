"""What this service says to Genkan about linked accounts, and what it hears. Step 9.

A POST of a form to `{issuer}/api/links` and its neighbours, with the same signed assertion as at
the token endpoint. `account` is our own opaque name of the account: random, nobody's user id.
"""

import secrets
import time
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from joserfc import jwt
from joserfc.jwk import ECKey

from shinsei.config import Config
from shinsei.issuer import ALGORITHMS, Answer, Issuer, Refused, error_code

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ASSERTION_LIFETIME = 60


class Conflict(Exception):
    """The account and the person do not fit together: Genkan's staff decide. `reason` says what."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class LinkApi:
    """Genkan's link endpoints for one registered service. Safe to share between threads."""

    def __init__(self, config: Config, key: ECKey, issuer: Issuer) -> None:
        self._config = config
        self._key = key
        self._issuer = issuer

    def confirm(self, account: str, *, id_token: str, proof: str, open_matters: int) -> None:
        """The person proved this account here, and themselves there by this ID token: link both.

        Raises:
            Conflict: nothing is linked.
            Refused: with Genkan's code; `invalid_grant` when the sign-in is too old.
            Unreachable: no usable answer; it may have linked all the same, so ask it to `end`.
        """
        answer = self._post(
            "/api/links",
            account=account,
            id_token=id_token,
            proof=proof,
            open_matters=str(open_matters),
        )
        if answer.status not in {HTTPStatus.OK, HTTPStatus.CREATED}:
            raise _refusal(answer)

    def end(self, account: str) -> None:
        """The link is over, or was never finished here. Saying it twice is fine.

        Raises:
            Refused, Unreachable: say it again later.
        """
        self._expect_ok(self._post("/api/links/end", account=account))

    def tell_matters(self, account: str, number: int) -> None:
        """So many applications are under way; Genkan says so before the person unlinks there."""
        self._expect_ok(self._post("/api/links/matters", account=account, open_matters=str(number)))

    def merge(self, account: str, into: str) -> None:
        """We made one account of two.

        Raises:
            Conflict: two people are linked with them; Genkan's staff decide.
        """
        self._expect_ok(self._post("/api/links/merge", account=account, into=into))

    def _expect_ok(self, answer: Answer) -> None:
        if answer.status != HTTPStatus.OK:
            raise _refusal(answer)

    def _post(self, path: str, **values: str) -> Answer:
        form = values | {
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": self._assertion(),
        }
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        url = f"{self._issuer.url}{path}"
        return self._issuer.call("POST", url, headers=headers, body=urlencode(form).encode())

    def _assertion(self) -> str:
        now = int(time.time())
        claims: dict[str, Any] = {
            "iss": self._config.client_id,
            "sub": self._config.client_id,
            "aud": self._issuer.url,
            "iat": now,
            "exp": now + ASSERTION_LIFETIME,
            "jti": secrets.token_urlsafe(24),
        }
        header = {"alg": "ES256", "typ": "JWT", "kid": self._key.kid}
        return jwt.encode(header, claims, self._key, algorithms=ALGORITHMS)


def _refusal(answer: Answer) -> Exception:
    if answer.status == HTTPStatus.CONFLICT:
        return Conflict(error_code(answer.document().get("reason")))
    return Refused(answer.error())
