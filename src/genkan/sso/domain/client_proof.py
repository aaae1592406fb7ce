"""How a client proves itself, at the token endpoint and wherever else it calls us directly.

Every failure is one and the same `invalid_client` to the client; `detail` tells our log which.

Source:
    OpenID Connect Core 1.0 section 9; RFC 7523 section 3; RFC 9700 section 2.5; the audience is the
    issuer (draft-ietf-oauth-rfc7523bis), and nothing else for FAPI 2.0 (Security Profile section
    5.3.2.1).
"""

import base64
import binascii
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import unquote_plus

from genkan.kernel.parameters import Form
from genkan.sso.domain import client_keys
from genkan.sso.domain.jose import Unverified
from genkan.sso.domain.metadata import RSA_ALG, THEIR_ALGS
from genkan.sso.domain.settings import Profile
from genkan.sso.domain.steps import CLIENT_DOORS, PUSHED, WITH_SECRET_DOORS, Step
from genkan.sso.domain.values import Client, ClientAuth
from genkan.sso.errors import ClientStopped, InvalidClient, InvalidRequest

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ASSERTION_TYPS = (None, "JWT", "client-authentication+jwt")
"""Header types of a client assertion: a disposal certificate, signed with the same key, is none."""
SKEW = timedelta(seconds=10)
LONGEST_LIFE = timedelta(hours=1)
MAX_JTI_LENGTH = 255
_NOBODY = bytes(32)


@dataclass(frozen=True, slots=True)
class Basic:
    """Name and secret of an `Authorization: Basic` header."""

    client_id: str
    secret: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What a request brings as its proof.

    Attributes:
        authorization: the header, if one came, whatever it holds.
        basic: name and secret of it, if it could be read.
        assertion: the signed assertion, split but not trusted.
    """

    authorization: str | None
    basic: Basic | None
    form: Form
    assertion: Unverified | None

    @classmethod
    def read(cls, authorization: str | None, form: Form) -> "Proof":
        """Return the proof of a request; nothing is checked yet."""
        return cls(
            authorization=authorization,
            basic=_basic(authorization or ""),
            form=form,
            assertion=Unverified.read(form.get("client_assertion") or ""),
        )

    @property
    def client_id(self) -> str | None:
        """Return whom the proof names."""
        if self.basic is not None:
            return self.basic.client_id
        if self.assertion is not None:
            return self.assertion.text("sub")
        return self.form.get("client_id")

    @property
    def secret(self) -> str | None:
        """Return the secret it brings, in the header or in the form."""
        return self.form.get("client_secret") if self.basic is None else self.basic.secret

    @property
    def way(self) -> ClientAuth | None:
        """Return in which way it proves, or None if there is nothing to be read."""
        if self.basic is not None:
            return ClientAuth.BASIC
        if self.assertion is not None:
            return ClientAuth.PRIVATE_KEY_JWT
        bare = self.authorization is None and self.form.get("client_assertion") is None
        if not bare or self.form.get("client_id") is None:
            return None
        return ClientAuth.NONE if self.secret is None else ClientAuth.POST


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What we know about whom the proof names.

    Attributes:
        keys: public JWKs of the client.
        issuer: our own name, the audience of assertions.
    """

    client: Client | None
    keys: Sequence[Mapping[str, Any]]
    issuer: str
    now: datetime

    @property
    def found(self) -> Client:
        """Return the client, which an earlier step has found."""
        if self.client is None:
            raise InvalidClient(detail="unknown client")
        return self.client


def _basic(header: str) -> Basic | None:
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        decoded = base64.b64decode(encoded.strip(), validate=True).decode()
    except (binascii.Error, ValueError):
        return None
    name, colon, secret = decoded.partition(":")
    if not colon:
        return None
    try:
        return Basic(unquote_plus(name, errors="strict"), unquote_plus(secret, errors="strict"))
    except UnicodeDecodeError:
        return None


def parameters_occur_once(proof: Proof, _known: Known) -> None:
    """A parameter may not occur twice (RFC 6749 section 3.2)."""
    if proof.form.repeated:
        raise InvalidRequest("a parameter is repeated")


def pushed_parameters_occur_once(proof: Proof, _known: Known) -> None:
    """The same for a pushed request, which may name several resources (RFC 8707 section 2)."""
    if proof.form.repeated - {"resource"}:
        raise InvalidRequest("a parameter is repeated")


def one_proof_is_given(proof: Proof, _known: Known) -> None:
    """A header, a secret in the form or an assertion, and not two (RFC 6749 section 2.3)."""
    names = ("client_secret", "client_assertion")
    given = [name for name in names if proof.form.get(name) is not None]
    if len(given) + (proof.authorization is not None) > 1:
        raise InvalidRequest("more than one way of client authentication")
    if proof.way is None:
        raise InvalidClient(detail="no readable proof")


def client_is_known(_proof: Proof, known: Known) -> None:
    """Somebody has that client_id."""
    if known.client is None:
        raise InvalidClient(detail="unknown client")


def client_id_is_the_same(proof: Proof, _known: Known) -> None:
    """A client_id in the form may only repeat what the proof says."""
    if proof.form.get("client_id") not in (None, proof.client_id):
        raise InvalidClient(detail="client_id differs from the proof's")


def way_is_the_registered_one(proof: Proof, known: Known) -> None:
    """A client that signs may not fall back to a secret, nor a secret into the form."""
    if proof.way is not known.found.auth:
        raise InvalidClient(detail=f"used {proof.way}")


def client_keeps_a_secret(_proof: Proof, known: Known) -> None:
    """Who proves nothing gets nothing that is for clients alone (RFC 6749 section 4.4)."""
    if known.found.is_public:
        raise InvalidClient(detail="a public client")


def secret_is_right(proof: Proof, known: Known) -> None:
    """Compare digests in constant time; the secret is random, so SHA-256 is enough."""
    if proof.secret is None:
        return
    digest = sha256(proof.secret.encode()).digest()
    is_right = hmac.compare_digest(digest, known.found.secret_digest or _NOBODY)
    before = known.found.secret_before
    counts = before is not None and known.now < before.ends_at
    is_old = hmac.compare_digest(digest, before.digest if before else _NOBODY)
    if not is_right and not (is_old and counts):
        raise InvalidClient(detail="wrong secret")


def assertion_type_is_right(proof: Proof, _known: Known) -> None:
    """The assertion says what it is, in the form and in its header (RFC 8725 section 3.11)."""
    if proof.assertion is None:
        return
    if proof.form.get("client_assertion_type") != ASSERTION_TYPE:
        raise InvalidClient(detail="client_assertion_type")
    if proof.assertion.header.get("typ") not in ASSERTION_TYPS:
        raise InvalidClient(detail="typ of the assertion")


def assertion_is_signed(proof: Proof, known: Known) -> None:
    """By a key of the client and its one algorithm (P0.6); a key in the header is ignored."""
    if proof.assertion is None:
        return
    key = client_keys.key_for(proof.assertion.header, known.keys)
    if key is None:
        raise InvalidClient(detail="no such key")
    profile = known.found.settings.profile
    alg = known.found.auth_alg or client_keys.algorithm_of(key, RSA_ALG[profile])
    if alg not in THEIR_ALGS[profile] or not client_keys.is_signed(
        proof.assertion.compact, key, alg
    ):
        raise InvalidClient(detail="the assertion is not signed as registered")


def assertion_is_about_the_client(proof: Proof, known: Known) -> None:
    """Issuer and subject are the client (RFC 7523 section 3)."""
    if proof.assertion is None:
        return
    expected = str(known.found.id)
    if (proof.assertion.text("iss"), proof.assertion.text("sub")) != (expected, expected):
        raise InvalidClient(detail="iss or sub of the assertion")


def assertion_is_for_us(proof: Proof, known: Known) -> None:
    """The audience is one string and no list: our issuer.

    Outside `fapi2` it may be the token endpoint, which Core section 9 recommended for long.
    """
    if proof.assertion is None:
        return
    ours = {known.issuer}
    if known.found.settings.profile is not Profile.FAPI2:
        ours.add(f"{known.issuer}/oauth2/token")
    audience = proof.assertion.text("aud")
    if audience not in ours:
        raise InvalidClient(detail="aud of the assertion")


def assertion_is_timely(proof: Proof, known: Known) -> None:
    """It ends within the hour and does not begin in the future; clocks may differ 10 s."""
    if proof.assertion is None:
        return
    end = proof.assertion.moment("exp")
    if end is None or not known.now - SKEW < end <= known.now + LONGEST_LIFE + SKEW:
        raise InvalidClient(detail="exp of the assertion")
    for name in ("iat", "nbf"):
        begin = proof.assertion.moment(name)
        if name in proof.assertion.claims and (begin is None or begin > known.now + SKEW):
            raise InvalidClient(detail=f"{name} of the assertion")


def assertion_has_a_name(proof: Proof, _known: Known) -> None:
    """It has a jti, so that it can be used once."""
    if proof.assertion is None:
        return
    if not 0 < len(proof.assertion.text("jti") or "") <= MAX_JTI_LENGTH:
        raise InvalidClient(detail="jti of the assertion")


def client_is_open(_proof: Proof, known: Known) -> None:
    """Neither the client nor its service are stopped; who has proved itself is told which."""
    if known.found.stopped_at is not None:
        raise ClientStopped("this client is stopped by the operator")
    if not known.found.is_open:
        raise ClientStopped("this service is suspended by the operator")


STEPS: tuple[Step[Proof, Known], ...] = (
    Step(parameters_occur_once,         CLIENT_DOORS - PUSHED),
    Step(pushed_parameters_occur_once, PUSHED),
    Step(one_proof_is_given,            CLIENT_DOORS),
    Step(client_is_known,               CLIENT_DOORS),
    Step(client_id_is_the_same,         CLIENT_DOORS),
    Step(way_is_the_registered_one,     CLIENT_DOORS),
    Step(client_keeps_a_secret,         WITH_SECRET_DOORS),
    Step(secret_is_right,               CLIENT_DOORS),
    Step(assertion_type_is_right,       CLIENT_DOORS),
    Step(assertion_is_signed,           CLIENT_DOORS),
    Step(assertion_is_about_the_client, CLIENT_DOORS),
    Step(assertion_is_for_us,           CLIENT_DOORS),
    Step(assertion_is_timely,           CLIENT_DOORS),
    Step(assertion_has_a_name,          CLIENT_DOORS),
    Step(client_is_open,                CLIENT_DOORS),
)  # fmt: skip
