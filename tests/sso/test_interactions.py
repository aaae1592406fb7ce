"""Pages between request and answer: whose they are, and that they are answered once (P0.10)."""

import re
from datetime import date

import pytest
from django.test import Client

from genkan.consent import api as consent
from genkan.kernel import clock
from genkan.kernel.db import rows
from genkan.ledger import api as ledger
from genkan.partners import api as partners
from genkan.sso import api as sso
from tests.sso.stage import COMMITS, Service, code_in, fields_of, plan, said, userinfo


@pytest.fixture
def page(resident, service):
    found = resident.browser.get(service.address(scope="openid profile email"), follow=True)
    assert found.status_code == 200
    return found


def nothing_happened(visitor, service):
    events = [one.entry.event for one in ledger.entries_of(visitor.resident)]
    return (
        sso.links_of(visitor.resident) == []
        and consent.standing(visitor.resident, service.id, now=clock.now()) == "none"
        and not {"sso.linked", "consent.given"} & set(events)
        and rows("SELECT count(*) AS n FROM sso_code")[0]["n"] == 0
    )


def test_allow_and_deny_are_two_buttons_of_one_form(page):
    html = page.content.decode()

    assert html.count('name="decision" value="allow"') == 1
    assert html.count('name="decision" value="deny"') == 1
    buttons = re.findall(r'<button([^>]*)value="(allow|deny)"', html)
    assert [answer for _, answer in buttons] == ["allow", "deny"]
    assert buttons[0][0] == buttons[1][0]


def test_forms_may_end_at_the_client_and_nowhere_else(page):
    policy = page.headers["Content-Security-Policy"]

    assert "form-action 'self' https://shinsei.example;" in f"{policy};"
    assert "frame-ancestors 'none'" in policy
    assert page.headers["Cache-Control"] == "no-store"


def test_the_sign_in_on_the_way_may_end_at_the_client_too(service, client):
    asked = client.get(service.address())
    login = client.get(client.get(asked.headers["Location"]).headers["Location"])

    assert "https://shinsei.example" in login.headers["Content-Security-Policy"]
    assert "shinsei" not in Client().get("/accounts/login/").headers["Content-Security-Policy"]


def test_a_second_press_changes_nothing(resident, service, page):
    assert code_in(resident.press(page, "allow"))
    again = resident.press(page, "allow")
    regret = resident.press(page, "deny")

    assert (again.status_code, regret.status_code) == (409, 409)
    assert "Location" not in again.headers
    assert rows("SELECT count(*) AS n FROM sso_code")[0]["n"] == 1
    assert [one.entry.event for one in ledger.entries_of(resident.resident)].count(
        "sso.linked"
    ) == 1


def test_going_back_to_an_answered_page_says_so(resident, page):
    resident.press(page, "deny")

    assert resident.open(page.wsgi_request.path).status_code == 409


def test_another_browser_cannot_tell_that_the_page_exists(resident, stranger, service, page):
    assert stranger.open(page.wsgi_request.path).status_code == 404
    assert stranger.press(page, "allow").status_code == 404
    assert nothing_happened(stranger, service)
    assert nothing_happened(resident, service)


def test_a_page_that_nobody_began_is_not_found(resident):
    address = "/oauth2/interactions/00000000-0000-4000-8000-000000000000"

    assert resident.open(address).status_code == 404


def test_somebody_else_in_the_same_browser_is_stopped(resident, stranger, service, page):
    sent = fields_of(page) | {"decision": "allow"}
    resident.press(page, "switch")
    resident.browser.post(
        "/accounts/login/", {"login": stranger.email, "password": "correct-horse-battery"}
    )

    answer = resident.browser.post(page.wsgi_request.path, sent)

    assert answer.status_code == 409
    assert nothing_happened(resident, service)
    assert nothing_happened(stranger, service)


def test_after_half_an_hour_the_page_is_over(resident, service, page):
    rows("UPDATE sso_interaction SET expires_at = now()")

    assert resident.press(page, "allow").status_code == 410
    assert resident.open(page.wsgi_request.path).status_code == 410
    assert nothing_happened(resident, service)


def test_whoever_signed_out_meanwhile_signs_in_first(resident, service, page):
    sent = fields_of(page) | {"decision": "allow"}
    session = resident.browser.session
    for key in ("_auth_user_id", "_auth_user_backend", "_auth_user_hash"):
        del session[key]
    session.save()

    answer = resident.browser.post(page.wsgi_request.path, sent)

    assert answer.headers["Location"].startswith("/accounts/login/?next=%2Foauth2%2Finteractions")
    assert nothing_happened(resident, service)


@pytest.mark.parametrize("decision", ["", "maybe", "allow ", "ALLOW"])
def test_a_form_without_an_answer_changes_nothing(resident, service, page, decision):
    assert resident.press(page, decision).status_code == 422
    assert nothing_happened(resident, service)


@pytest.mark.parametrize("note", ["", "x", "eyJ9:1abc:sig", "x" * 1001])
def test_a_note_that_is_not_ours_changes_nothing(resident, service, page, note):
    assert resident.press(page, "allow", shown=note).status_code == 409
    assert nothing_happened(resident, service)


def test_a_note_of_another_page_changes_nothing(resident, service, page):
    other = resident.browser.get(service.address(), follow=True)

    assert resident.press(page, "allow", shown=fields_of(other)["shown"]).status_code == 409
    assert nothing_happened(resident, service)


def test_without_the_offer_a_yes_says_nothing(resident, service, page):
    assert resident.press(page, "allow", offer="").status_code == 409
    assert nothing_happened(resident, service)


def test_an_item_that_was_not_offered_changes_nothing(resident, service, page):
    answer = resident.press(page, "allow", items=["name", "birthdate", "name_kana"])

    assert answer.status_code == 422
    assert nothing_happened(resident, service)


def test_a_required_item_left_out_changes_nothing(resident, service, page):
    assert resident.press(page, "allow", items=["name"]).status_code == 422
    assert nothing_happened(resident, service)


def test_an_offer_that_changed_meanwhile_has_to_be_read(resident, service, page):
    changed = plan()
    changed["offer"]["days"] = 30
    partners.apply(changed, now=clock.now())

    assert resident.press(page, "allow").status_code == 409
    assert nothing_happened(resident, service)


def test_a_form_from_another_site_changes_nothing(resident, service, page):
    browser = Client(enforce_csrf_checks=True)
    browser.cookies = resident.browser.cookies

    answer = browser.post(page.wsgi_request.path, fields_of(page) | {"decision": "allow"})

    assert answer.status_code == 403
    assert nothing_happened(resident, service)


def test_the_preview_follows_the_ticks_and_decides_nothing(resident, service, page):
    shown = resident.press(page, "preview", items=["name", "birthdate", "email"])

    assert shown.status_code == 200
    assert "hanako@resident.example" in shown.content.decode().split("<pre")[1]
    assert nothing_happened(resident, service)
    assert code_in(resident.press(shown, "allow"))


@COMMITS
def test_optional_items_are_not_ticked_and_stay_with_the_resident(resident, service, page):
    token = service.redeem(code_in(resident.press(page, "allow"))).json()["access_token"]

    assert set(userinfo(token).json()) == {
        "sub",
        "name",
        "family_name",
        "given_name",
        "birthdate",
    }


def test_a_suspended_resident_is_told_and_nothing_is_linked(resident, service, page):
    rows("UPDATE residents_resident SET state = 'suspended'")

    answer = resident.press(page, "allow")

    assert answer.status_code == 403
    assert "守るため止めました" in answer.content.decode()
    assert resident.open(page.wsgi_request.path).status_code == 404, "the session is over"
    assert nothing_happened(resident, service)


def test_a_service_suspended_meanwhile_is_told(resident, service, page):
    partners.set_state(service.id, partners.ServiceState.SUSPENDED, now=clock.now())

    assert resident.press(page, "allow").status_code == 503
    assert nothing_happened(resident, service)


def test_a_request_that_became_wrong_meanwhile_is_answered_with_its_error(resident, service, page):
    rows("UPDATE sso_client SET scopes = ARRAY['openid']")

    answer = resident.press(page, "allow")

    assert said(answer)[1]["error"] == "invalid_scope"
    assert nothing_happened(resident, service)


def test_a_request_that_became_wrong_before_it_was_seen_too(resident, service):
    asked = resident.open(service.address(scope="openid profile"))
    rows("UPDATE sso_client SET scopes = ARRAY['openid']")

    assert said(resident.open(asked.headers["Location"]))[1]["error"] == "invalid_scope"


def test_an_account_without_an_id_registers_first_and_comes_back(resident, service):
    rows("UPDATE residents_resident SET account_id = NULL")
    asked = resident.open(service.address())

    answer = resident.open(asked.headers["Location"])

    assert answer.headers["Location"].startswith("/register/terms?next=%2Foauth2%2Finteractions")


def test_a_no_to_a_changed_offer_leaves_the_link_and_tells_the_subject_alone(linked, service):
    rows("UPDATE partners_offer SET retired_at = now()")
    rows(
        """
        INSERT INTO partners_offer
        SELECT gen_random_uuid(), version + 1, purpose, specific_purpose, items, days,
               disposal_days, on_stopping, disposal_rule, now(), NULL, agreement_id, service_id
          FROM partners_offer
        """
    )
    page = linked.browser.get(service.address(), follow=True)
    assert 'name="items"' in page.content.decode()

    token = service.redeem(code_in(linked.press(page, "deny"))).json()["access_token"]

    assert set(userinfo(token).json()) == {"sub"}


def without_an_offer():
    rows("UPDATE partners_offer SET retired_at = now()")


def test_a_service_that_asks_for_nothing_is_connected_by_itself(resident, service):
    without_an_offer()
    page = resident.browser.get(service.address(scope="openid profile"), follow=True)
    assert 'name="items"' not in page.content.decode()

    token = service.redeem(code_in(resident.press(page, "allow"))).json()["access_token"]

    assert set(userinfo(token).json()) == {"sub"}
    assert len(sso.links_of(resident.resident)) == 1
    assert code_in(resident.open(service.address()))


def test_a_service_that_asks_for_nothing_can_be_declined(resident, service):
    without_an_offer()
    page = resident.browser.get(service.address(), follow=True)

    assert said(resident.press(page, "deny"))[1]["error"] == "access_denied"
    assert nothing_happened(resident, service)


def test_a_page_that_asks_something_else_by_now_is_not_answered(resident, service):
    without_an_offer()
    page = resident.browser.get(service.address(), follow=True)
    changed = plan()
    changed["offer"]["days"] = 30
    partners.apply(changed, now=clock.now())

    assert resident.press(page, "allow").status_code == 409
    assert nothing_happened(resident, service)


def test_a_changed_offer_is_asked_about_at_the_next_sign_in(linked, service):
    changed = plan()
    changed["agreement"]["valid_until"] = date(2037, 1, 1)
    partners.apply(changed, now=clock.now())

    page = linked.browser.get(service.address(), follow=True)

    assert page.status_code == 200
    assert code_in(linked.press(page, "allow"))


def test_two_services_are_linked_each_for_itself(linked, service):
    other = Service(slug="library", metadata={"redirect_uris": ["https://library.example/cb"]})

    page = linked.browser.get(other.address(redirect_uri="https://library.example/cb"), follow=True)
    linked.press(page, "allow")

    assert {link.service for link in sso.links_of(linked.resident)} == {service.id, other.id}


def test_a_link_that_ended_a_moment_ago_is_asked_for_again(linked, service):
    rows("UPDATE sso_link SET unlinked_at = now()")

    assert sso.links_of(linked.resident) == []
    page = linked.browser.get(service.address(), follow=True)
    assert page.status_code == 200
    assert code_in(linked.press(page, "allow"))
    assert len(sso.links_of(linked.resident)) == 1
