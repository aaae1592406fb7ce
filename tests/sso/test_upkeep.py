"""What the provider forgets, what others ask of it, and what it costs."""

from datetime import timedelta

import pytest

from genkan.kernel import clock
from genkan.kernel.db import rows
from genkan.kernel.parameters import Form
from genkan.sso import api as sso
from genkan.sso import jobs
from genkan.sso.domain.authorize import Asked
from genkan.sso.domain.values import Browser
from genkan.sso.errors import QuestionChanged
from genkan.sso.service import authorize, keys
from genkan.sso.service.sweep import KEPT, sweep
from tests.sso.stage import code_in


def counts():
    found = rows(
        """
        SELECT (SELECT count(*) FROM sso_interaction) AS interactions,
               (SELECT count(*) FROM sso_code) AS codes,
               (SELECT count(*) FROM sso_grant) AS grants
        """
    )
    return [found[0][name] for name in ("interactions", "codes", "grants")]


def test_what_ended_is_forgotten_a_day_later(linked, service):
    service.redeem(code_in(linked.open(service.address())))
    assert counts() == [1, 2, 1]
    now = clock.now()

    sweep(now=now + KEPT)
    assert counts() == [1, 2, 1]
    sweep(now=now + KEPT + timedelta(minutes=2))
    assert counts() == [1, 0, 1]
    sweep(now=now + KEPT + timedelta(hours=1))

    assert counts() == [0, 0, 0]
    assert len(sso.links_of(linked.resident)) == 1


def test_the_sweep_runs_by_the_clock(installed):
    jobs.sweep_expired()


def test_a_clients_service_is_told(service):
    assert sso.service_of_client(service.client_id) == service.id
    assert sso.service_of_client("nobody") is None


def test_a_link_that_ends_between_look_and_answer_gives_no_code(linked, service):
    asked = Asked.read(Form(service.request()))
    account = rows("SELECT account_id FROM residents_resident")[0]["account_id"]
    now = clock.now()
    browser = Browser(secret="x", account=account, proved_at=now)
    situation = authorize.situate(
        asked, authorize.check(asked, now=now), browser, started_at=now, now=now
    )
    rows("UPDATE sso_link SET unlinked_at = now()")

    with pytest.raises(QuestionChanged):
        authorize.answer_by_link(situation, now=now)


def test_a_session_from_sign_up_has_a_time_and_claims_no_method(linked, service):
    """allauth writes no record when somebody signs up: the account's sign-in time stands in."""
    session = linked.browser.session
    del session["account_authentication_methods"]
    session.save()

    claims = service.id_token(
        service.redeem(code_in(linked.open(service.address()))).json()["id_token"]
    )

    assert "amr" not in claims
    assert abs(claims["auth_time"] - clock.now().timestamp()) < 60


def test_pages_elsewhere_keep_their_forms_at_home(linked, service):
    linked.browser.get(service.address(prompt="consent"), follow=True)

    assert "shinsei" not in linked.open("/terms/").headers["Content-Security-Policy"]


def test_a_code_is_redeemed_in_two_round_trips(linked, service, django_assert_max_num_queries):
    """The client, then everything else by one statement; there is no transaction to begin."""
    code = code_in(linked.open(service.address()))
    keys.jwks(now=clock.now())  # they are asked for once a second

    with django_assert_max_num_queries(2) as seen:
        assert service.redeem(code).status == 200

    assert [one["sql"].split()[0] for one in seen.captured_queries] == ["SELECT", "WITH"]
