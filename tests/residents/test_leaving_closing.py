"""Closing: consents, links and sessions end, and every partner is asked to dispose (M10)."""

import pytest
from django.contrib.sessions.models import Session

from genkan.consent import api as consent
from genkan.consent import stopping
from genkan.lifecycle import api as lifecycle
from genkan.residents import api as residents
from genkan.residents.service import leaving
from genkan.sso import api as sso
from tests.builders import (
    DAY,
    NOON,
    an_access_token,
    events,
    messages,
)
from tests.residents.leavers import AGAIN, Killed, a_leaver, asked_to_leave, signed_in

pytestmark = pytest.mark.django_db


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
