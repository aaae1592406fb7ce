"""Consents and the one decision about what may leave."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from genkan.consent.claims import Disclosed
from genkan.consent.errors import ItemNotOffered, RequiredItemMissing
from genkan.kernel.ids import ConsentId, OfferId, ProvisionId, ResidentId, ServiceId


class Ending(StrEnum):
    """How a consent ended."""

    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"
    UNCONFIRMED = "unconfirmed"
    """A guardian gave it, and the person did not confirm it after coming of age (M46)."""
    TERMS_CHANGED = "terms_changed"
    """A clause of the terms about it changed, and nobody gave it anew in time (M20)."""

    @property
    def told(self) -> str:
        """How a partner is told: not what it was in the person's life."""
        not_given_anew = {Ending.UNCONFIRMED, Ending.TERMS_CHANGED}
        return "withdrawn" if self in not_given_anew else str(self)


class NameForm(StrEnum):
    """Which name a service gets (H05)."""

    REGISTERED = "registered"
    ALIAS = "alias"


class Channel(StrEnum):
    """Where a consent was given."""

    PORTAL = "portal"
    COUNTER = "counter"
    """It was read out, and a member of staff wrote the answer down."""


class Standing(StrEnum):
    """How things are between a resident and a service."""

    NONE = "none"
    ACTIVE = "active"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    OFFER_CHANGED = "offer_changed"
    NEEDS_RECONFIRMATION = "needs_reconfirmation"


class Reason(StrEnum):
    """Why something may not leave; the first ones refuse all, the last ones single items."""

    NO_CONSENT = "no_consent"
    CONSENT_EXPIRED = "consent_expired"
    NEEDS_RECONFIRMATION = "needs_reconfirmation"
    GUARDIAN_AWAITED = "guardian_awaited"
    OFFER_CHANGED = "offer_changed"
    SERVICE_SUSPENDED = "service_suspended"
    DISPOSAL_OVERDUE = "disposal_overdue"
    AGREEMENT_NOT_IN_FORCE = "agreement_not_in_force"
    PURPOSE_ENDED = "purpose_ended"
    REGION_NOT_ELIGIBLE = "region_not_eligible"
    RESIDENT_UNAVAILABLE = "resident_unavailable"
    TERMS_OUTDATED = "terms_outdated"
    PROOF_NEEDED = "proof_needed"
    OUTSIDE_OFFER = "outside_offer"
    OUTSIDE_AGREEMENT = "outside_agreement"
    NOT_AGREED = "not_agreed"
    PROTECTED_ADDRESS = "protected_address"


COARSE = {
    Reason.CONSENT_EXPIRED: Reason.NO_CONSENT,
    Reason.NEEDS_RECONFIRMATION: Reason.NO_CONSENT,
    Reason.GUARDIAN_AWAITED: Reason.NO_CONSENT,
    Reason.OFFER_CHANGED: Reason.NO_CONSENT,
    Reason.DISPOSAL_OVERDUE: Reason.SERVICE_SUSPENDED,
    Reason.PROTECTED_ADDRESS: Reason.NO_CONSENT,
    Reason.TERMS_OUTDATED: Reason.RESIDENT_UNAVAILABLE,
    Reason.PROOF_NEEDED: Reason.RESIDENT_UNAVAILABLE,
}
"""What a partner is told instead of the exact reason, which the resident sees (M27)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """One resident's agreement; in force on [given_at, expires_at) until it ends.

    Attributes:
        given_by: who gave it on the resident's behalf; None for the resident.
        for_minor: a parent or guardian gave it, so at majority it needs to be confirmed.
        agreed_by: the parents and guardians who agreed, the giver included.
        name_form: which name the service gets.
        channel: where it was given.
    """

    id: ConsentId
    resident: ResidentId
    service: ServiceId
    offer: OfferId
    purpose: str
    items: frozenset[str]
    given_at: datetime
    expires_at: datetime
    ended_at: datetime | None = None
    ending: Ending | None = None
    given_by: ResidentId | None = None
    for_minor: bool = False
    agreed_by: frozenset[ResidentId] = frozenset()
    name_form: NameForm = NameForm.REGISTERED
    channel: Channel = Channel.PORTAL

    def in_force(self, now: datetime) -> bool:
        """Whether it allows anything at `now`."""
        return self.ended_at is None and self.given_at <= now < self.expires_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything a decision looks at, as it stands at the moment of the release.

    Attributes:
        confirm_from: from when on the person must have confirmed the consent; None for never.
        guardian_awaited: another parent or guardian has to agree, and has not.
    """

    consent: Consent | None
    offer: OfferId
    offered: frozenset[str]
    agreed_items: frozenset[str]
    agreement_in_force: bool
    purpose_in_force: bool
    region_is_eligible: bool
    service_is_live: bool
    disposal_is_overdue: bool
    resident_is_active: bool
    confirm_from: datetime | None
    guardian_awaited: bool
    protected_items: frozenset[str]
    """Items whose values tell where the resident lives, while the address is protected (A9)."""
    terms_are_accepted: bool
    person_is_proven: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What may leave; `withheld` says of everything else that was wanted why not.

    Attributes:
        refusal: set if nothing may leave at all.
    """

    allowed: frozenset[str]
    withheld: Mapping[str, Reason]
    refusal: Reason | None = None


Check = Callable[[Facts, datetime], bool]


def service_is_live(facts: Facts, _: datetime) -> bool:
    """An operator can suspend a service."""
    return facts.service_is_live


def nothing_is_overdue(facts: Facts, _: datetime) -> bool:
    """A service that owes a disposal receives nothing more (M37)."""
    return not facts.disposal_is_overdue


def agreement_is_in_force(facts: Facts, _: datetime) -> bool:
    """An agreement has a first and a last day."""
    return facts.agreement_in_force


def purpose_is_in_force(facts: Facts, _: datetime) -> bool:
    """A purpose can end (M32)."""
    return facts.purpose_in_force


def region_is_eligible(facts: Facts, _: datetime) -> bool:
    """What a municipality does is for those who live there, where it was so agreed (M32, P3)."""
    return facts.region_is_eligible


def resident_is_active(facts: Facts, _: datetime) -> bool:
    """A suspended or closed ID releases nothing."""
    return facts.resident_is_active


def terms_are_accepted(facts: Facts, _: datetime) -> bool:
    """A material change of the terms of use is accepted before anything leaves under it (M20)."""
    return facts.terms_are_accepted


def person_is_proven(facts: Facts, _: datetime) -> bool:
    """Staff may have asked that a counter confirms the person first (M22)."""
    return facts.person_is_proven


def consent_was_given(facts: Facts, _: datetime) -> bool:
    """There is a consent that has not ended."""
    return facts.consent is not None and facts.consent.ended_at is None


def consent_is_in_time(facts: Facts, now: datetime) -> bool:
    """The consent has begun and not run out, whether or not a job has ended it."""
    return facts.consent is not None and facts.consent.in_force(now)


def consent_is_the_persons_own(facts: Facts, now: datetime) -> bool:
    """A guardian's consent needs the young adult's word (M46), an old one that under new terms."""
    return facts.confirm_from is None or now < facts.confirm_from


def all_guardians_agreed(facts: Facts, _: datetime) -> bool:
    """For some purposes each of several parents or guardians has to agree."""
    return not facts.guardian_awaited


def consent_is_to_this_offer(facts: Facts, _: datetime) -> bool:
    """The consent is to the version in force: a new one must be read first."""
    return facts.consent is not None and facts.consent.offer == facts.offer


STEPS: tuple[tuple[Check, Reason], ...] = (
    # must hold, else nothing leaves because of
    (service_is_live, Reason.SERVICE_SUSPENDED),
    (nothing_is_overdue, Reason.DISPOSAL_OVERDUE),
    (agreement_is_in_force, Reason.AGREEMENT_NOT_IN_FORCE),
    (purpose_is_in_force, Reason.PURPOSE_ENDED),
    (resident_is_active, Reason.RESIDENT_UNAVAILABLE),
    (terms_are_accepted, Reason.TERMS_OUTDATED),
    (person_is_proven, Reason.PROOF_NEEDED),
    (consent_was_given, Reason.NO_CONSENT),
    (region_is_eligible, Reason.REGION_NOT_ELIGIBLE),
    (consent_is_in_time, Reason.CONSENT_EXPIRED),
    (consent_is_the_persons_own, Reason.NEEDS_RECONFIRMATION),
    (all_guardians_agreed, Reason.GUARDIAN_AWAITED),
    (consent_is_to_this_offer, Reason.OFFER_CHANGED),
)


def is_offered(facts: Facts, item: str) -> bool:
    """The offer asks for it."""
    return item in facts.offered


def is_in_the_agreement(facts: Facts, item: str) -> bool:
    """The operator and the service have agreed on it."""
    return item in facts.agreed_items


def is_agreed_to(facts: Facts, item: str) -> bool:
    """The resident has said yes to it."""
    return facts.consent is not None and item in facts.consent.items


def tells_no_protected_place(facts: Facts, item: str) -> bool:
    """A protected address stays hidden, whatever was agreed (A9, 支援措置)."""
    return item not in facts.protected_items


LIMITS: tuple[tuple[Callable[[Facts, str], bool], Reason], ...] = (
    # must allow an item, else it is withheld because of
    (is_offered, Reason.OUTSIDE_OFFER),
    (is_in_the_agreement, Reason.OUTSIDE_AGREEMENT),
    (is_agreed_to, Reason.NOT_AGREED),
    (tells_no_protected_place, Reason.PROTECTED_ADDRESS),
)


def decide(facts: Facts, wanted: frozenset[str], *, now: datetime) -> Decision:
    """Decide what of `wanted` may leave at `now` (M27).

    Returns:
        The intersection of everything that must allow it, and for the rest the reason.
    """
    for holds, reason in STEPS:
        if not holds(facts, now):
            return Decision(
                allowed=frozenset(), withheld=dict.fromkeys(sorted(wanted), reason), refusal=reason
            )
    withheld: dict[str, Reason] = {}
    for item in sorted(wanted):
        reason_why = next((reason for allows, reason in LIMITS if not allows(facts, item)), None)
        if reason_why is not None:
            withheld[item] = reason_why
    return Decision(allowed=wanted - withheld.keys(), withheld=withheld)


def lacking(
    unsent: frozenset[str],
    decision: Decision,
    *,
    required: frozenset[str],
    revealing_place: frozenset[str],
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what a partner is told as missing and as refused, so that no protection shows.

    An item that can reveal a place looks the same whether it was not agreed to, is not held, or
    belongs to somebody who is protected: `missing` if the offer requires it, `refused` if not.
    Any other is `missing` if it was allowed and there is no value.

    Source:
        docs/decisions/0012-protected-address.md.
    """
    lacked = (required & revealing_place) | (decision.allowed - revealing_place)
    return tuple(sorted(unsent & lacked)), tuple(sorted(unsent - lacked))


def check_choice(
    ticked: frozenset[str], *, offered: frozenset[str], required: frozenset[str]
) -> None:
    """Check what a resident ticked against the offer.

    Raises:
        ItemNotOffered: something else was ticked.
        RequiredItemMissing: a required item was not.
    """
    if extra := ticked - offered:
        raise ItemNotOffered(field=min(extra))
    if lacking := required - ticked:
        raise RequiredItemMissing(field=min(lacking))


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """What left.

    Attributes:
        provision: the open record; None if there was no value to send.
        missing, refused: what a partner is told of the rest: see `lacking`.
        confirm_from: from when on it may not be handed over any more, see `Facts`.
        reveals_place: whether a value tells where the resident lives.
        by_representative: whether somebody else gave the consent for the resident (M46).
    """

    consent: ConsentId
    provision: ProvisionId | None
    offer: OfferId
    offer_version: int
    purpose: str
    items: Mapping[str, Disclosed]
    missing: tuple[str, ...]
    refused: tuple[str, ...]
    confirm_from: datetime | None
    reveals_place: bool
    by_representative: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """Nothing left; the ledger has the exact reason, the partner is told `coarse`.

    Attributes:
        place_is_protected: not even by a refusal may the partner learn where the person lives not.
    """

    reason: Reason
    place_is_protected: bool = False

    @property
    def coarse(self) -> str:
        """The reason as a partner may know it."""
        if self.place_is_protected and self.reason is Reason.REGION_NOT_ELIGIBLE:
            return str(Reason.NO_CONSENT)
        return str(COARSE.get(self.reason, self.reason))
