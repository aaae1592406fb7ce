"""Use cases of leaving for a service: what to know before, and that it was read (M15, B5)."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from genkan.kernel.export import Data, Line
from genkan.kernel.ids import ResidentId, ServiceId
from genkan.kernel.text.dates import Truth
from genkan.ledger import api as ledger
from genkan.partners import api as partners
from genkan.residents import api as residents
from genkan.sso.domain import redirects
from genkan.sso.domain.doors import Door, Start
from genkan.sso.domain.failures import State
from genkan.sso.domain.rules import Rules
from genkan.sso.domain.values import ACR_TWO_FACTORS
from genkan.sso.service import bars
from genkan.sso.store import departures as store
from genkan.sso.store import rules as rules_store
from genkan.ui.moments import in_words


def doors(resident: ResidentId, *, now: datetime) -> dict[ServiceId, Door]:
    """Return how every service stands for a resident. As many queries for one as for a hundred."""
    offers = partners.published_offers()
    agreed = partners.agreements([one.agreement for one in offers.values()])
    area = residents.profile_of(resident).lg_code
    rules = rules_store.every()
    is_adult = residents.is_of_age(resident, now=now) is Truth.YES
    found = {}
    for service in partners.services():
        own = rules.get(service.id, Rules())
        offer = offers.get(service.id)
        is_for = offer is None or agreed[offer.agreement].is_for(area)
        found[service.id] = Door(
            service=service.id,
            closed=bars.closed_by(service, own, now=now),
            barred=_barred(own, is_adult=is_adult, is_for=is_for),
            rules=own,
        )
    return found


def _barred(rules: Rules, *, is_adult: bool, is_for: bool) -> State | None:
    if not is_for:
        return State.REGION_NOT_ELIGIBLE
    return None if is_adult or rules.serves_minors else State.MINOR_NOT_ALLOWED


def must_be_open(service: ServiceId, *, now: datetime) -> None:
    """Lead nobody to a service that serves nobody.

    Raises:
        Failure: it is suspended, under maintenance or not well; the page says which.
    """
    state = bars.closed(service, now=now)
    if state is not None:
        raise bars.failure(service, state, {}, now=now)


def start_of(service: partners.Service) -> Start:
    """Return where a sign-in begins: at the address a client registered for it, or the front page.

    Source:
        OpenID Connect Core 1.0 section 4: the address is told who sends.
    """
    found = store.settings_of(service.id)
    asked = next((one.initiate_login_uri for one in found if one.initiate_login_uri), None)
    minimum = rules_store.rules_of(service.id).minimum_acr
    wanted = {one.default_acrs[0] for one in found if one.default_acrs}
    if asked is None or redirects.why_not_registrable(asked) is not None:
        address = service.home_url
    else:
        address = redirects.with_parameters(asked, {"iss": settings.GENKAN.issuer})
    return Start(address, ACR_TWO_FACTORS in {minimum, *wanted})


def is_known(resident: ResidentId, service: ServiceId) -> bool:
    """Whether a resident has been to a service, so that there is nothing new to read."""
    return store.is_known(resident, service)


@transaction.atomic(durable=True)
def leave_for(resident: ResidentId, service: ServiceId, *, now: datetime) -> None:
    """Remember that a resident has read where a service leads, and goes there."""
    if store.add(resident, service, now=now):
        ledger.append(
            ledger.Entry(
                event="sso.departed",
                subject=resident,
                actor=ledger.Actor.resident(resident),
                service=service,
                happened_at=now,
            )
        )


def forget(resident: ResidentId, *, by: ledger.Actor, now: datetime) -> None:  # noqa: ARG001 - the shape of a closing step
    """Forget where a resident was led, when the ID is closed."""
    store.forget(resident)


def export_data(resident: ResidentId) -> Data:
    """Return where a resident was led, for the export."""
    return [
        {
            "service": {"id": service, "name": partners.service(service).name.as_mapping()},
            "left_at": left_at,
        }
        for service, left_at in store.of_resident(resident)
    ]


def export_lines(resident: ResidentId, language: str) -> Sequence[Line]:
    """Return the same for reading."""
    return [
        Line(
            partners.service(service).name.in_language(language),
            _("first opened from here %(when)s") % {"when": in_words(left_at, language)},
        )
        for service, left_at in store.of_resident(resident)
    ]
