"""The nouns of the provider as frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NewType
from uuid import UUID

from genkan.kernel.ids import AccountId, ResidentId, ServiceId
from genkan.sso.domain.settings import Settings

ClientId = NewType("ClientId", UUID)
InteractionId = NewType("InteractionId", UUID)
CodeId = NewType("CodeId", UUID)
GrantId = NewType("GrantId", UUID)
LinkId = NewType("LinkId", UUID)
AssertionId = NewType("AssertionId", UUID)
SessionId = NewType("SessionId", UUID)
LogoutId = NewType("LogoutId", UUID)
PushedId = NewType("PushedId", UUID)
CibaId = NewType("CibaId", UUID)

CODE_LIFE = timedelta(seconds=60)
TOKEN_LIFE = timedelta(seconds=600)
ID_TOKEN_LIFE = timedelta(seconds=600)
INTERACTION_LIFE = timedelta(minutes=30)
PUSHED_LIFE = timedelta(seconds=90)

BROWSER_SECRET = "sso.browser"  # noqa: S105 - the name of a session entry
"""Under which name a session at our pages keeps the secret of its browser."""

ACR_ONE_FACTOR = "urn:genkan:acr:1"
"""Signed in with one factor."""
ACR_TWO_FACTORS = "urn:genkan:acr:2"
"""Signed in with two factors: a password and a code or passkey, or a passkey that its device's lock
guards (NIST SP 800-63B section 3.1.6)."""


class ClientAuth(StrEnum):
    """How a client proves itself at the token endpoint (Core section 9)."""

    BASIC = "client_secret_basic"
    POST = "client_secret_post"
    """A secret in the form, where it may end in a log: for programs that know nothing better."""
    PRIVATE_KEY_JWT = "private_key_jwt"
    NONE = "none"
    """A program on the resident's own device keeps no secret (RFC 8252 section 8.5)."""


WITH_SECRET = (ClientAuth.BASIC, ClientAuth.POST)


@dataclass(frozen=True, slots=True)
class SecretBefore:
    """SHA-256 of the secret that another has taken the place of, and how long it still counts."""

    digest: bytes
    ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """A registered program of a linked service.

    Attributes:
        sector: clients of one sector know a resident by one subject.
        auth_alg: the one algorithm its assertions may use.
        secret_digest: SHA-256 of its secret; None for a client that has none.
        secret_before: the secret before that one, while both count.
        scopes: what it may ask for.
        logout_uri: where a logout token is posted; None for a client that takes none.
        logout_needs_sid: it wants each logout token to name the session.
        settings: what it agreed on with us for the protocol.
        keys: its own public JWKs; empty where those of its service count.
        jwks_uri: where it publishes its keys instead; None for a client that registers them.
        registration_digest: SHA-256 of the token that manages its registration (RFC 7592).
        stopped_at: since when operators stop it; None for a client that may go on.
        service_is_open: its service is not stopped, as of the moment this was read.
        version: which writing of it this is; who remembers a client asks whether it is the last.
    """

    id: ClientId
    service: ServiceId
    sector: str
    name: str
    redirect_uris: frozenset[str]
    post_logout_redirect_uris: frozenset[str]
    auth: ClientAuth
    auth_alg: str
    secret_digest: bytes | None
    scopes: frozenset[str]
    logout_uri: str | None = None
    logout_needs_sid: bool = False
    settings: Settings = field(default_factory=Settings)
    keys: tuple[Mapping[str, Any], ...] = ()
    jwks_uri: str | None = None
    registration_digest: bytes | None = None
    secret_before: SecretBefore | None = None
    stopped_at: datetime | None = None
    stopped_because: str = ""
    service_is_open: bool = True
    version: str = field(default="", compare=False)

    @property
    def is_open(self) -> bool:
        """Whether neither it nor its service are stopped."""
        return self.stopped_at is None and self.service_is_open

    @property
    def is_public(self) -> bool:
        """Whether it keeps no secret."""
        return self.auth is ClientAuth.NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Interaction:
    """A validated request that waits for its resident.

    Attributes:
        parameters: as the client sent them; they are validated again whenever they are used.
        pushed: the pushed request that brought them; its answer is the only one.
    """

    id: InteractionId
    client: ClientId
    parameters: Mapping[str, str]
    started_at: datetime
    expires_at: datetime
    completed_at: datetime | None
    pushed: PushedId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One resident has connected one service.

    Attributes:
        pending_until: when it is undone unless the service names an account (M18); None for a link
            that stands.
    """

    id: LinkId
    resident: ResidentId
    service: ServiceId
    linked_at: datetime
    last_used_at: datetime
    pending_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Browser:
    """The browser in front of us, as its session describes it.

    Attributes:
        secret: random, kept in the session: interactions belong to who has it.
        session: key of the session at our pages; empty for nobody.
        account: who is signed in; None for nobody.
        proved_at: when the newest proof of identity was given; None if the session does not say.
        amr, acr: see `SignIn`.
    """

    secret: str
    account: AccountId | None = None
    proved_at: datetime | None = None
    amr: tuple[str, ...] = ()
    acr: str = ACR_ONE_FACTOR
    session: str = ""

    @property
    def sign_in(self) -> "SignIn | None":
        """Return how and when the resident proved who they are, if the session says."""
        if self.proved_at is None:
            return None
        return SignIn(at=self.proved_at, amr=self.amr, acr=self.acr)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """How and when the resident of this browser proved who they are.

    Attributes:
        at: of the newest proof.
        amr: methods used (RFC 8176).
        acr: class of what happened, never of what was asked for.
    """

    at: datetime
    amr: tuple[str, ...]
    acr: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """An authorization code and everything it is bound to.

    Attributes:
        claims: the validated `claims` parameter, or an empty object.
        code_challenge: S256 (RFC 7636 section 4.2).
        sid: names the session to this client; another client gets another name.
        jkt: thumbprint of the key that has to be proved to redeem it (RFC 9449 section 10).
        resources: whom its tokens are for (RFC 8707); empty for our own doors.
        details: what was granted in detail (RFC 9396).
    """

    id: CodeId
    client: ClientId
    link: LinkId
    redirect_uri: str
    scopes: frozenset[str]
    nonce: str | None
    claims: Mapping[str, object]
    code_challenge: str
    sign_in: SignIn
    sid: str
    jkt: str | None = None
    resources: tuple[str, ...] = ()
    details: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenFacts:
    """What a valid access token stands for.

    Attributes:
        sector: names the resident to this client, by `partners.pairwise_subject`.
        scopes: of this token, which may be fewer than its grant's.
        claims: the `claims` parameter of the request it came from.
        grant: what it is of.
        sign_in: how and when the resident proved who they are, for it.
        jkt: thumbprint of the key whose proof has to come with it; "" for a bearer token.
        minimum_acr: class of sign-in that the service asks for; None for any.
        details: what was granted in detail (RFC 9396).
        settings: what the client has agreed on with us.
        actor: who acts for the resident (RFC 8693); None for nobody.
        is_open: neither resident nor service nor client are stopped, and the consent it was given
            out with is not withdrawn.
    """

    resident: ResidentId
    client_id: str
    service: ServiceId
    sector: str
    scopes: frozenset[str]
    claims: Mapping[str, object]
    grant: GrantId
    sign_in: SignIn
    jkt: str = ""
    settings: Settings = field(default_factory=Settings)
    minimum_acr: str | None = None
    details: tuple[Mapping[str, Any], ...] = ()
    actor: Mapping[str, Any] | None = None
    is_open: bool = True
