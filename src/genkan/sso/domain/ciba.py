"""Asking a resident who is elsewhere: at a counter, on the telephone (CIBA).

A client knows whom it talks to, and asks us to ask them. They answer on a device of their own; the
client learns the answer by asking again (poll), or is told that there is one (ping).

Source:
    OpenID Connect Client-Initiated Backchannel Authentication Flow Core 1.0 (CIBA).
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from genkan.kernel.parameters import Form
from genkan.sso.domain import policy, scopes
from genkan.sso.domain.policy import About, Brought, Endpoint
from genkan.sso.domain.settings import GrantType
from genkan.sso.domain.steps import ASKING, Step
from genkan.sso.domain.values import CibaId, Client, ClientId, LinkId, SignIn
from genkan.sso.errors import (
    AccessDenied,
    InvalidGrant,
    InvalidRequest,
    InvalidScope,
    OAuthError,
    UnauthorizedClient,
)
from genkan.sso.errors.ciba import (
    AskedTooOften,
    AuthorizationPending,
    ExpiredToken,
    InvalidBindingMessage,
    SlowDown,
    UnknownUserId,
)

LIFE = timedelta(minutes=3)
LONGEST_LIFE = timedelta(minutes=10)
INTERVAL = timedelta(seconds=5)
PATIENCE = timedelta(seconds=5)
"""What is added to the interval of a client that asks too often (CIBA section 11)."""
MAX_MESSAGE_LENGTH = 60
ASKED_AN_HOUR = 6
"""How often one resident is asked by one service within an hour: more would be a nuisance, or an
attack on somebody's patience."""
_NOTIFICATION_TOKEN = re.compile(r"[A-Za-z0-9\-._~+/]{16,1024}=*", re.ASCII)
_HINTS = ("login_hint_token", "id_token_hint", "login_hint")


class Mode(StrEnum):
    """How a client learns that there is an answer."""

    POLL = "poll"
    PING = "ping"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A backchannel authentication request as it came."""

    form: Form

    def get(self, name: str) -> str | None:
        """Return a parameter, or None."""
        return self.form.get(name)

    @property
    def scopes(self) -> frozenset[str]:
        """Return the scopes that we know."""
        return scopes.understood(self.get("scope") or "")

    @property
    def life(self) -> timedelta:
        """Return for how long the request stands."""
        asked = self.get("requested_expiry")
        return LIFE if asked is None else min(timedelta(seconds=int(asked)), LONGEST_LIFE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What we know of the request.

    Attributes:
        client: who asks.
        link: of the resident who is meant; None if nobody is, or nobody who connected the service.
        asked_lately: how often this resident was asked by this service within the hour.
    """

    client: Client
    link: LinkId | None = None
    asked_lately: int = 0


def parameters_occur_once(asked: Asked, _facts: Facts) -> None:
    """A parameter may not occur twice."""
    if asked.form.repeated:
        raise InvalidRequest("a parameter is repeated")


def client_may_ask(_asked: Asked, facts: Facts) -> None:
    """The client is registered for it, with a way to learn of the answer."""
    settings = facts.client.settings
    if GrantType.CIBA not in settings.grant_types or settings.ciba_mode not in set(Mode):
        raise UnauthorizedClient("the client is not registered for backchannel authentication")


def policy_is_kept(_asked: Asked, facts: Facts) -> None:
    """A client that has to sign its requests has to sign these; and we read none that are."""
    policy.check(Endpoint.CIBA, facts.client.settings, Brought(), about=(About.REQUEST,))


def request_object_is_absent(asked: Asked, _facts: Facts) -> None:
    """Signed requests are not read here, so one that relies on it is not answered."""
    if asked.get("request") is not None:
        raise InvalidRequest("signed authentication requests are not supported")


def scopes_are_registered(asked: Asked, facts: Facts) -> None:
    """Openid, and only what the client is registered for; nobody is asked for offline access."""
    if scopes.OPENID not in asked.scopes:
        raise InvalidScope("scope must contain openid")
    if extra := asked.scopes - facts.client.scopes:
        raise InvalidScope(f"not registered: {scopes.as_text(extra)}")


def one_hint_is_given(asked: Asked, _facts: Facts) -> None:
    """Exactly one hint says who is meant (CIBA section 7.1)."""
    given = [name for name in _HINTS if asked.get(name) is not None]
    if len(given) != 1:
        raise InvalidRequest("give exactly one of login_hint and id_token_hint")
    if given == ["login_hint_token"]:
        raise InvalidRequest("login_hint_token is not supported")


def message_is_short_and_printed(asked: Asked, _facts: Facts) -> None:
    """What both sides read is short enough to be compared, and plain."""
    message = asked.get("binding_message")
    if message is None:
        return
    if not 0 < len(message) <= MAX_MESSAGE_LENGTH or not message.isprintable():
        raise InvalidBindingMessage(f"1 to {MAX_MESSAGE_LENGTH} printed characters")


def notification_token_fits(asked: Asked, facts: Facts) -> None:
    """Who is to be pinged says by which token it will know us (CIBA section 7.1)."""
    if facts.client.settings.ciba_mode != Mode.PING:
        return
    if not _NOTIFICATION_TOKEN.fullmatch(asked.get("client_notification_token") or ""):
        raise InvalidRequest("client_notification_token must be 16 to 1024 token characters")


def expiry_is_a_number(asked: Asked, _facts: Facts) -> None:
    """A positive number of seconds; more than ten minutes are ten minutes."""
    text = asked.get("requested_expiry")
    if text is None:
        return
    if not (text.isascii() and text.isdigit()) or len(text) > len("999999") or int(text) == 0:
        raise InvalidRequest("requested_expiry is not a positive number of seconds")


STEPS: tuple[Step[Asked, Facts], ...] = (
    Step(parameters_occur_once,        ASKING),
    Step(client_may_ask,               ASKING),
    Step(policy_is_kept,               ASKING),
    Step(request_object_is_absent,     ASKING),
    Step(scopes_are_registered,        ASKING),
    Step(one_hint_is_given,            ASKING),
    Step(message_is_short_and_printed, ASKING),
    Step(notification_token_fits,      ASKING),
    Step(expiry_is_a_number,           ASKING),
)  # fmt: skip
"""Checked before anybody is looked for."""


def resident_is_known(_asked: Asked, facts: Facts) -> None:
    """Somebody is meant who has connected the service; who has not is nobody to it."""
    if facts.link is None:
        raise UnknownUserId("nobody who has connected this service is meant")


def resident_is_left_in_peace(_asked: Asked, facts: Facts) -> None:
    """Nobody is asked again and again until they press yes."""
    if facts.asked_lately >= ASKED_AN_HOUR:
        raise AskedTooOften("this resident was asked too often within the hour")


ABOUT_RESIDENT: tuple[Step[Asked, Facts], ...] = (
    Step(resident_is_known,         ASKING),
    Step(resident_is_left_in_peace, ASKING),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Knock:
    """A request that waits for its resident, or was answered.

    Attributes:
        message: both sides read it; empty for none.
        interval: how long the client has to wait between two questions.
        allowed: None while nobody has answered.
        sign_in: of whom answered; None before.
        spent_at: when its tokens were given out; once.
    """

    id: CibaId
    client: ClientId
    link: LinkId
    scopes: frozenset[str]
    message: str
    asked_at: datetime
    expires_at: datetime
    interval: timedelta
    polled_at: datetime | None
    allowed: bool | None
    decided_at: datetime | None
    sign_in: SignIn | None
    spent_at: datetime | None

    def is_open(self, now: datetime) -> bool:
        """Whether it can still be answered."""
        return self.allowed is None and now < self.expires_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll:
    """A client asks for the answer.

    Attributes:
        stands: resident, link, service and client are all as they were.
    """

    client: ClientId
    knock: Knock | None
    stands: bool
    now: datetime


def refusal(poll: Poll) -> OAuthError | None:
    """Return why no tokens are given out yet, or ever; None if they are (CIBA section 11)."""
    knock = poll.knock
    if knock is None or knock.client != poll.client or knock.spent_at is not None:
        return InvalidGrant(detail="unknown or spent auth_req_id")
    if knock.allowed is False:
        return AccessDenied("the resident said no")
    if poll.now >= knock.expires_at:
        return ExpiredToken("the auth_req_id has expired")
    if knock.allowed is None:
        early = knock.polled_at is not None and poll.now - knock.polled_at < knock.interval
        return SlowDown("ask less often") if early else AuthorizationPending("no answer yet")
    return None if poll.stands else InvalidGrant(detail="link, resident or service stopped since")
