"""Leaving: cooling-off with a way back, closing to the last partner, erased (M10, H22, H23)."""

from datetime import date, timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core import mail

from genkan.consent import api as consent
from genkan.consent import stopping
from genkan.lifecycle import api as lifecycle
from genkan.residents import api as residents
from genkan.residents import farewell, jobs
from genkan.residents.errors import (
    Closed,
    DateImpossible,
    NotAResident,
    NotLeaving,
    TooLateToUndo,
)
from genkan.residents.models import Account, LeavingRow, ResidentRow, ValueRow
from genkan.residents.service import leaving
from genkan.sso import api as sso
from tests.builders import (
    DAY,
    MOMENT,
    NOON,
    a_member_of_staff,
    a_resident,
    a_wish,
    an_access_token,
    entry,
    events,
    messages,
    release,
)
from tests.residents.leavers import AGAIN, a_leaver, asked_to_leave, signed_in

pytestmark = pytest.mark.django_db


def test_from_the_moment_of_asking_nothing_leaves():
    leaver = asked_to_leave()

    (first, _) = leaver.partners
    assert release(leaver.id, first).reason is consent.Reason.RESIDENT_UNAVAILABLE
    assert leaver.state == "leaving"
    assert events(leaver.id).count("resident.leaving_requested") == 1


def test_from_the_moment_of_asking_an_access_token_is_worth_nothing():
    leaver = a_leaver(partners=1)
    token = an_access_token(leaver.id, leaver.partners[0], now=NOON)
    assert sso.check_access_token(token, now=NOON)

    residents.request_leaving(leaver.id, now=NOON)

    assert sso.check_access_token(token, now=NOON) is None


def test_asking_twice_is_asking_once():
    leaver = asked_to_leave()

    again = residents.request_leaving(leaver.id, now=NOON + DAY)

    assert again.undo_until == AGAIN
    assert LeavingRow.objects.count() == 1


def test_no_partner_hears_anything_while_it_can_be_taken_back():
    leaver = asked_to_leave()

    assert leaving.close(leaver.id, now=AGAIN - MOMENT) is None
    assert [messages(one) for one in leaver.partners] == [[], []]


def test_up_to_the_last_moment_it_can_be_taken_back_and_everything_is_as_it_was():
    leaver = asked_to_leave()

    residents.undo_leaving(leaver.id, now=AGAIN - MOMENT)

    assert (leaver.state, leaver.stage) == ("active", None)
    assert release(leaver.id, leaver.partners[0], now=AGAIN).items
    assert leaving.close(leaver.id, now=AGAIN + DAY) is None


def test_whoever_took_it_back_can_ask_again():
    leaver = asked_to_leave()
    residents.undo_leaving(leaver.id, now=NOON + DAY)

    assert residents.request_leaving(leaver.id, now=NOON + 2 * DAY).undo_until == AGAIN + 2 * DAY


@pytest.mark.parametrize("begun", [False, True], ids=["not-begun", "begun"])
def test_after_the_last_moment_there_is_no_way_back(begun):
    leaver = asked_to_leave()
    if begun:
        leaving.close(leaver.id, now=AGAIN)

    with pytest.raises(TooLateToUndo):
        residents.undo_leaving(leaver.id, now=AGAIN)


def test_who_does_not_leave_has_nothing_to_take_back():
    with pytest.raises(NotLeaving):
        residents.undo_leaving(a_resident(), now=NOON)


def test_a_suspended_id_stays_suspended_after_an_undo():
    resident = a_resident()
    residents.intervene(resident, a_wish(), by=a_member_of_staff(), now=NOON)
    residents.request_leaving(resident, now=NOON)

    residents.undo_leaving(resident, now=NOON)

    assert residents.state_of(resident) == "suspended"


def test_what_was_lifted_meanwhile_does_not_come_back_with_an_undo():
    resident, staff = a_resident(), a_member_of_staff()
    one = residents.intervene(resident, a_wish(), by=staff, now=NOON)
    residents.request_leaving(resident, now=NOON)
    residents.lift(one.id, "確認した", by=staff, now=NOON)
    assert residents.state_of(resident) == "leaving"

    residents.undo_leaving(resident, now=NOON)

    assert residents.state_of(resident) == "active"


def test_closing_ends_consents_links_and_tokens_and_asks_every_partner():
    leaver = a_leaver()
    tokens = [an_access_token(leaver.id, one, now=AGAIN) for one in leaver.partners]
    residents.request_leaving(leaver.id, now=NOON)

    leaving.close(leaver.id, now=AGAIN)

    assert leaver.state == "closed"
    assert {one.ending for one in consent.consents_of(leaver.id)} == {consent.Ending.WITHDRAWN}
    assert sso.links_of(leaver.id) == []
    assert [sso.check_access_token(one, now=AGAIN) for one in tokens] == [None, None]
    assert {one.service for one in lifecycle.disposals_of(leaver.id)} == {
        one.service for one in leaver.partners
    }
    for partner in leaver.partners:
        assert [one["type"] for one in messages(partner)] == [
            "consent.changed",
            "disposal.requested",
        ]
    assert events(leaver.id).count("sso.unlinked") == 2


def test_closing_signs_out_everywhere():
    leaver = asked_to_leave()
    here, stranger = signed_in(leaver), signed_in(a_leaver(partners=0))

    leaving.close(leaver.id, now=AGAIN)

    assert here.get("/profile").status_code == 303
    assert stranger.get("/profile").status_code == 200
    assert Session.objects.count() == 1


def test_a_second_run_of_the_closing_changes_nothing():
    leaver = asked_to_leave()
    leaving.close(leaver.id, now=AGAIN)
    before = (events(leaver.id), [messages(one) for one in leaver.partners])

    leaving.close(leaver.id, now=AGAIN + DAY)

    assert (events(leaver.id), [messages(one) for one in leaver.partners]) == before


class Killed(BaseException):
    """What a kill looks like from within."""


@pytest.mark.parametrize("done", [0, 1, 2])
def test_a_closing_killed_between_partners_finds_the_rest(monkeypatch, done):
    leaver = asked_to_leave(partners=3)
    end_consent, calls = stopping.end_consent, []

    def kill_after(*asked, **how):
        if len(calls) == done:
            raise Killed
        calls.append(asked)
        return end_consent(*asked, **how)

    with monkeypatch.context() as patched:
        patched.setattr(stopping, "end_consent", kill_after)
        with pytest.raises(Killed):
            leaving.close(leaver.id, now=AGAIN)
    assert len(lifecycle.disposals_of(leaver.id)) == done

    leaving.close(leaver.id, now=AGAIN + DAY)

    assert len(lifecycle.disposals_of(leaver.id)) == 3
    assert [len(messages(one)) for one in leaver.partners] == [2, 2, 2]
    assert sso.links_of(leaver.id) == []


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
