"""Leaving: asked for, with a way back until the last moment (M10)."""

import pytest

from genkan.consent import api as consent
from genkan.residents import api as residents
from genkan.residents.errors import (
    NotLeaving,
    TooLateToUndo,
)
from genkan.residents.models import LeavingRow
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
    events,
    messages,
    release,
)
from tests.residents.leavers import AGAIN, a_leaver, asked_to_leave

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
