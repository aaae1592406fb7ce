"""Signing out at a client's request.

Source:
    OpenID Connect RP-Initiated Logout 1.0 sections 2 and 3.
"""

from dataclasses import dataclass
from enum import StrEnum

from genkan.kernel.parameters import Form
from genkan.sso.domain import redirects
from genkan.sso.domain.values import Client
from genkan.sso.errors import LogoutRefused

MAX_STATE_LENGTH = 2_000


@dataclass(frozen=True, slots=True)
class Hint:
    """An ID token of ours, however old: whose, and for whom."""

    subject: str
    client_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request to sign out as it came."""

    id_token_hint: str | None
    client_id: str | None
    post_logout_redirect_uri: str | None
    state: str | None
    is_repeated: bool

    @classmethod
    def read(cls, form: Form) -> "Asked":
        """Return the request of a query or a form; other parameters are ignored."""
        names = ("id_token_hint", "client_id", "post_logout_redirect_uri", "state")
        return cls(
            **{name: form.get(name) for name in names},
            is_repeated=bool(form.repeated & set(names)),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What we know.

    Attributes:
        hint: what the id_token_hint says, if it is an ID token of ours.
        client: whom the hint or the client_id names.
        subject: the signed-in resident's name for that client; None for nobody.
        signed_in: whether somebody is signed in.
    """

    hint: Hint | None
    client: Client | None
    subject: str | None
    signed_in: bool


class Next(StrEnum):
    """What follows from a request to sign out."""

    CONFIRM = "confirm"
    """Ask the resident: anybody can link to this address."""
    END = "end"
    """End the session: the hint shows that the client speaks of this resident."""
    NOTHING = "nothing"
    """Nobody is signed in."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What happens, and where the browser goes afterwards; None for a page of ours."""

    next: Next
    address: str | None


def decide(asked: Asked, facts: Facts) -> Decision:
    """Return what a request to sign out leads to.

    Raises:
        LogoutRefused: a parameter is repeated, the hint is not ours, or the address is not the
            client's; nobody is redirected.
    """
    if asked.is_repeated or len(asked.state or "") > MAX_STATE_LENGTH:
        raise LogoutRefused
    _refuse_false_hint(asked, facts)
    address = _way_back(asked, facts)
    if not facts.signed_in:
        return Decision(Next.NOTHING, address)
    is_theirs = facts.hint is not None and facts.hint.subject == facts.subject
    return Decision(Next.END if is_theirs else Next.CONFIRM, address)


def _refuse_false_hint(asked: Asked, facts: Facts) -> None:
    if asked.id_token_hint is not None and facts.hint is None:
        raise LogoutRefused(field="id_token_hint")
    if facts.hint is not None and asked.client_id not in (None, facts.hint.client_id):
        raise LogoutRefused(field="client_id")
    if asked.client_id is not None and facts.client is None:
        raise LogoutRefused(field="client_id")


def _way_back(asked: Asked, facts: Facts) -> str | None:
    """Return where to go: exactly an address registered by a client we know."""
    uri = asked.post_logout_redirect_uri
    if uri is None:
        return None
    if facts.client is None or uri not in facts.client.post_logout_redirect_uris:
        raise LogoutRefused(field="post_logout_redirect_uri")
    return redirects.with_parameters(uri, {"state": asked.state} if asked.state else {})
