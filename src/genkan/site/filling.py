"""Filling a demo installation; doing it twice changes nothing."""

from collections.abc import Callable
from datetime import date, datetime

from django.conf import settings
from django.contrib.auth.hashers import make_password

from genkan.consent import api as consent
from genkan.delivery import api as delivery
from genkan.kernel import clock
from genkan.kernel.clock import day_in_japan
from genkan.kernel.ids import ServiceId
from genkan.partners import api as partners
from genkan.residents import api as residents
from genkan.site.demo import COUNTER, OPERATOR, SIGN_INS
from genkan.site.installation import prepare

ALLOWED_BY = {"H16a": "H16g", "H17a": "H17g"}
"""Who shares with the sample service in the demo, and which guardian allowed it."""


def fill(*, size: int, seed: int, password: str, say: Callable[[str], object]) -> None:
    """Bring the database up to date and fill it with invented people and contents.

    Args:
        size: crowd beside the special residents.
        seed: of the crowd.
        password: of the residents that can sign in, and of the operator.
        say: told of each step.
    """
    say("preparing the database …")
    prepare()
    now = clock.now()
    hashed = make_password(password)
    say(f"registering {size} invented residents …")
    anchor = day_in_japan(now)
    wanted = residents.Wanted(
        size=size,
        seed=seed,
        anchor=anchor,
        passwords=dict.fromkeys(SIGN_INS, hashed),
    )
    residents.load(wanted, mode=settings.GENKAN.mode, now=now)
    residents.reindex(missing_only=True)
    say("publishing sample contents …")
    delivery.load(delivery.sample_contents(), now=now)
    try:
        _employ(hashed, anchor, now)
    except residents.AddressTaken:
        say("everything was there already")


def _employ(hashed: str, anchor: date, now: datetime) -> None:
    """Open the accounts of staff: the operator, who supervises, and H26 at the counter."""
    clerk = residents.invented("H26", anchor)
    residents.open_staff_account(OPERATOR, hashed, now=now)
    residents.give_role(OPERATOR, residents.StaffRole.SUPERVISOR, person=None, now=now)
    residents.open_staff_account(COUNTER, hashed, is_administrator=False, now=now)
    residents.give_role(COUNTER, residents.StaffRole.COUNTER, person=clerk, now=now)


def share_by_guardians(service: ServiceId) -> None:
    """Let guardians of the demo allow the sample service what it needs, once."""
    now, offer = clock.now(), partners.published_offer(service)
    anchor = day_in_japan(now)
    for ward, guardian in ALLOWED_BY.items():
        person, by = (residents.invented(key, anchor) for key in (ward, guardian))
        may = residents.may_act_for(by, person, residents.Area.SERVICES, now=now)
        if offer is None or not may or consent.consent_to(person, service):
            continue
        choice = consent.Choice(offer=offer.id, items=offer.required, locale="ja", shown_at=now)
        consent.share(resident=person, service=service, choice=choice, by=by, now=now)
