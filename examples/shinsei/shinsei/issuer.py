"""Genkan as a machine at the other end: discovery, keys, signatures, HTTP. No meaning here."""

import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import requests
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from shinsei.config import is_loopback

ALGORITHMS = ("ES256",)
"""The only signature accepted or made; whatever a token's header claims, nothing else is tried."""
METADATA_LIFETIME = 600
"""Seconds for which discovery and keys are kept; an unknown `kid` fetches the keys at once."""
MAX_ANSWER_BYTES = 512 * 1024
TIMEOUTS = (3.05, 10)
"""Seconds to connect and to read; a person is waiting in front of the page."""


class GenkanTrouble(Exception):
    """Something between us and Genkan did not work. `code` is safe to log and to show."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Unreachable(GenkanTrouble):
    """No usable answer: network fault, time-out, 5xx. Trying again later may help."""


class Refused(GenkanTrouble):
    """Genkan answered no; `code` is its error code, for example `no_consent`."""


class Untrusted(GenkanTrouble):
    """An answer did not pass a check. It is dropped whole; `code` names the check."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back over HTTP, read up to a limit."""

    status: int
    kind: str
    """Media type without parameters, in lower case."""
    body: bytes

    def text(self) -> str:
        """The body as ASCII, which every JWS is."""
        try:
            return self.body.decode("ascii")
        except UnicodeDecodeError as fault:
            raise Untrusted("answer_not_ascii") from fault

    def document(self) -> dict[str, Any]:
        """The body as a JSON object."""
        try:
            document = json.loads(self.body)
        except (ValueError, RecursionError) as fault:
            raise Untrusted("answer_not_json") from fault
        if not isinstance(document, dict):
            raise Untrusted("answer_not_json")
        return document

    def error(self) -> str:
        """Genkan's error code, or `http_404` where it gave none."""
        try:
            return error_code(self.document().get("error"), otherwise=f"http_{self.status}")
        except Untrusted:
            return f"http_{self.status}"


def error_code(received: object, *, otherwise: str = "unknown") -> str:
    """An error code as it may be logged and shown: small letters and `_`, nothing else."""
    if isinstance(received, str) and re.fullmatch(r"[a-z_]{1,60}", received):
        return received
    return otherwise


class Issuer:
    """Discovery, keys and signatures of one issuer. Safe to share between threads."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._metadata: dict[str, Any] = {}
        self._keys = KeySet([])
        self._fetched_at = -float(METADATA_LIFETIME)

    @property
    def use_proxy(self) -> bool:
        """Whether the machine's proxy settings apply: not to a Genkan on the machine itself."""
        return not is_loopback(self.url)

    def endpoint(self, name: str) -> str:
        """An address from discovery. One that is not the issuer's own is refused.

        Raises:
            Unreachable, Refused, Untrusted: discovery did not work out.
        """
        if time.monotonic() - self._fetched_at >= METADATA_LIFETIME:
            self._discover()
        address = self._metadata.get(name)
        if not isinstance(address, str) or not self.owns(address):
            raise Untrusted(f"discovery_{name}")
        return address

    def owns(self, address: str) -> bool:
        """Whether the address lies under the issuer: same origin, plain path, no query."""
        asked, issuer = urlsplit(address), urlsplit(self.url)
        return (
            (asked.scheme, asked.netloc) == (issuer.scheme, issuer.netloc)
            and asked.path.startswith(f"{issuer.path}/")
            and re.fullmatch(r"(/[A-Za-z0-9_-][A-Za-z0-9._-]*)+/?", asked.path) is not None
            and not asked.query
            and not asked.fragment
        )

    def verified(self, token: str, *, typ: str) -> tuple[dict[str, Any], dict[str, Any]]:
        """Header and claims of a JWT whose signature and `typ` are right. Claims are unchecked.

        `typ` keeps one kind of token from being used as another. A key we do not know yet is
        looked for once more, because the issuer may have changed keys since.
        """
        try:
            decoded = self._decoded(token)
        except (JoseError, ValueError, TypeError) as failed:
            raise Untrusted("signature") from failed
        if decoded.header.get("typ", "JWT") != typ or "kid" not in decoded.header:
            raise Untrusted("token_type")
        return decoded.header, decoded.claims

    def call(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> Answer:
        """One HTTP exchange: no redirect followed, at most 512 KiB read.

        Raises:
            Unreachable: no answer in time, or one of 429 and 5xx.
            Untrusted: the answer is too long.
        """
        try:
            with requests.Session() as session:
                session.trust_env = self.use_proxy
                with session.request(
                    method,
                    url,
                    headers=headers,
                    data=body,
                    timeout=TIMEOUTS,
                    allow_redirects=False,
                    stream=True,
                ) as answer:
                    received = _read(answer)
        except requests.RequestException as fault:
            raise Unreachable("no_answer") from fault
        if (
            answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR
            or answer.status_code == HTTPStatus.TOO_MANY_REQUESTS
        ):
            raise Unreachable(f"http_{answer.status_code}")
        kind = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        return Answer(answer.status_code, kind, received)

    def _discover(self) -> None:
        metadata = self._get(f"{self.url}/.well-known/openid-configuration")
        if metadata.get("issuer") != self.url:
            raise Untrusted("discovery_issuer")
        self._metadata, self._fetched_at = metadata, time.monotonic()
        try:
            self._fetch_keys()
        except GenkanTrouble:
            self._fetched_at = -float(METADATA_LIFETIME)  # half a discovery is none
            raise

    def _fetch_keys(self) -> None:
        document = self._get(self.endpoint("jwks_uri"))
        try:
            self._keys = KeySet.import_key_set({"keys": document["keys"]})
        except (JoseError, KeyError, TypeError, ValueError) as fault:
            raise Untrusted("jwks") from fault

    def _get(self, url: str) -> dict[str, Any]:
        answer = self.call("GET", url, headers={"Accept": "application/json"})
        if answer.status != HTTPStatus.OK:
            raise Refused(answer.error())
        return answer.document()

    def _decoded(self, token: str) -> jwt.Token:
        self.endpoint("jwks_uri")
        try:
            return jwt.decode(token, self._keys, algorithms=ALGORITHMS)
        except InvalidKeyIdError:
            self._fetch_keys()
            return jwt.decode(token, self._keys, algorithms=ALGORITHMS)


def _read(answer: requests.Response) -> bytes:
    received = bytearray()
    for chunk in answer.iter_content(16 * 1024):
        received += chunk
        if len(received) > MAX_ANSWER_BYTES:
            raise Untrusted("answer_too_long")
    return bytes(received)
