"""Consent's door."""

from genkan.consent.claims import Disclosed, payload
from genkan.consent.confirming import awaiting_guardian, to_confirm
from genkan.consent.domain import (
    Channel,
    Consent,
    Ending,
    NameForm,
    Reason,
    Refused,
    Release,
    Standing,
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
from genkan.consent.giving import Choice, Written, give
from genkan.consent.preview import Line, Preview, preview
from genkan.consent.service import (
    Stopped,
    consent_to,
    consents_of,
    hold_for_hand_over,
    release,
    share,
    share_at_counter,
    standing,
    withdraw,
    withdraw_at_counter,
)
from genkan.consent.sharing import page_for

__all__ = [
    "AliasMissing",
    "AlreadyStopped",
    "Channel",
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
    "Written",
    "awaiting_guardian",
    "consent_to",
    "consents_of",
    "give",
    "hold_for_hand_over",
    "page_for",
    "payload",
    "preview",
    "release",
    "share",
    "share_at_counter",
    "standing",
    "to_confirm",
    "withdraw",
    "withdraw_at_counter",
]
