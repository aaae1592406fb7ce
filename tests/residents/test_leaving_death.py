"""A death: everything stops at once, and a wrong record can be corrected (H23)."""

from datetime import date, timedelta

import pytest
from django.core import mail

from genkan.consent import api as consent
from genkan.lifecycle import api as lifecycle
from genkan.residents import api as residents
from genkan.residents import farewell
from genkan.residents.errors import (
    DateImpossible,
    NotLeaving,
    TooLateToUndo,
)
from genkan.residents.models import Account, LeavingRow
from genkan.residents.service import leaving
from tests.builders import (
    DAY,
    MOMENT,
    NOON,
    a_resident,
    entry,
    release,
)
from tests.residents.leavers import AGAIN, a_leaver, asked_to_leave

pytestmark = pytest.mark.django_db


DIED = date(2026, 7, 1)


def test_a_death_stops_everything_at_once():
    leaver = a_leaver()

    residents.record_death(leaver.id, DIED, now=NOON)
    farewell.close(leaver.id, now=NOON)

    assert leaver.state == "closed"
    assert not Account.objects.get(email__startswith=leaver.id.hex).is_active
    assert len(lifecycle.disposals_of(leaver.id)) == 2
    assert entry(leaver.id, "resident.death_recorded").actor.kind == "system"
    assert mail.outbox == []


def test_nothing_is_sent_to_the_dead():
    leaver = a_leaver(partners=0)
    residents.record_death(leaver.id, DIED, now=NOON)

    assert residents.contact_of(leaver.id) is None


def test_a_death_is_erased_no_earlier_than_it_can_be_corrected():
    leaver = a_leaver(partners=0)
    residents.record_death(leaver.id, DIED, now=NOON)

    farewell.close(leaver.id, now=AGAIN - MOMENT)
    assert leaver.stage == "closing"
    farewell.close(leaver.id, now=AGAIN)

    assert leaver.stage == "erased"
    assert LeavingRow.objects.get().died_on is None
    assert mail.outbox == []


def test_a_wrong_record_of_a_death_can_be_corrected():
    leaver = a_leaver(partners=1)
    residents.record_death(leaver.id, DIED, now=NOON)
    leaving.close(leaver.id, now=NOON)

    residents.correct_death(leaver.id, now=AGAIN - MOMENT)

    assert leaver.state == "active"
    assert Account.objects.get(email__startswith=leaver.id.hex).is_active
    assert release(leaver.id, leaver.partners[0]).reason is consent.Reason.NO_CONSENT


def test_a_correction_comes_too_late_when_everything_may_be_erased():
    leaver = a_leaver(partners=0)
    residents.record_death(leaver.id, DIED, now=NOON)

    with pytest.raises(TooLateToUndo):
        residents.correct_death(leaver.id, now=AGAIN)
    with pytest.raises(NotLeaving):
        residents.correct_death(asked_to_leave(partners=0).id, now=NOON)


def test_who_dies_while_leaving_is_closed_at_once():
    leaver = asked_to_leave(partners=1)

    residents.record_death(leaver.id, DIED, now=NOON + DAY)

    assert leaving.close(leaver.id, now=NOON + DAY).cause == "death"
    with pytest.raises(TooLateToUndo):
        residents.undo_leaving(leaver.id, now=NOON + DAY)


def test_nobody_died_tomorrow():
    resident = a_resident()
    late_evening = NOON.replace(hour=14, minute=59)

    with pytest.raises(DateImpossible):
        residents.record_death(resident, date(2026, 7, 16), now=late_evening)
    assert residents.record_death(
        resident, date(2026, 7, 16), now=late_evening + timedelta(minutes=1)
    )
