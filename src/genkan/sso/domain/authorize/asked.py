"""What an authorization request brings, before anything is checked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from genkan.kernel.parameters import Form
from genkan.sso.domain.details import Offered
from genkan.sso.domain.values import Client
from genkan.sso.errors import ClientUnknown, OAuthError

SEVERAL = frozenset({"resource"})
"""Parameters that may occur several times (RFC 8707 section 2); they are kept as one list."""


class Prompt(StrEnum):
    """What the client asks us to ask (Core section 3.1.2.1)."""

    NONE = "none"
    LOGIN = "login"
    CONSENT = "consent"
    SELECT_ACCOUNT = "select_account"


class ResponseMode(StrEnum):
    """How the answer travels: in the address or in a form the browser posts, plain or signed."""

    QUERY = "query"
    FORM_POST = "form_post"
    JWT = "jwt"
    """Signed, in the way that is usual for a code: by query (JARM section 2.3.4)."""
    QUERY_JWT = "query.jwt"
    FORM_POST_JWT = "form_post.jwt"

    @property
    def is_signed(self) -> bool:
        """Whether the answer is one JWT (JARM)."""
        return self in (ResponseMode.JWT, ResponseMode.QUERY_JWT, ResponseMode.FORM_POST_JWT)

    @property
    def is_posted(self) -> bool:
        """Whether the browser posts the answer."""
        return self in (ResponseMode.FORM_POST, ResponseMode.FORM_POST_JWT)


@dataclass(frozen=True, slots=True)
class Came:
    """How a request came to us.

    Attributes:
        pushed: the client brought it itself (RFC 9126).
        signed: inside a request object (RFC 9101).
        fault: why what it refers to cannot be used; the parameters are those around it then.
    """

    pushed: bool = False
    signed: bool = False
    fault: OAuthError | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """An authorization request as it came; a parameter without a value counts as absent."""

    parameters: Mapping[str, str]
    repeated: frozenset[str] = frozenset()
    came: Came = field(default_factory=Came)

    @classmethod
    def read(cls, form: Form) -> "Asked":
        """Return the request of a query or a form; parameters we do not know are left out."""
        known = {name: value for name, value in form.values.items() if name in KNOWN}
        several = {name: " ".join(form.every(name)) for name in SEVERAL & known.keys()}
        return cls(known | several, (form.repeated & KNOWN) - SEVERAL)

    def get(self, name: str) -> str | None:
        """Return a parameter, or None."""
        return self.parameters.get(name)


KNOWN = frozenset(
    {
        "client_id",
        "redirect_uri",
        "response_type",
        "response_mode",
        "scope",
        "state",
        "nonce",
        "code_challenge",
        "code_challenge_method",
        "prompt",
        "max_age",
        "claims",
        "id_token_hint",
        "login_hint",
        "ui_locales",
        "claims_locales",
        "display",
        "acr_values",
        "dpop_jkt",
        "resource",
        "authorization_details",
        "request",
        "request_uri",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What we know when the request arrives.

    Attributes:
        client: the client named, if there is one.
        hint_subject: subject of the `id_token_hint`, if one came and is of our making.
        resources: of those asked for, the ones that somebody serves.
        offered: what the service may ask for, where the request says so in detail.
    """

    client: Client | None
    hint_subject: str | None = None
    resources: frozenset[str] = frozenset()
    offered: Offered = field(default_factory=Offered)

    @property
    def known_client(self) -> Client:
        """Return the client, which an earlier step has found."""
        if self.client is None:
            raise ClientUnknown
        return self.client
