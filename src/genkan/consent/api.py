"""Consent's door."""

from genkan.consent.confirming import to_confirm
from genkan.consent.domain import (
    Consent,
    Disclosed,
    Ending,
    NameForm,
    Reason,
    Refused,
    Release,
    Standing,
    payload,
)
from genkan.consent.errors import (
    AliasMissing,
    AlreadyStopped,
    GuardianMustDecide,
    ItemNotOffered,
    NothingOffered,
    OfferChanged,
    RegionNotEligible,
    RequiredItemMissing,
    ServiceUnavailable,
)
from genkan.consent.giving import Choice, give
from genkan.consent.preview import Line, Preview, preview
from genkan.consent.service import (
    Stopped,
    consent_to,
    consents_of,
    hold_for_hand_over,
    release,
    standing,
    withdraw,
)

__all__ = [
    "AliasMissing",
    "AlreadyStopped",
    "Choice",
    "Consent",
    "Disclosed",
    "Ending",
    "GuardianMustDecide",
    "ItemNotOffered",
    "Line",
    "NameForm",
    "NothingOffered",
    "OfferChanged",
    "Preview",
    "Reason",
    "Refused",
    "RegionNotEligible",
    "Release",
    "RequiredItemMissing",
    "ServiceUnavailable",
    "Standing",
    "Stopped",
    "consent_to",
    "consents_of",
    "give",
    "hold_for_hand_over",
    "payload",
    "preview",
    "release",
    "standing",
    "to_confirm",
    "withdraw",
]
