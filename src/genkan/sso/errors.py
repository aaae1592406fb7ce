"""What the provider refuses: to residents on pages, to clients by protocol.

An `OAuthError` has two readers: `str(error)` may travel to the client, `detail` stays in our log.
"""

import re
from collections.abc import Mapping
from typing import ClassVar

from genkan.kernel.errors import Refusal

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


class InvalidTarget(OAuthError):
    """A resource that was not granted, or that nobody is known by (RFC 8707 section 2)."""

    error = "invalid_target"


class UnsupportedResponseType(OAuthError):
    """Only response_type=code is offered."""

    error = "unsupported_response_type"


class InvalidScope(OAuthError):
    """A scope the client is not registered for, or no openid."""

    error = "invalid_scope"


class RequestNotSupported(OAuthError):
    """Request objects by value are not read (Core section 3.1.2.6)."""

    error = "request_not_supported"


class RequestUriNotSupported(OAuthError):
    """Request objects by reference are not read (Core section 3.1.2.6)."""

    error = "request_uri_not_supported"


class AccessDenied(OAuthError):
    """The resident said no."""

    error = "access_denied"


class LoginRequired(OAuthError):
    """The resident would have to sign in, and may not be asked (Core section 3.1.2.6)."""

    error = "login_required"


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

    def __init__(self, description: str, *, acr: str | None = None, max_age: int | None) -> None:
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


class RequestUnreadable(Refusal):
    """The address that brought the resident here cannot be read."""

    code = "sso.request_unreadable"
    status = 400


class ClientUnknown(Refusal):
    """No client of that name: the resident came from a broken or false link."""

    code = "sso.client_unknown"
    status = 400


class RedirectUriUnknown(Refusal):
    """The way back is not the client's own, so nobody is sent there."""

    code = "sso.redirect_uri_unknown"
    status = 400


class Failure(Refusal):
    """A designed failure: a state with a code, a page and a next action (M16).

    Attributes:
        facts: what its page shows: the service, the interaction that waits, what helps.
    """

    status = 403

    def __init__(self, *, facts: Mapping[str, object] | None = None) -> None:
        super().__init__()
        self.facts = facts or {}


class ServiceDown(Failure):
    """The service does not answer, or answers in a way that nobody can read."""

    code = "sso.service_down"
    status = 503


class ServiceSuspended(Failure):
    """The service is not open now; the reason is not told."""

    code = "sso.service_suspended"
    status = 503


class Maintenance(Failure):
    """The service announced that it cannot be used for a while."""

    code = "sso.maintenance"
    status = 503


class NotLinked(Failure):
    """The resident has not connected this service."""

    code = "sso.not_linked"


class LinkConflict(Failure):
    """The account at the service and the resident do not belong together by what we know."""

    code = "sso.link_conflict"


class AssuranceTooLow(Failure):
    """The service wants a stronger sign-in than the one that happened."""

    code = "sso.assurance_too_low"


class MinorNotAllowed(Failure):
    """The service is for people who are certainly of age."""

    code = "sso.minor_not_allowed"


class RegionNotEligible(Failure):
    """The service is for residents of other municipalities."""

    code = "sso.region_not_eligible"


class TermsOutdated(Failure):
    """The resident has not accepted the terms of use in force; services wait (M16, M20)."""

    code = "sso.terms_outdated"


class DataRequired(Failure):
    """The service cannot serve without data, and the resident has stopped sharing it."""

    code = "sso.data_required"


class InteractionExpired(Refusal):
    """More than 30 minutes passed: the resident starts again at the service."""

    code = "sso.interaction_expired"
    status = 410


class InteractionCompleted(Refusal):
    """The question was answered before; the first answer stands."""

    code = "sso.interaction_completed"


class OtherPerson(Refusal):
    """The page was shown to one resident and sent by another, in the same browser."""

    code = "sso.other_person"


class QuestionChanged(Refusal):
    """What is asked changed while the page was open, so it has to be read again."""

    code = "sso.question_changed"


class DecisionMissing(Refusal):
    """The form came back without an answer."""

    code = "sso.decision_missing"
    status = 422


class ResidentUnavailable(Refusal):
    """The resident's account is suspended or closed."""

    code = "sso.resident_unavailable"
    status = 403


class ProofNeeded(Refusal):
    """A counter has to confirm the person before anything new is connected or allowed (M22)."""

    code = "sso.proof_needed"
    status = 403


class ReasonMissing(Refusal):
    """Whoever stops or reopens a client or a service says why: it stands in the ledger."""

    code = "sso.reason_missing"
    status = 422


class LogoutRefused(Refusal):
    """A request to sign out that is not the client's own; nobody is redirected."""

    code = "sso.logout_refused"
    status = 400


class NoTrialHere(Refusal):
    """A client without a linked service is for trying the provider out, not for real residents."""

    code = "sso.no_trial_here"
    status = 403


class KeyUnknown(Refusal):
    """No key of ours has that name, or it was withdrawn before."""

    code = "sso.key_unknown"
    status = 404


class RulesFaulty(Refusal):
    """A rule of a service that cannot stand; `field` names it."""

    code = "sso.rules_faulty"
    status = 422


class NoSigningKey(Exception):
    """Nothing can be signed before the first key is made; that happens with the first client."""
