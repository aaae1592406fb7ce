"""Undo, death and the closing job at once, on real transactions."""

import pytest

from genkan.consent import api as consent
from genkan.residents import api as residents
from genkan.residents import farewell
from genkan.residents.errors import TooLateToUndo
from genkan.residents.models import LeavingRow
from genkan.residents.service import leaving
from tests.builders import MOMENT, NOON, at_once, events, messages
from tests.residents.leavers import AGAIN, a_leaver, asked_to_leave

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("round_", range(3))
def test_of_an_undo_and_a_closing_at_once_one_wins_and_the_other_finds_it(round_):
    """The undo looked at its clock just before the end, the job just after."""
    leaver = asked_to_leave(partners=1)

    undone, _closed = at_once(
        lambda: residents.undo_leaving(leaver.id, now=AGAIN - MOMENT),
        lambda: leaving.close(leaver.id, now=AGAIN),
    )

    (given,) = consent.consents_of(leaver.id)
    if undone is None:
        assert (leaver.state, given.ending) == ("active", None)
        assert messages(leaver.partners[0]) == []
    else:
        assert isinstance(undone, TooLateToUndo)
        assert (leaver.state, str(given.ending)) == ("closed", "withdrawn")


def test_two_clicks_at_once_are_one_leaving():
    leaver = a_leaver(partners=0)

    def ask():
        return residents.request_leaving(leaver.id, now=NOON)

    answers = at_once(ask, ask, ask)

    assert len({one.id for one in answers}) == 1
    assert events(leaver.id) == ["resident.leaving_requested"]


def test_two_workers_at_once_close_and_erase_once():
    leaver = asked_to_leave(partners=2)

    assert at_once(*[lambda: leaving.close(leaver.id, now=AGAIN)] * 3)
    assert [len(messages(one)) for one in leaver.partners] == [2, 2]

    leaver.certify_all()
    assert at_once(*[lambda: farewell.close(leaver.id, now=AGAIN)] * 3) == [None] * 3
    assert LeavingRow.objects.filter(resident=leaver.id, stage="erased").count() == 1
    assert events(leaver.id).count("resident.erased") == 1
