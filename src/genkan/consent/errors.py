"""What consent refuses."""

from genkan.kernel.errors import Refusal


class NothingOffered(Refusal):
    """The service asks for nothing at the moment."""

    code = "consent.nothing_offered"
    status = 404


class OfferChanged(Refusal):
    """The offer that was shown is no longer the one in force: the new one must be read first."""

    code = "consent.offer_changed"


class ItemNotOffered(Refusal):
    """An item was ticked that the offer does not contain."""

    code = "consent.item_not_offered"
    status = 422


class RequiredItemMissing(Refusal):
    """A required item was left out: the service cannot serve without it."""

    code = "consent.required_item_missing"
    status = 422


class AliasMissing(Refusal):
    """The alias was chosen, and there is none any more: the registered name does not step in."""

    code = "consent.alias_missing"


class ServiceUnavailable(Refusal):
    """The service may receive nothing at the moment, so no consent is taken."""

    code = "consent.service_unavailable"


class RegionNotEligible(Refusal):
    """The service is for residents of other municipalities: no new consent is taken (M32)."""

    code = "consent.region_not_eligible"
    status = 403


class TermsOutdated(Refusal):
    """The resident has not accepted the terms of use in force: no new consent is taken (M20)."""

    code = "consent.terms_outdated"
    status = 403


class AlreadyStopped(Refusal):
    """There is nothing to stop: it ended before, or never began."""

    code = "consent.already_stopped"


class GuardianMustDecide(Refusal):
    """The person is not certainly old enough to consent without a parent or guardian."""

    code = "consent.guardian_must_decide"
    status = 403
