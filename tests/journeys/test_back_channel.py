"""Signed out at the sample service within moments, with every program running (M15, M22)."""

import json

import pytest
from tests.journeys import people
from tests.journeys.browser import Browser
from tests.journeys.test_kills import kill

OPERATOR = "operator@genkan.example"
pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("demo"), pytest.mark.timeout(300)]


@pytest.fixture
def inside(demo):
    """Somebody who has signed in to the sample service: their browser and ID."""
    address = people.new_address()
    made = demo.genkan(
        "resident", "create", "--email", address, "--password", people.PASSWORD, "--json"
    )
    assert made.returncode == 0, made.stderr
    with Browser() as browser:
        people.sign_in(browser, demo, address)
        page = people.decide(browser, people.begin_sign_in(browser, demo), "allow")
        people.create_local_account(browser, page)
        assert is_in(browser, demo)
        yield browser, json.loads(made.stdout)["id"]


def is_in(browser, demo):
    return browser.visit(f"{demo.shinsei}/account").url.endswith("/account")


def is_out(browser, demo):
    return lambda: not is_in(browser, demo)


def put(demo, what, resident):
    staff, cause = ["--actor", OPERATOR], ["--cause", "takeover", "--reason", "不正な使用"]
    made = demo.genkan("resident", what, resident, *staff, *cause)
    assert made.returncode == 0, made.stderr


def test_a_suspension_signs_out_at_the_service_within_moments(demo, inside):
    browser, resident = inside

    put(demo, "suspend", resident)

    people.wait_for(is_out(browser, demo), seconds=20)


def test_a_worker_killed_between_commit_and_delivery_loses_nothing(demo, inside):
    browser, resident = inside
    kill(demo, "worker")

    put(demo, "require-sign-in", resident)
    kill(demo, "worker")

    people.wait_for(is_out(browser, demo), seconds=60)
    told = demo.sql(
        "SELECT l.last_outcome, l.confirmed_at IS NOT NULL FROM sso_logout l"
        " JOIN sso_session s ON s.id = l.session_id JOIN sso_link k ON k.id = s.link_id"
        " WHERE k.resident_id = %s",
        resident,
    )
    assert told == [("200", True)]


def test_signing_out_everywhere_shows_the_services_answer(demo, inside):
    browser, _resident = inside
    page = browser.visit(f"{demo.portal}/accounts/sessions/")

    page = browser.submit(page.form_with_button("end", "all"), button=("end", "all"))

    assert page.heading == "各サービスからの返事"
    people.wait_for(is_out(browser, demo), seconds=20)
    people.wait_for(lambda: "確認しました" in browser.visit(page.url).text, seconds=20)
