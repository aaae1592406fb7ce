"""What is refused to clients and residents where a service asks somebody who is elsewhere.

Source:
    OpenID Connect CIBA Core 1.0 sections 11 and 13.
"""

from genkan.kernel.errors import Refusal
from genkan.sso.errors import AccessDenied, OAuthError


class AuthorizationPending(OAuthError):
    """The resident has not answered yet."""

    error = "authorization_pending"


class SlowDown(OAuthError):
    """The client asks more often than it may."""

    error = "slow_down"


class ExpiredToken(OAuthError):
    """Nobody answered in time."""

    error = "expired_token"


class UnknownUserId(OAuthError):
    """Nobody is meant, or nobody who has connected this service: a client learns no difference."""

    error = "unknown_user_id"


class InvalidBindingMessage(OAuthError):
    """The message cannot be shown."""

    error = "invalid_binding_message"


class AskedTooOften(AccessDenied):
    """The resident is left in peace for a while."""

    status = 403


class KnockAnswered(Refusal):
    """The request was answered before, or its time is up."""

    code = "sso.knock_answered"


class ProofTooOld(Refusal):
    """A yes to somebody who is elsewhere needs a proof of identity of the last ten minutes."""

    code = "sso.proof_too_old"
    status = 403
