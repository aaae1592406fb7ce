"""Consent's door."""

from genkan.consent.domain import (
    Consent,
    Disclosed,
    Ending,
    Reason,
    Refused,
    Release,
    Standing,
    payload,
)
from genkan.consent.errors import (
    AlreadyStopped,
    ItemNotOffered,
    NothingOffered,
    OfferChanged,
    RequiredItemMissing,
    ServiceUnavailable,
)
from genkan.consent.preview import Line, Preview, preview
from genkan.consent.service import (
    Choice,
    Stopped,
    consent_to,
    consents_of,
    give,
    hold_for_hand_over,
    release,
    standing,
    withdraw,
)

__all__ = [
    "AlreadyStopped",
    "Choice",
    "Consent",
    "Disclosed",
    "Ending",
    "ItemNotOffered",
    "Line",
    "NothingOffered",
    "OfferChanged",
    "Preview",
    "Reason",
    "Refused",
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
    "withdraw",
]
