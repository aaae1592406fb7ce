"""Somebody who leaves, and the partners that have something of theirs."""

from dataclasses import dataclass, field

from django.contrib.auth.hashers import make_password
from django.core.cache import cache
from django.test import Client

from genkan.kernel.ids import ResidentId
from genkan.lifecycle import api as lifecycle
from genkan.residents import api as residents
from genkan.residents.models import Account, ResidentRow
from genkan.residents.service import leaving
from genkan.sso.store import links
from tests.builders import DAY, NOON, Partner, a_client, a_resident, a_statement, give, release

PASSWORD = "correct-horse-battery"
AGAIN = NOON + 14 * DAY
"""The moment from which there is no way back for whoever asked at noon."""


class Killed(BaseException):
    """What a kill looks like from within."""


@dataclass
class Leaver:
    """A resident with an account who shared with some partners."""

    id: ResidentId
    partners: list[Partner] = field(default_factory=list)

    @property
    def state(self) -> str:
        return ResidentRow.objects.get(pk=self.id).state

    @property
    def stage(self) -> str | None:
        found = leaving.leaving_of(self.id)
        return None if found is None else str(found.stage)

    def certify_all(self, *, now=AGAIN):
        """Let every partner that was asked certify."""
        held = lifecycle.provisions_of(self.id)
        for one in lifecycle.disposals_of(self.id):
            if one.certified_at is None:
                asked = [p.id for p in held if p.disposal == one.id]
                lifecycle.certify(
                    one.id,
                    service=one.service,
                    certificate=a_statement(asked, now=now),
                    now=now,
                )


def a_leaver(*, partners=2, released=True, values=None, now=NOON) -> Leaver:
    resident = a_resident(with_account=True, now=now, **(values or {}))
    found = [a_client(now=now) for _ in range(partners)]
    for partner in found:
        links.connect(resident, partner.service, evidence={}, pending_until=None, now=now)
        give(resident, partner, now=now)
        if released:
            release(resident, partner, now=now)
    return Leaver(resident, found)


def asked_to_leave(*, now=NOON, **options) -> Leaver:
    leaver = a_leaver(now=now, **options)
    residents.request_leaving(leaver.id, now=now)
    return leaver


def signed_in(leaver):
    """A browser in which they have typed their password just now."""
    cache.clear()
    email = f"{leaver.id.hex}@resident.example"
    Account.objects.filter(email=email).update(password=make_password(PASSWORD))
    browser = Client()
    answer = browser.post("/accounts/login/", {"login": email, "password": PASSWORD})
    assert answer.status_code == 302
    browser.landed_at = answer.headers["Location"]
    return browser
