"""Plans: a partner's file, read and checked as a whole before anything changes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from genkan.catalogue.api import CatalogueFaulty, Wording, wording
from genkan.partners.domain.offers import OfferItem
from genkan.partners.errors import PlanFaulty

CORPORATE_NUMBER = re.compile(r"[1-9][0-9]{12}")
SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")


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
        organisation=_section(document, "organisation", _organisation),
        service=_section(document, "service", _service),
        agreement=_section(document, "agreement", _agreement),
        offer=_section(document, "offer", _offer),
    )
    asked = {item.key for item in plan.offer.items}
    if len(asked) != len(plan.offer.items) or not asked:
        raise PlanFaulty(field="offer.items")
    if not asked <= plan.agreement.items:
        raise PlanFaulty(field="agreement.items")
    return plan


def _section(document: Mapping[str, Any], name: str, read: Any) -> Any:  # noqa: ANN401 - each section has its reader
    try:
        return read(document[name])
    except PlanFaulty:
        raise
    except KeyError as error:
        raise PlanFaulty(field=f"{name}.{error.args[0]}") from error
    except (CatalogueFaulty, TypeError, ValueError, AttributeError) as error:
        raise PlanFaulty(field=name) from error


def _organisation(entry: Mapping[str, Any]) -> OrganisationPlan:
    number = str(entry["corporate_number"])
    if not corporate_number_is_valid(number):
        raise PlanFaulty(field="organisation.corporate_number")
    return OrganisationPlan(
        name=wording("name", entry["name"]),
        corporate_number=number,
        address=str(entry["address"]),
        contact=str(entry["contact"]),
    )


def _service(entry: Mapping[str, Any]) -> ServicePlan:
    if not SLUG.fullmatch(entry["slug"]):
        raise PlanFaulty(field="service.slug")
    for name in ("home_url", "webhook_url"):
        if not str(entry[name]).startswith(("https://", "http://127.0.0.1:", "http://localhost:")):
            raise PlanFaulty(field=f"service.{name}")
    return ServicePlan(
        slug=entry["slug"],
        name=wording("name", entry["name"]),
        description=wording("description", entry["description"]),
        home_url=entry["home_url"],
        webhook_url=entry["webhook_url"],
        sector=str(entry.get("sector", entry["slug"])),
    )


def _agreement(entry: Mapping[str, Any]) -> AgreementPlan:
    first, last = _day(entry, "valid_from"), _day(entry, "valid_until")
    if last <= first:
        raise PlanFaulty(field="agreement.valid_until")
    return AgreementPlan(
        purpose=str(entry["purpose"]),
        items=frozenset(map(str, entry["items"])),
        handling=wording("handling", entry["handling"]),
        valid_from=first,
        valid_until=last,
    )


def _day(entry: Mapping[str, Any], name: str) -> date:
    value = entry[name]
    if type(value) is not date:
        raise PlanFaulty(field=f"agreement.{name}")
    return value


def _offer(entry: Mapping[str, Any]) -> OfferPlan:
    items = tuple(
        OfferItem(
            key=str(one["key"]),
            required=one["required"] is True,
            reason=wording(f"items.{one['key']}.reason", one["reason"]),
        )
        for one in entry["items"]
    )
    return OfferPlan(
        specific_purpose=wording("specific_purpose", entry["specific_purpose"]),
        items=items,
        lasts=_days(entry, "days", 1, 3660),
        disposal_within=_days(entry, "disposal_days", 0, 365),
        on_stopping=wording("on_stopping", entry["on_stopping"]),
        disposal_rule=wording("disposal_rule", entry["disposal_rule"]),
    )


def _days(entry: Mapping[str, Any], name: str, least: int, most: int) -> timedelta:
    value = entry[name]
    if type(value) is not int or not least <= value <= most:
        raise PlanFaulty(field=f"offer.{name}")
    return timedelta(days=value)
