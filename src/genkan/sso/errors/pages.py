"""What the provider refuses to residents: each has a page (`templates/sso/refusals`)."""

from collections.abc import Mapping

from genkan.kernel.errors import Refusal


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


class RequestGone(Refusal):
    """What the client prepared for this visit is used up or too old: begin at the service again."""

    code = "sso.request_gone"
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
