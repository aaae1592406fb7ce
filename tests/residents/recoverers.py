"""People who lost every way in, and the counter that helps them."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.cache import cache
from procrastinate.contrib.django.models import ProcrastinateJob

from genkan.kernel.db import rows
from genkan.kernel.ids import new_id
from genkan.residents import api as residents
from genkan.residents import jobs
from genkan.residents.models import Account, ResidentRow
from genkan.residents.service import redemption
from genkan.residents.service.redemption import Renewal
from tests.builders import (
    NOON,
    a_member_of_staff,
    a_resident,
)

PASSWORD = "a-new-long-password"
BORN = "1990-04-01"
WAIT = timedelta(hours=72)
DUE = NOON + WAIT
SEEN = residents.Seen(document=residents.Document.PASSPORT, note="")
STEPS = ("recovery_begun", "recovery_stopped", "recovery_cancelled", "recovery_lapsed")


def a_clerk(resident, now=NOON):
    """Somebody of the counter to whom the record is open."""
    account = a_member_of_staff()
    email = Account.objects.get(pk=account).email
    residents.give_role(email, residents.StaffRole.COUNTER, person=None, now=now)
    why = residents.Because(reason=residents.LookupReason.VISIT, note="")
    residents.open_record(account, resident, why, now=now)
    return account


def wanted(**changes):
    facts = {"id": new_id(), "seen": SEEN, "email": "", "wait": WAIT}
    return residents.WantedRecovery(**facts | changes)


def begun(resident, *, now=NOON, **changes):
    return residents.start_recovery(a_clerk(resident, now), resident, wanted(**changes), now=now)


@pytest.fixture
def resident():
    cache.clear()
    mail.outbox.clear()
    rows("DELETE FROM procrastinate_jobs")
    return a_resident(with_account=True)


def address_of(resident):
    return ResidentRow.objects.values_list("account__email", flat=True).get(pk=resident)


def prove(held, *, now=DUE, birthdate=BORN, code=None):
    return redemption.prove(
        code or residents.recovery_code(held), birthdate, language="ja", now=now
    )


def redeem(held, *, now=DUE, **renewal):
    given = Renewal(**{"password": PASSWORD} | renewal)
    return redemption.redeem(held.id, given, language="ja", now=now)


def send_mails():
    """Run the queued mails of recoveries; return what was sent, by address."""
    for name, send in (
        ("residents.send_recovery", jobs.send_recovery),
        ("residents.send_recovery_code", jobs.send_recovery_code),
    ):
        for job in ProcrastinateJob.objects.filter(task_name=name):
            send(**job.args)
    rows("DELETE FROM procrastinate_jobs WHERE task_name LIKE 'residents.send_recovery%%'")
    return {one.to[0]: one.body for one in mail.outbox}
