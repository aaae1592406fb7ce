"""Organisations, services, agreements and offers."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from genkan.catalogue.api import Wording
from genkan.kernel.clock import day_in_japan
from genkan.kernel.ids import AgreementId, OfferId, OrganisationId, ServiceId
from genkan.kernel.text.places import areas_of


class ServiceState(StrEnum):
    """Whether a service may be used."""

    LIVE = "live"
    SUSPENDED = "suspended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """Who stands behind a service."""

    id: OrganisationId
    name: Wording
    corporate_number: str
    address: str
    contact: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A linked service. `sector` decides the pairwise `sub`: one sector, one `sub` per resident.

    Attributes:
        state_since: when its state was last changed; None for one that never was.
        state_because: why, for staff alone.
    """

    id: ServiceId
    slug: str
    name: Wording
    description: Wording
    home_url: str
    sector: str
    state: ServiceState
    organisation: Organisation
    state_since: datetime | None = None
    state_because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """What was agreed: the purpose and items, how data is handled, from when until when.

    Attributes:
        municipalities: codes of those whose residents it is for; empty if it is for everybody.
    """

    id: AgreementId
    purpose: str
    items: frozenset[str]
    handling: Wording
    valid_from: date
    valid_until: date
    municipalities: frozenset[str] = frozenset()

    def in_force(self, now: datetime) -> bool:
        """Whether it holds at `now`: from the first day, until the last day (excluded) in Japan."""
        return self.valid_from <= day_in_japan(now) < self.valid_until

    def is_for(self, lg_code: str | None) -> bool:
        """Whether it is for residents of a municipality or ward; None where that is unknown."""
        return not self.municipalities or not self.municipalities.isdisjoint(areas_of(lg_code))


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferItem:
    """One item asked for, and why."""

    key: str
    required: bool
    reason: Wording


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One version of what a service asks for.

    Attributes:
        lasts: how long a consent to it lasts.
        disposal_within: how long the partner has to dispose after the consent ends.
        on_stopping: what stopping means for the resident, in words.
        disposal_rule: how the partner disposes, in words.
    """

    id: OfferId
    service: ServiceId
    agreement: AgreementId
    version: int
    purpose: str
    specific_purpose: Wording
    items: tuple[OfferItem, ...]
    lasts: timedelta
    disposal_within: timedelta
    on_stopping: Wording
    disposal_rule: Wording
    published_at: datetime

    @property
    def keys(self) -> frozenset[str]:
        """Keys of all items."""
        return frozenset(item.key for item in self.items)

    @property
    def required(self) -> frozenset[str]:
        """Keys of the items without which the service cannot serve."""
        return frozenset(item.key for item in self.items if item.required)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseTerms:
    """What stands on the partner's side at the moment of a release."""

    state: ServiceState
    agreement: Agreement
    offer: Offer
