"""Operators see how each service is doing: counts by day and code, without a word about who."""

import json
from datetime import timedelta

import pytest
from click.testing import CliRunner

from genkan.kernel import clock
from genkan.kernel.ids import ServiceId, new_id
from genkan.ledger import api as ledger
from genkan.partners import api as partners
from genkan.site.cli import cli
from genkan.sso import api as sso
from genkan.sso.models import OutcomeRow
from genkan.sso.service import tallies
from tests.sso.stage import COMMITS, Service, code_in, credentials

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def nothing_counted(db):
    tallies.flush()
    OutcomeRow.objects.all().delete()


def sign_in(linked, service):
    return service.redeem(code_in(linked.open(service.address())))


@COMMITS
def test_sign_ins_errors_and_refusals_are_counted_by_code(linked, service):
    code = code_in(linked.open(service.address()))
    service.redeem(code)
    service.redeem(code)
    service.redeem(code, authorization=credentials(service.client_id, "wrong"))
    service.redeem(code, authorization=credentials(str(new_id()), "nobody"))
    partners.set_state(service.id, partners.ServiceState.SUSPENDED, now=clock.now())
    linked.browser.get(service.address(), follow=True)

    found = sso.health_of(service.id, now=clock.now())

    [day] = found.days
    assert dict(day.times) == {
        "signed_in": 1,
        "invalid_grant": 1,
        "invalid_client": 1,
        "service_suspended": 1,
    }
    assert (day.sign_ins, day.token_errors, day.refusals) == (1, 2, 1)
    assert abs(found.last_sign_in - clock.now()) < timedelta(minutes=1)


def test_counts_of_a_day_add_up_and_those_before_are_left_out(service):
    now = clock.now()
    for moment in [now, now, now - DAY, now - 7 * DAY]:
        tallies.note(service.id, tallies.SIGNED_IN, now=moment)
        tallies.flush()

    found = sso.health_of(service.id, days=7, now=now)

    assert [day.sign_ins for day in found.days] == [2, 1]
    assert found.total.sign_ins == 3
    assert sso.health_of(service.id, days=8, now=now).total.sign_ins == 4


def test_what_cannot_be_written_is_kept_for_the_next_time(service, monkeypatch):
    def away(_counted):
        raise ConnectionError

    tallies.note(service.id, tallies.SIGNED_IN, now=clock.now())
    with monkeypatch.context() as patched:
        patched.setattr(tallies.store, "add", away)
        tallies.flush()
    assert OutcomeRow.objects.count() == 0

    tallies.flush()

    assert OutcomeRow.objects.get().times == 1


def test_a_service_that_is_gone_holds_nothing_up(service):
    tallies.note(ServiceId(new_id()), tallies.SIGNED_IN, now=clock.now())
    tallies.note(service.id, "x" * 99, now=clock.now())

    tallies.flush()

    assert [row.code for row in OutcomeRow.objects.all()] == ["x" * 30]


def test_failures_that_residents_met_are_told_apart_from_the_rest(service):
    now = clock.now()
    for code in ["maintenance", tallies.SIGNED_IN, "invalid_grant"]:
        tallies.note(service.id, code, now=now)
    tallies.flush()

    assert [one.code for one in sso.failure_counts(days=1, now=now)] == ["maintenance"]


def test_messages_of_logout_are_counted_by_their_outcome(linked, service):
    sign_in(linked, service)
    linked.browser.post("/accounts/services/", {"end": "all"})

    assert sso.health_of(service.id, now=clock.now()).logouts.not_told == 1


def test_health_by_command_names_one_service_or_all(service):
    Service("koukai")
    sso.stop_client(service.client_id, reason="why", by=ledger.SYSTEM, now=clock.now())
    tallies.note(service.id, tallies.SIGNED_IN, now=clock.now())

    every = json.loads(run("--json").output)
    [one] = json.loads(run("--service", "shinsei", "--json").output)

    assert [line["service"] for line in every] == ["koukai", "shinsei"]
    told = (one["state"], one["clients"], one["stopped_clients"], one["sign_ins"])
    assert told == ("live", 0, 1, 1)
    assert one["days"][0]["times"] == {"signed_in": 1}
    assert "shinsei" in run().output
    assert "unknown_service" in run("--service", "nobody").output


def run(*arguments):
    return CliRunner().invoke(cli, ["sso", "health", *arguments])
