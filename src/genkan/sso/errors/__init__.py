"""What the provider refuses: to residents on pages, to clients by protocol.

An `OAuthError` has two readers: `str(error)` may travel to the client, `detail` stays in our log.
"""

import re
from typing import ClassVar

from genkan.sso.errors.pages import (
    AssuranceTooLow as AssuranceTooLow,
)
from genkan.sso.errors.pages import (
    ClientUnknown as ClientUnknown,
)
from genkan.sso.errors.pages import (
    DataRequired as DataRequired,
)
from genkan.sso.errors.pages import (
    DecisionMissing as DecisionMissing,
)
from genkan.sso.errors.pages import (
    Failure as Failure,
)
from genkan.sso.errors.pages import (
    InteractionCompleted as InteractionCompleted,
)
from genkan.sso.errors.pages import (
    InteractionExpired as InteractionExpired,
)
from genkan.sso.errors.pages import (
    KeyUnknown as KeyUnknown,
)
from genkan.sso.errors.pages import (
    LinkConflict as LinkConflict,
)
from genkan.sso.errors.pages import (
    LogoutRefused as LogoutRefused,
)
from genkan.sso.errors.pages import (
    Maintenance as Maintenance,
)
from genkan.sso.errors.pages import (
    MinorNotAllowed as MinorNotAllowed,
)
from genkan.sso.errors.pages import (
    NotLinked as NotLinked,
)
from genkan.sso.errors.pages import (
    NoTrialHere as NoTrialHere,
)
from genkan.sso.errors.pages import (
    OtherPerson as OtherPerson,
)
from genkan.sso.errors.pages import (
    ProofNeeded as ProofNeeded,
)
from genkan.sso.errors.pages import (
    QuestionChanged as QuestionChanged,
)
from genkan.sso.errors.pages import (
    ReasonMissing as ReasonMissing,
)
from genkan.sso.errors.pages import (
    RedirectUriUnknown as RedirectUriUnknown,
)
from genkan.sso.errors.pages import (
    RegionNotEligible as RegionNotEligible,
)
from genkan.sso.errors.pages import (
    RequestGone as RequestGone,
)
from genkan.sso.errors.pages import (
    RequestUnreadable as RequestUnreadable,
)
from genkan.sso.errors.pages import (
    ResidentUnavailable as ResidentUnavailable,
)
from genkan.sso.errors.pages import (
    RulesFaulty as RulesFaulty,
)
from genkan.sso.errors.pages import (
    ServiceDown as ServiceDown,
)
from genkan.sso.errors.pages import (
    ServiceSuspended as ServiceSuspended,
)
from genkan.sso.errors.pages import (
    TermsOutdated as TermsOutdated,
)

_NOT_FOR_TRAVEL = re.compile(r"[^\x20\x21\x23-\x5B\x5D-\x7E]")
"""Characters that RFC 6749 section 5.2 keeps out of `error_description`."""


class OAuthError(Exception):
    """A protocol error that the client may learn.

    Attributes:
        error: the registered code (IANA "OAuth Extensions Error").
        status: HTTP status where it answers a client directly.
        detail: for our log only; never a secret, never personal data.
        state: which designed failure this is (M16), told as `genkan_error`; empty for none.
    """

    error: ClassVar[str]
    status: ClassVar[int] = 400

    def __init__(self, description: str = "", *, detail: str = "", state: str = "") -> None:
        super().__init__(description)
        self.detail = detail
        self.state = state

    def document(self) -> dict[str, str]:
        """Return the error as clients read it, in a redirect or as JSON."""
        description = _NOT_FOR_TRAVEL.sub("?", str(self))
        told = {"error_description": description, "genkan_error": self.state}
        return {"error": self.error} | {name: text for name, text in told.items() if text}


class InvalidRequest(OAuthError):
    """A parameter is missing, repeated or malformed (RFC 6749 section 4.1.2.1)."""

    error = "invalid_request"


class InvalidClient(OAuthError):
    """The client did not prove itself. One answer for every cause (RFC 6749 section 5.2)."""

    error = "invalid_client"
    status = 401

    def __init__(self, *, detail: str) -> None:
        super().__init__("client authentication failed", detail=detail)


class InvalidGrant(OAuthError):
    """The code or token is spent, expired, another client's, or its proof does not match."""

    error = "invalid_grant"

    def __init__(self, *, detail: str) -> None:
        super().__init__("the code or token cannot be redeemed", detail=detail)


class UnsupportedGrantType(OAuthError):
    """A grant type that nobody is offered."""

    error = "unsupported_grant_type"


class UnauthorizedClient(OAuthError):
    """The client is not registered for this (RFC 6749 section 5.2)."""

    error = "unauthorized_client"


class ClientStopped(UnauthorizedClient):
    """Operators have stopped the client or its service."""


class InvalidAuthorizationDetails(OAuthError):
    """Details of an unknown type, or that the client may not ask for (RFC 9396 section 5)."""

    error = "invalid_authorization_details"


class InvalidTarget(OAuthError):
    """A resource that was not granted, or that nobody is known by (RFC 8707 section 2)."""

    error = "invalid_target"


class UnsupportedResponseType(OAuthError):
    """Only response_type=code is offered."""

    error = "unsupported_response_type"


class InvalidScope(OAuthError):
    """A scope the client is not registered for, or no openid."""

    error = "invalid_scope"


class InvalidRequestObject(OAuthError):
    """A request object that cannot be believed (RFC 9101 section 6)."""

    error = "invalid_request_object"


class InvalidRequestUri(OAuthError):
    """A pushed request that is not there (any more), or another client's (RFC 9126 section 4)."""

    error = "invalid_request_uri"


class RequestUriNotSupported(OAuthError):
    """Only what was pushed to us is read by reference (Core section 3.1.2.6)."""

    error = "request_uri_not_supported"


class AccessDenied(OAuthError):
    """The resident said no."""

    error = "access_denied"


class LoginRequired(OAuthError):
    """The resident would have to sign in, and may not be asked (Core section 3.1.2.6)."""

    error = "login_required"


class UnmetAuthenticationRequirements(OAuthError):
    """The resident did not sign in as strongly as the client made a condition."""

    error = "unmet_authentication_requirements"


class ConsentRequired(OAuthError):
    """The resident would have to agree, and may not be asked."""

    error = "consent_required"


class InteractionRequired(OAuthError):
    """The resident would have to finish something else, and may not be asked."""

    error = "interaction_required"


class AccountSelectionRequired(OAuthError):
    """The resident would have to choose an account, and may not be asked."""

    error = "account_selection_required"


class TemporarilyUnavailable(OAuthError):
    """The service cannot be used at the moment (RFC 6749 section 4.1.2.1)."""

    error = "temporarily_unavailable"


class InvalidToken(OAuthError):
    """The access token is unknown, expired, revoked, or its link is gone (RFC 6750 section 3.1)."""

    error = "invalid_token"
    status = 401


class TokenMissing(InvalidToken):
    """No token came: the challenge says how to bring one, and names no error."""


class InvalidDpopProof(OAuthError):
    """The proof of possession is missing or does not hold (RFC 9449 sections 5 and 7.1)."""

    error = "invalid_dpop_proof"


class UseDpopNonce(OAuthError):
    """The proof lacks a nonce of ours that is good; the answer brings one (RFC 9449 section 8)."""

    error = "use_dpop_nonce"


class MechanismMissing(OAuthError):
    """A client that proved itself used a weaker way than it must."""

    error = "invalid_client"
    status = 401


class InsufficientUserAuthentication(OAuthError):
    """The resident signed in too weakly or too long ago for what is asked (RFC 9470 section 3).

    Attributes:
        acr: the class that is needed; None if the one that was reached is enough.
        max_age: seconds that may have passed since the sign-in; None for any.
    """

    error = "insufficient_user_authentication"
    status = 401

    def __init__(self, description: str, *, acr: str | None, max_age: int | None) -> None:
        super().__init__(description)
        self.acr = acr
        self.max_age = max_age


class InsufficientScope(OAuthError):
    """The access token does not carry the scope this endpoint needs."""

    error = "insufficient_scope"
    status = 403


class InvalidClientMetadata(OAuthError):
    """Metadata that cannot be registered; the text names the field (RFC 7591 section 3.2.2)."""

    error = "invalid_client_metadata"

    def __init__(self, field: str, why: str) -> None:
        super().__init__(f"{field}: {why}")
        self.field = field


class InvalidRedirectUri(InvalidClientMetadata):
    """An address that cannot be registered (RFC 7591 section 3.2.2)."""

    error = "invalid_redirect_uri"


class NoSigningKey(Exception):
    """Nothing can be signed before the first key is made; that happens with the first client."""
