"""The preview: everything a resident reads before the yes (M28)."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from genkan.catalogue import api as catalogue
from genkan.consent import store
from genkan.consent.claims import Disclosed, payload
from genkan.consent.disclosing import disclosed
from genkan.consent.domain import NameForm
from genkan.consent.naming import NAMED, has_alias, values_under
from genkan.kernel.ids import ResidentId, ServiceId
from genkan.partners import api as partners
from genkan.residents import api as residents


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One item of the offer with the resident's own value.

    Attributes:
        value: None if we hold none, or if it is `protected` and therefore not sent.
    """

    item: catalogue.Item
    asked: partners.OfferItem
    value: Disclosed | None
    ticked: bool
    protected: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """Who, why, what, how long, and the payload that would leave.

    Attributes:
        lines: the offer's items in its order.
        payload: JSON text of exactly what would leave if the resident allowed what is ticked.
        expires_at: end of the consent, if given now.
        name_form: which name would go; None where there is nothing to choose.
        needs_guardian: the resident is not certainly old enough to decide alone.
        region_is_eligible: the service is for residents of where the person lives.
    """

    service: partners.Service
    offer: partners.Offer
    purpose: catalogue.Purpose
    agreement: partners.Agreement
    lines: tuple[Line, ...]
    payload: str
    missing: tuple[Line, ...]
    expires_at: datetime
    name_form: NameForm | None
    needs_guardian: bool
    region_is_eligible: bool


def preview(
    resident: ResidentId,
    service: ServiceId,
    *,
    seen_by: ResidentId | None = None,
    ticked: Iterable[str] | None = None,
    name_form: NameForm | None = None,
    now: datetime,
) -> Preview | None:
    """Return what a resident should read before deciding, or None if nothing is asked for.

    Args:
        resident: whose data.
        service: who asks.
        seen_by: who decides for the resident, and may not see every value; None for the resident.
        ticked: items chosen so far; None for the start, where only required ones are.
        name_form: chosen so far; None for the start, where it is as it was agreed last.
        now: when it is shown.
    """
    offer = partners.published_offer(service)
    if offer is None:
        return None
    profile = residents.profile_seen_by(seen_by or resident, resident, now=now)
    chosen = offer.required | (frozenset(ticked or ()) & offer.keys)
    agreement = partners.agreement(offer.agreement)
    can_choose = has_alias(profile) and bool(NAMED & offer.keys)
    form = name_form or _agreed_last(resident, service) if can_choose else NameForm.REGISTERED
    values = values_under(form, profile)
    hides = profile.is_protected(now)
    lines = tuple(_line(one, values, chosen, form, is_protected=hides) for one in offer.items)
    sent = {line.item.key: line.value for line in lines if line.ticked and line.value is not None}
    in_order = {key: sent[key] for key in catalogue.items() if key in sent}
    return Preview(
        service=partners.service(service),
        offer=offer,
        purpose=catalogue.purpose(offer.purpose),
        agreement=agreement,
        lines=lines,
        payload=json.dumps(payload(in_order), ensure_ascii=False, indent=2),
        missing=tuple(line for line in lines if line.ticked and line.value is None),
        expires_at=now + offer.lasts,
        needs_guardian=not residents.may_consent_alone(
            resident, offer.purpose, sorted(chosen), now=now
        ),
        name_form=form if can_choose else None,
        region_is_eligible=agreement.is_for(profile.lg_code),
    )


def _agreed_last(resident: ResidentId, service: ServiceId) -> NameForm:
    latest = store.latest(resident, service)
    return NameForm.REGISTERED if latest is None else latest.name_form


def _line(
    asked: partners.OfferItem,
    values: Mapping[str, residents.Value],
    chosen: frozenset[str],
    form: NameForm,
    *,
    is_protected: bool,
) -> Line:
    value = values.get(asked.key)
    reveals = value is not None and catalogue.reveals_place(asked.key, value.content)
    protected = reveals and is_protected
    return Line(
        item=catalogue.item(asked.key),
        asked=asked,
        value=None if value is None or protected else disclosed(value, form),
        ticked=asked.key in chosen,
        protected=protected,
    )
