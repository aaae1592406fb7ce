"""Partners' door."""

from genkan.partners.domain.messages import pause_after
from genkan.partners.domain.offers import (
    Agreement,
    Offer,
    OfferItem,
    Organisation,
    ReleaseTerms,
    Service,
    ServiceState,
)
from genkan.partners.errors import KeyUnusable, PlanFaulty, UnknownService
from genkan.partners.messaging import deliver_next, send, stamp
from genkan.partners.service import (
    Applied,
    agreement,
    apply,
    hold_release_terms,
    offers,
    pairwise_subject,
    published_offer,
    register_keys,
    renew_webhook_secret,
    service,
    service_called,
    services,
    set_state,
    verification_keys,
)

__all__ = [
    "Agreement",
    "Applied",
    "KeyUnusable",
    "Offer",
    "OfferItem",
    "Organisation",
    "PlanFaulty",
    "ReleaseTerms",
    "Service",
    "ServiceState",
    "UnknownService",
    "agreement",
    "apply",
    "deliver_next",
    "hold_release_terms",
    "offers",
    "pairwise_subject",
    "pause_after",
    "published_offer",
    "register_keys",
    "renew_webhook_secret",
    "send",
    "service",
    "service_called",
    "services",
    "set_state",
    "stamp",
    "verification_keys",
]
