"""Staff who look unusually much, or at somebody close, are reviewed by somebody else (M22, M44)."""

import json
from datetime import timedelta

import pytest
from click.testing import CliRunner
from django.conf import settings

from genkan.kernel import clock
from genkan.residents import api as residents
from genkan.residents.models import LookupAlertRow
from genkan.site.cli import cli
from tests.builders import NOON, a_resident, at_once
from tests.console.conftest import browser_of, text_of
from tests.console.test_desk import employed

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

VISIT = residents.Because(reason=residents.LookupReason.VISIT, note="case 12")
ALERTS = "/console/residents/lookups/"


def look_at(account, people, *, now):
    for resident in people:
        residents.open_record(account.pk, resident, VISIT, now=now)


def test_fifty_records_within_an_hour_are_noticed_once():
    clerk = employed("counter")
    look_at(clerk, [a_resident() for _ in range(50)], now=NOON)

    (alert,) = residents.alerts()
    assert (alert.kind, alert.count) == ("many", settings.GENKAN.staff_lookups_per_hour + 1)


def test_as_many_as_usual_are_not_noticed_nor_the_same_person_again():
    clerk, usual = employed("counter"), settings.GENKAN.staff_lookups_per_hour
    people = [a_resident() for _ in range(usual)]
    look_at(clerk, [*people, *people[:5]], now=NOON)
    look_at(clerk, [a_resident()], now=NOON + timedelta(hours=1))

    assert residents.alerts() == []


def test_searching_again_and_again_is_noticed_too():
    clerk = employed("counter")
    asked = residents.Criteria(name="大阪")
    for _ in range(settings.GENKAN.staff_lookups_per_hour + 1):
        residents.find(clerk.pk, asked, VISIT, now=NOON)

    assert [one.kind for one in residents.alerts()] == ["many"]


def test_a_supervisor_reads_who_looked_and_why_and_writes_that_it_was_reviewed():
    clerk, own = employed("counter"), a_resident()
    residents.give_role(clerk.email, residents.StaffRole.COUNTER, person=own, now=NOON)
    browser_of(clerk).post(f"/console/residents/{own}/open", {"reason": "visit", "note": "case 12"})
    supervisor = browser_of(employed("supervisor"))

    page = text_of(supervisor.get(ALERTS))
    acts = text_of(supervisor.get(f"{ALERTS}of/{clerk.pk}/"))
    (alert,) = residents.alerts()
    done = supervisor.post(f"{ALERTS}{alert.id}/reviewed")

    assert clerk.email in page
    assert "case 12" in acts
    assert str(own) in acts
    assert done.headers["Location"] == ALERTS
    assert residents.alerts() == []
    assert "確認待ちはありません" in text_of(supervisor.get(ALERTS))


def test_nobody_reviews_their_own_look_ups():
    supervisor = employed("supervisor")
    look_at(supervisor, [a_resident() for _ in range(31)], now=clock.now())
    (alert,) = residents.alerts()
    browser = browser_of(supervisor)

    refused = browser.post(f"{ALERTS}{alert.id}/reviewed")

    assert refused.status_code == 403
    assert [one.id for one in residents.alerts()] == [alert.id]
    assert "ほかの監督者が点検します" in text_of(browser.get(ALERTS))


@pytest.mark.parametrize("page", [ALERTS, f"{ALERTS}of/00000000-0000-4000-8000-000000000000/"])
def test_the_counter_does_not_see_reviews(page):
    assert browser_of(employed("counter")).get(page).status_code == 403


def test_the_command_line_lists_them():
    clerk = employed("counter")
    look_at(clerk, [a_resident() for _ in range(31)], now=NOON)

    told = CliRunner().invoke(cli, ["staff", "lookups", "--json"])

    (alert,) = json.loads(told.stdout)["alerts"]
    assert (alert["staff"], alert["kind"], alert["count"]) == (clerk.email, "many", 31)


@pytest.mark.django_db(transaction=True)
def test_two_look_ups_at_once_raise_one_alert():
    clerk, usual = employed("counter"), settings.GENKAN.staff_lookups_per_hour
    look_at(clerk, [a_resident() for _ in range(usual)], now=NOON)
    one, other = a_resident(), a_resident()

    at_once(
        lambda: look_at(clerk, [one], now=NOON + timedelta(seconds=1)),
        lambda: look_at(clerk, [other], now=NOON + timedelta(seconds=1)),
    )

    assert LookupAlertRow.objects.count() == 1
