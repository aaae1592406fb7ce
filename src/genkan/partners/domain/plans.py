"""Plans: a partner's file, read and checked as a whole before anything changes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from genkan.catalogue.api import Wording
from genkan.kernel.text.places import area_name
from genkan.partners.domain.fields import Fields
from genkan.partners.domain.offers import OfferItem
from genkan.partners.errors import PlanFaulty

CORPORATE_NUMBER = re.compile(r"[1-9][0-9]{12}")
SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
SECTOR_LIMIT = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationPlan:
    """The `[organisation]` of a file."""

    name: Wording
    corporate_number: str
    address: str
    contact: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ServicePlan:
    """The `[service]` of a file."""

    slug: str
    name: Wording
    description: Wording
    home_url: str
    webhook_url: str
    sector: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementPlan:
    """The `[agreement]` of a file."""

    purpose: str
    items: frozenset[str]
    handling: Wording
    valid_from: date
    valid_until: date
    municipalities: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferPlan:
    """The `[offer]` of a file: everything of an offer but its identity and version."""

    specific_purpose: Wording
    items: tuple[OfferItem, ...]
    lasts: timedelta
    disposal_within: timedelta
    on_stopping: Wording
    disposal_rule: Wording


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A partner's whole file."""

    organisation: OrganisationPlan
    service: ServicePlan
    agreement: AgreementPlan
    offer: OfferPlan


def corporate_number_is_valid(number: str) -> bool:
    """Whether a 法人番号 has 13 digits and the right first one.

    Source:
        Ordinance on corporate numbers: 9 - (sum of P x Q mod 9), Q = 1, 2, 1, … from the right.
    """
    if not CORPORATE_NUMBER.fullmatch(number):
        return False
    digits = [int(digit) for digit in reversed(number[1:])]
    total = sum(digit * (1 + position % 2) for position, digit in enumerate(digits))
    return int(number[0]) == 9 - total % 9


def read_plan(document: Mapping[str, Any]) -> Plan:
    """Return the plan of a parsed partner file.

    Raises:
        PlanFaulty: something is missing, of a wrong type or contradictory; `field` names it.
    """
    plan = Plan(
        organisation=_organisation(Fields.of("organisation", document.get("organisation"))),
        service=_service(Fields.of("service", document.get("service"))),
        agreement=_agreement(Fields.of("agreement", document.get("agreement"))),
        offer=_offer(Fields.of("offer", document.get("offer"))),
    )
    asked = {item.key for item in plan.offer.items}
    if len(asked) != len(plan.offer.items):
        raise PlanFaulty(field="offer.items")
    if not asked <= plan.agreement.items:
        raise PlanFaulty(field="agreement.items")
    return plan


def _organisation(fields: Fields) -> OrganisationPlan:
    number = fields.text("corporate_number")
    if not corporate_number_is_valid(number):
        raise fields.fault("corporate_number")
    return OrganisationPlan(
        name=fields.words("name"),
        corporate_number=number,
        address=fields.text("address"),
        contact=fields.text("contact"),
    )


def _service(fields: Fields) -> ServicePlan:
    slug = fields.text("slug")
    if not SLUG.fullmatch(slug):
        raise fields.fault("slug")
    has_sector = "sector" in fields.table
    return ServicePlan(
        slug=slug,
        name=fields.words("name"),
        description=fields.words("description"),
        home_url=fields.address("home_url"),
        webhook_url=fields.address("webhook_url"),
        sector=fields.text("sector", most=SECTOR_LIMIT) if has_sector else slug,
    )


def _agreement(fields: Fields) -> AgreementPlan:
    first, last = fields.day("valid_from"), fields.day("valid_until")
    if last <= first:
        raise fields.fault("valid_until")
    return AgreementPlan(
        purpose=fields.text("purpose"),
        items=fields.keys("items"),
        handling=fields.words("handling"),
        valid_from=first,
        valid_until=last,
        municipalities=_municipalities(fields),
    )


def _municipalities(fields: Fields) -> frozenset[str]:
    """Return the municipalities whose residents an agreement is for; none for everybody."""
    if "municipalities" not in fields.table:
        return frozenset()
    codes = fields.keys("municipalities")
    if any(area_name(code) == code for code in codes):
        raise fields.fault("municipalities")
    return codes


def _offer(fields: Fields) -> OfferPlan:
    return OfferPlan(
        specific_purpose=fields.words("specific_purpose"),
        items=tuple(
            OfferItem(
                key=one.text("key"), required=one.flag("required"), reason=one.words("reason")
            )
            for one in fields.tables("items")
        ),
        lasts=fields.days("days", least=1, most=3660),
        disposal_within=fields.days("disposal_days", least=0, most=365),
        on_stopping=fields.words("on_stopping"),
        disposal_rule=fields.words("disposal_rule"),
    )
