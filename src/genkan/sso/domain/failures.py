"""The designed failures: which one is shown, and what a client is told of each (M16).

Two causes at once are one page: that of the cause the person can do something about.
"""

from collections.abc import Collection, Mapping
from enum import StrEnum

from genkan.sso import errors
from genkan.sso.errors import Failure, OAuthError


class State(StrEnum):
    """Why a resident cannot go on to a service; what they can act on stands first."""

    TERMS_OUTDATED = "terms_outdated"
    ASSURANCE_TOO_LOW = "assurance_too_low"
    NOT_LINKED = "not_linked"
    LINK_CONFLICT = "link_conflict"
    DATA_REQUIRED = "data_required"
    MAINTENANCE = "maintenance"
    SERVICE_DOWN = "service_down"
    SERVICE_SUSPENDED = "service_suspended"
    REGION_NOT_ELIGIBLE = "region_not_eligible"
    MINOR_NOT_ALLOWED = "minor_not_allowed"


_ORDER = {state: place for place, state in enumerate(State)}

PAGES: Mapping[State, type[Failure]] = {
    State.TERMS_OUTDATED: errors.TermsOutdated,
    State.ASSURANCE_TOO_LOW: errors.AssuranceTooLow,
    State.NOT_LINKED: errors.NotLinked,
    State.LINK_CONFLICT: errors.LinkConflict,
    State.DATA_REQUIRED: errors.DataRequired,
    State.MAINTENANCE: errors.Maintenance,
    State.SERVICE_DOWN: errors.ServiceDown,
    State.SERVICE_SUSPENDED: errors.ServiceSuspended,
    State.REGION_NOT_ELIGIBLE: errors.RegionNotEligible,
    State.MINOR_NOT_ALLOWED: errors.MinorNotAllowed,
}
"""What the resident meets."""

_TOLD: Mapping[State, tuple[type[OAuthError], str]] = {
    State.TERMS_OUTDATED: (errors.InteractionRequired, "the resident has to read the terms of use"),
    State.ASSURANCE_TOO_LOW: (
        errors.UnmetAuthenticationRequirements,
        "a stronger sign-in is needed",
    ),
    State.NOT_LINKED: (errors.ConsentRequired, "the resident has not agreed"),
    State.LINK_CONFLICT: (errors.InteractionRequired, "staff decide about the link"),
    State.DATA_REQUIRED: (errors.ConsentRequired, "the resident shares nothing"),
    State.MAINTENANCE: (errors.TemporarilyUnavailable, "the service announced maintenance"),
    State.SERVICE_DOWN: (errors.TemporarilyUnavailable, "the service does not answer"),
    State.SERVICE_SUSPENDED: (errors.TemporarilyUnavailable, "the service is not open"),
    State.REGION_NOT_ELIGIBLE: (errors.AccessDenied, "this resident cannot use the service"),
    State.MINOR_NOT_ALLOWED: (errors.AccessDenied, "this resident cannot use the service"),
}
"""What the client learns: the code, never what lies behind it in the person's life."""


def shown(causes: Collection[State]) -> State | None:
    """Return the cause that is shown: of several, the one the person can act on."""
    return min(causes, key=_ORDER.__getitem__, default=None)


def told(state: State) -> OAuthError:
    """Return a failure as the client reads it."""
    error, description = _TOLD[state]
    return error(description, state=str(state))
