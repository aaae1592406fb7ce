"""When a person comes of age: what guardians allowed is put before them, service by service (M46).

The consents themselves need nothing: from 0:00 of majority on they release nothing until the person
decides, see `confirming`. Here is what the person is told, once, and what is shown to decide.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from genkan.catalogue import api as catalogue
from genkan.consent import store
from genkan.consent.confirming import to_confirm
from genkan.consent.domain import Consent
from genkan.kernel import jobs
from genkan.kernel.ids import ResidentId
from genkan.partners import api as partners
from genkan.residents import api as residents


@dataclass(frozen=True, slots=True, kw_only=True)
class Undecided:
    """One consent that waits for the young adult.

    Attributes:
        items: what the service would go on to receive.
        until: when it ends by itself if nothing is decided.
    """

    service: partners.Service
    consent: Consent
    items: tuple[catalogue.Item, ...]
    until: datetime


def undecided(resident: ResidentId, *, now: datetime) -> list[Undecided]:
    """Return what a young adult has to decide about, newest first; for most people one query."""
    if not store.has_guardians_consent(resident):
        return []
    of_age_at = residents.of_age_at(residents.profile_of(resident))
    waiting = [one for one in to_confirm(resident, now=now) if one.for_minor and of_age_at <= now]
    until = of_age_at + timedelta(days=settings.GENKAN.reconfirm_days)
    return [
        Undecided(
            service=partners.service(one.service),
            consent=one,
            items=tuple(item for key, item in catalogue.items().items() if key in one.items),
            until=min(until, one.expires_at),
        )
        for one in waiting
    ]


@transaction.atomic(durable=True)
def greet(*, now: datetime, after: ResidentId | None) -> ResidentId | None:
    """Note a batch of people who came of age, and queue one mail to each.

    Returns:
        Where the next batch begins; None where there is none.
    """
    found, onward = residents.come_of_age(now=now, after=after)
    for person in found:
        jobs.defer("consent.send_majority", resident=str(person))
    return onward
