"""Order as data: checks on frozen values, run in order; each returns nothing or raises."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, TypeVar

from genkan.kernel.errors import Refusal
from genkan.sso.errors import OAuthError

AskedT = TypeVar("AskedT")
FactsT = TypeVar("FactsT")


class Tell(StrEnum):
    """Who learns of a refusal."""

    RESIDENT = "resident"
    """A page: the client's address is not known to be its own yet."""
    PARTNER = "partner"
    """An answer to the client: by redirect, or directly."""


class Door(StrEnum):
    """Where a request came in, and what it asks for there."""

    BROWSER = "browser"
    PUSHED = "pushed"
    """A client pushes what its browser will ask (RFC 9126)."""
    INTERACTION = "interaction"
    """A request that was taken in before, and is looked at again."""
    CODE = "authorization_code"
    REFRESH = "refresh_token"
    CLIENT_CREDENTIALS = "client_credentials"
    REVOCATION = "revocation"
    INTROSPECTION = "introspection"
    LINKS = "links"
    CIBA = "urn:openid:params:grant-type:ciba"
    ASKING = "backchannel_authentication"
    """A client asks us to ask a resident who is elsewhere."""
    EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
    TOKEN = "token"  # noqa: S105 - a door, no token
    """The token endpoint, before anything is known of the grant type."""


BROWSER = frozenset({Door.BROWSER})
PUSHED = frozenset({Door.PUSHED})
ARRIVING = frozenset({Door.BROWSER, Door.PUSHED})
REQUESTS = frozenset({Door.BROWSER, Door.PUSHED, Door.INTERACTION})
CODE = frozenset({Door.CODE})
REFRESH = frozenset({Door.REFRESH})
ASKING = frozenset({Door.ASKING})
EXCHANGE = frozenset({Door.EXCHANGE})
CLIENT_DOORS = frozenset(Door) - {Door.BROWSER, Door.INTERACTION}
"""Where a client calls us itself, and proves who it is."""
WITH_SECRET_DOORS = frozenset(
    {Door.CLIENT_CREDENTIALS, Door.INTROSPECTION, Door.LINKS, Door.CIBA, Door.ASKING, Door.EXCHANGE}
)
"""Where nobody comes who keeps no secret."""


@dataclass(frozen=True, slots=True)
class Step(Generic[AskedT, FactsT]):
    """One check, the doors it stands at, and who learns of its refusal."""

    check: Callable[[AskedT, FactsT], None]
    doors: frozenset[Door]
    tell: Tell = Tell.PARTNER


@dataclass(frozen=True, slots=True)
class Refused:
    """A refusal, who learns of it, and the name of the check that refused."""

    reason: OAuthError | Refusal
    tell: Tell
    check: str


def first_refusal(
    steps: tuple[Step[AskedT, FactsT], ...], door: Door, asked: AskedT, facts: FactsT
) -> Refused | None:
    """Return the first refusal among the steps of a door, or None if all agree.

    It is returned, not raised, so that a use case can end normally and keep what it has written: a
    code that met a failed check stays spent.
    """
    step = None
    try:
        for step in _standing_at(door, steps):
            step.check(asked, facts)
    except (OAuthError, Refusal) as reason:
        assert step is not None, "a check has refused"
        return Refused(reason, step.tell, step.check.__name__)
    return None


_chosen: dict[tuple[int, str], tuple[Any, Any]] = {}


def _standing_at(
    door: Door, steps: tuple[Step[AskedT, FactsT], ...]
) -> tuple[Step[AskedT, FactsT], ...]:
    """Return the steps of a door, in their order; chosen once for each tuple of steps there is."""
    key = (id(steps), door.value)
    known = _chosen.get(key)
    if known is not None and known[0] is steps:
        return known[1]  # type: ignore[no-any-return] # of these very steps
    chosen = tuple(step for step in steps if door in step.doors)
    _chosen[key] = (steps, chosen)
    return chosen
