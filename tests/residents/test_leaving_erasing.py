"""Erasing: after the last certificate, or the limit, with a goodbye before (M10)."""

from datetime import date

import pytest
from django.core import mail

from genkan.lifecycle import api as lifecycle
from genkan.residents import api as residents
from genkan.residents import farewell, jobs
from genkan.residents.errors import (
    Closed,
    NotAResident,
)
from genkan.residents.models import Account, ResidentRow, ValueRow
from genkan.residents.service import leaving
from tests.builders import (
    DAY,
    MOMENT,
    NOON,
    a_resident,
    events,
)
from tests.residents.leavers import AGAIN, Killed, asked_to_leave

pytestmark = pytest.mark.django_db


def test_nothing_is_erased_before_the_last_partner_has_certified():
    leaver = asked_to_leave()

    farewell.close(leaver.id, now=AGAIN)

    assert leaver.stage == "closing"
    assert ValueRow.objects.filter(resident=leaver.id).exists()
    assert not leaving.erase(leaver.id, now=AGAIN)


def test_when_the_last_partner_has_certified_goodbye_is_said_and_everything_erased():
    leaver = asked_to_leave()
    farewell.close(leaver.id, now=AGAIN)
    leaver.certify_all()

    farewell.close(leaver.id, now=AGAIN + DAY)

    assert leaver.stage == "erased"
    (goodbye,) = [one for one in mail.outbox if "退会の手続きが終わりました" in one.subject]
    assert goodbye.to == [f"{leaver.id.hex}@resident.example"]
    assert "廃棄を求めたサービス: 2" in goodbye.body
    assert not Account.objects.filter(email=goodbye.to[0]).exists()
    assert events(leaver.id).count("resident.erased") == 1


def test_a_partner_that_never_certifies_does_not_keep_the_person():
    leaver = asked_to_leave()
    limit = AGAIN + 30 * DAY
    farewell.close(leaver.id, now=AGAIN)

    farewell.close(leaver.id, now=limit - MOMENT)
    assert leaver.stage == "closing"
    farewell.close(leaver.id, now=limit)

    assert leaver.stage == "erased"
    assert {one.certified_at for one in lifecycle.disposals_of(leaver.id)} == {None}
    assert lifecycle.overdue_services(now=limit) == {one.service for one in leaver.partners}


def test_a_partner_can_certify_after_the_person_was_erased():
    leaver = asked_to_leave()
    farewell.close(leaver.id, now=AGAIN)
    farewell.close(leaver.id, now=AGAIN + 30 * DAY)

    leaver.certify_all(now=AGAIN + 31 * DAY)

    assert all(one.closed_at for one in lifecycle.provisions_of(leaver.id))


def test_goodbye_is_said_once_though_the_erasure_was_killed(monkeypatch):
    leaver = asked_to_leave(partners=0)

    def killed(*_, **__):
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(leaving, "erase", killed)
        with pytest.raises(Killed):
            farewell.close(leaver.id, now=AGAIN)
    assert leaver.stage == "closing"

    farewell.close(leaver.id, now=AGAIN + DAY)

    assert leaver.stage == "erased"
    assert len([one for one in mail.outbox if "終わりました" in one.subject]) == 1


def test_a_mail_server_that_refuses_holds_the_erasure_up_for_a_week_at_most(monkeypatch):
    leaver = asked_to_leave(partners=0)

    def refuse(*_, **__):
        raise OSError("no mail server")

    monkeypatch.setattr(farewell, "send_mail", refuse)
    with pytest.raises(OSError, match="no mail server"):
        farewell.close(leaver.id, now=AGAIN)
    assert leaver.stage == "closing"

    farewell.close(leaver.id, now=AGAIN + 37 * DAY)

    assert leaver.stage == "erased"


def test_somebody_without_an_account_can_leave_too():
    resident = a_resident()
    residents.request_leaving(resident, now=NOON)

    farewell.close(resident, now=AGAIN)

    assert leaving.leaving_of(resident).stage == "erased"


def test_the_clock_wakes_what_is_due_and_nothing_else():
    early, late = asked_to_leave(partners=0), asked_to_leave(partners=0, now=NOON + DAY)

    assert leaving.due(now=AGAIN - MOMENT) == []
    assert leaving.due(now=AGAIN) == [early.id]
    leaving.close(early.id, now=AGAIN)
    assert leaving.due(now=AGAIN + DAY) == [early.id, late.id]
    leaving.erase(early.id, now=AGAIN)
    assert leaving.due(now=AGAIN + DAY) == [late.id]


def test_a_mail_says_until_when_it_can_be_taken_back():
    leaver = asked_to_leave()

    jobs.confirm_leaving(str(leaver.id))

    (sent,) = mail.outbox
    assert "2026年7月29日（令和8年） 12:00" in sent.body


def test_who_took_it_back_gets_no_mail_about_it():
    leaver = asked_to_leave()
    residents.undo_leaving(leaver.id, now=NOON)

    jobs.confirm_leaving(str(leaver.id))

    assert mail.outbox == []


def test_who_was_erased_cannot_leave_again():
    leaver = asked_to_leave(partners=0)
    leaving.close(leaver.id, now=AGAIN)
    leaving.erase(leaver.id, now=AGAIN)

    assert residents.request_leaving(leaver.id, now=AGAIN).stage == "erased"
    with pytest.raises(NotAResident):
        residents.record_death(leaver.id, date(2026, 7, 1), now=AGAIN)


def test_a_closed_id_without_a_leaving_is_closed():
    resident = a_resident()
    ResidentRow.objects.filter(pk=resident).update(state="closed")

    with pytest.raises(Closed):
        residents.request_leaving(resident, now=NOON)
