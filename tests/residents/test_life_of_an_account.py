"""H22, who left and came back, and H23, who died (M10, POPULATION.md)."""

from datetime import date, timedelta

import pytest
from django.core import mail
from procrastinate.contrib.django.models import ProcrastinateJob

from genkan.consent import api as consent
from genkan.kernel import clock
from genkan.ledger import api as ledger
from genkan.lifecycle import api as lifecycle
from genkan.partners import api as partners
from genkan.residents import api as residents
from genkan.residents import farewell, jobs
from genkan.residents.domain.credentials import Notice
from genkan.residents.models import Account, LeavingRow, ResidentRow, ValueRow
from genkan.residents.service import leaving, notices
from genkan.sso import api as sso
from genkan.sso import jobs as sso_jobs
from genkan.terms import api as terms
from tests.builders import (
    DAY,
    NOON,
    a_member_of_staff,
    a_resident,
    a_wish,
    an_access_token,
    events,
    messages,
    release,
)
from tests.residents.leavers import AGAIN, a_leaver, asked_to_leave, signed_in

pytestmark = pytest.mark.django_db
H22 = {
    "name": {"full": "川口 修", "family": "川口", "given": "修"},
    "name_kana": {"full": "カワグチ オサム"},
    "birthdate": "1966-06-06",
}
H23 = {"name": {"full": "長尾 武", "family": "長尾", "given": "武"}, "birthdate": "1931-01-15"}
DIED = date(2026, 6, 25)


@pytest.fixture
def gone():
    """H22 before: shared with two services, left, erased though neither service certified."""
    leaver = asked_to_leave(values=H22)
    farewell.close(leaver.id, now=AGAIN)
    farewell.close(leaver.id, now=AGAIN + 30 * DAY)
    assert leaver.stage == "erased"
    return leaver


@pytest.fixture
def back(gone):
    """H22 again, ninety days later."""
    return a_resident(with_account=True, now=AGAIN + 120 * DAY, **H22)


def test_h22_gets_a_new_id_and_is_nobodys_duplicate(gone, back):
    assert back != gone.id
    assert residents.duplicates() == []
    assert residents.state_of(back) == "active"
    assert residents.state_of(gone.id) == "closed"


def test_h22_gets_new_pairwise_subjects_at_the_services_of_old(gone, back):
    for one in gone.partners:
        sector = partners.service(one.service).sector
        old, new = (partners.pairwise_subject(sector, who) for who in (gone.id, back))
        assert old != new


def test_h22_finds_nothing_of_the_old_account(gone, back):
    assert consent.consents_of(back) == []
    assert sso.links_of(back) == []
    assert lifecycle.provisions_of(back) == lifecycle.disposals_of(back) == []
    assert residents.past_values_of(back) == []
    assert residents.interests_of(back) == frozenset()
    assert events(back) == []
    told = residents.export(back, by=ledger.Actor.resident(back), now=clock.now())
    assert str(gone.id) not in str(told)


def test_h22_is_not_the_one_the_services_of_old_ask_for(gone, back):
    for one in gone.partners:
        assert isinstance(release(gone.id, one, now=AGAIN + 121 * DAY), consent.Refused)
        assert isinstance(release(back, one, now=AGAIN + 121 * DAY), consent.Refused)


def test_h22s_old_services_still_owe_a_disposal_and_can_certify(gone, back):
    later = AGAIN + 121 * DAY
    owed = lifecycle.disposals_of(gone.id)
    assert {one.certified_at for one in owed} == {None}
    assert lifecycle.overdue_services(now=later) == {one.service for one in gone.partners}

    gone.certify_all(now=later)

    assert all(one.closed_at for one in lifecycle.provisions_of(gone.id))
    assert lifecycle.overdue_services(now=later) == set()
    assert lifecycle.disposals_of(back) == []


def test_h22s_old_entries_name_the_old_id_and_nothing_joins_it_to_the_new_one(gone, back):
    tombstone = LeavingRow.objects.get(resident=gone.id)
    assert tombstone.stage == "erased"
    assert ResidentRow.objects.get(pk=gone.id).account is None
    assert not ValueRow.objects.filter(resident=gone.id).exists()
    for one in ledger.entries_of(gone.id, limit=1_000):
        assert str(back) not in str(one.entry)
    for one in ledger.entries_of(back, limit=1_000):
        assert str(gone.id) not in str(one.entry)


def test_h22_stands_in_the_demo_with_a_tombstone_of_ninety_days_before():
    now = clock.now()
    for draft in terms.drafts():
        terms.publish(draft, now=now)
    anchor = clock.day_in_japan(now)
    wanted = residents.Wanted(size=0, seed=1, anchor=anchor, passwords={})

    residents.load(wanted, mode="test", now=now)
    again = residents.load(wanted, mode="test", now=now)

    old, new = residents.former("H22"), residents.invented("H22", anchor)
    tombstone = residents.leaving_of(old)
    assert (tombstone.stage, clock.day_in_japan(tombstone.ended_at)) == (
        "erased",
        anchor - timedelta(days=90),
    )
    assert not ValueRow.objects.filter(resident=old).exists()
    assert residents.state_of(new) == "active"
    assert new not in {one.resident for one in residents.duplicates()}
    assert again.added == 0


@pytest.fixture
def dead():
    """H23: shared with two services, signed in, and the counter has just recorded the death."""
    leaver = a_leaver(values=H23)
    leaver.tokens = [an_access_token(leaver.id, one, now=NOON) for one in leaver.partners]
    leaver.browser = signed_in(leaver)
    residents.record_death(leaver.id, DIED, now=NOON)
    return leaver


def test_h23s_data_go_nowhere_from_that_moment(dead):
    for one in dead.partners:
        assert release(dead.id, one).reason is consent.Reason.RESIDENT_UNAVAILABLE
    assert [sso.check_access_token(one, now=NOON) for one in dead.tokens] == [None, None]


def test_h23s_consents_end_and_every_service_is_asked_to_dispose(dead):
    farewell.close(dead.id, now=NOON)

    assert {one.ending for one in consent.consents_of(dead.id)} == {consent.Ending.WITHDRAWN}
    assert {one.service for one in lifecycle.disposals_of(dead.id)} == {
        one.service for one in dead.partners
    }
    for one in dead.partners:
        assert "disposal.requested" in [told["type"] for told in messages(one)]


def test_h23s_sessions_are_over_and_nobody_signs_in(dead):
    assert dead.browser.get("/profile").status_code == 303
    password = "correct-horse-battery"
    login = {"login": f"{dead.id.hex}@resident.example", "password": password}
    dead.browser.post("/accounts/login/", login)
    assert dead.browser.get("/profile").status_code == 303


def queue_every_kind(leaver, account):
    """Queue each kind of mail that Genkan writes to a resident."""
    entry = residents.intervene(leaver.id, a_wish(), by=a_member_of_staff(), now=NOON)
    service = leaver.partners[0].service
    told = {"language": "ja", "device": "", "happened_at": NOON.isoformat()}
    return [
        lambda: jobs.send_receipt(str(leaver.id)),
        lambda: jobs.send_notice(str(account.pk), Notice.NEW_DEVICE.value, **told),
        lambda: jobs.confirm_leaving(str(leaver.id)),
        lambda: jobs.tell_intervention(str(entry.id), "begun"),
        lambda: sso_jobs.tell_of_link(str(leaver.id), str(service), NOON.isoformat()),
        lambda: farewell.close(leaver.id, now=NOON),
    ]


def test_h23_gets_none_of_the_mails_that_were_queued_before():
    leaver = a_leaver(values=H23)
    account = Account.objects.get(email=f"{leaver.id.hex}@resident.example")
    queued = queue_every_kind(leaver, account)
    for send in queued[:2]:
        send()
    assert len(mail.outbox) == 2, "the living get them"
    mail.outbox.clear()

    residents.record_death(leaver.id, DIED, now=NOON)
    for send in queued:
        send()

    assert mail.outbox == []


def test_h23_is_told_nothing_of_changed_terms(dead):
    assert residents.contact_of(dead.id) is None
    account = Account.objects.get(email=f"{dead.id.hex}@resident.example")
    assert notices.contact_of(account.pk, otherwise="ja") is None


def test_h23s_closing_says_no_goodbye_and_ends_in_a_tombstone_without_the_day(dead):
    farewell.close(dead.id, now=NOON)
    dead.certify_all(now=NOON + DAY)

    farewell.close(dead.id, now=AGAIN)

    assert leaving.leaving_of(dead.id).stage == "erased"
    assert LeavingRow.objects.get(resident=dead.id).died_on is None
    assert mail.outbox == []


def test_h23s_closing_begins_by_itself(dead):
    queued = ProcrastinateJob.objects.filter(task_name="residents.close")
    assert [job.args for job in queued] == [{"resident": str(dead.id)}]
