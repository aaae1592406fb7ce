"""An attacker's authorization requests and answers, row by row (P0.3, P0.4, P0.10, P0.11)."""

import secrets
import threading
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client as Browser

from genkan.kernel import clock
from genkan.kernel.ids import new_id
from genkan.sso.domain.values import PushedId
from genkan.sso.models import CodeRow, PushedRequestRow
from genkan.sso.store import pushed as store
from tests.sso.stage import BACK, COMMITS, ISSUER, Service, Visitor, code_in, s256, said
from tests.sso.test_prompts import error


def test_the_pages_of_another_browser_are_not_there(service, resident):
    """Session fixation, login CSRF: an interaction that I began is none of yours."""
    attacker = Browser()
    begun = attacker.get(service.address()).url

    assert resident.browser.get(begun).status_code == 404
    assert resident.browser.post(begun, {"decision": "back"}).status_code == 404


def test_a_pushed_request_opened_by_two_asks_each_alone(service, resident, stranger):
    """Who gets hold of a request_uri begins a visit of their own, and the first answer ends it."""
    address = service.pushed()
    mine = resident.browser.get(address, follow=True)
    theirs = stranger.browser.get(address, follow=True)
    assert stranger.browser.get(mine.wsgi_request.path).status_code == 404

    assert code_in(stranger.press(theirs, "allow"))
    assert resident.press(mine, "allow").status_code == 409
    assert CodeRow.objects.count() == 1


def test_a_code_serves_only_who_knows_the_verifier(service, linked):
    """Code injection: an attacker's browser has another verifier."""
    code = code_in(linked.open(service.address()))

    assert service.redeem(code, code_verifier=secrets.token_urlsafe(48)).status == 400
    assert service.redeem(code).json()["error"] == "invalid_grant"


def test_a_code_of_another_challenge_does_not_pass(service, linked):
    """Code injection: the attacker's own code, put into the victim's answer."""
    theirs = s256(secrets.token_urlsafe(48))

    code = code_in(linked.open(service.address(code_challenge=theirs)))

    assert service.redeem(code).json()["error"] == "invalid_grant"


@pytest.mark.parametrize("change", [{}, {"prompt": "none", "max_age": "0"}, {"scope": "x"}])
def test_every_answer_says_whose_it_is(service, linked, change):
    """Mix-up: a client that talks to several providers can tell them apart, at errors too."""
    assert said(linked.open(service.address(**change)))[1]["iss"] == ISSUER


@pytest.mark.parametrize(
    "state",
    ["\r\nSet-Cookie: a=b", "&code=injected", "#fragment", "%0d%0a", '"><script>', "ü?=&"],
    ids=["crlf", "pollution", "fragment", "escaped", "markup", "other"],
)
@pytest.mark.parametrize("mode", ["query", "form_post"])
def test_a_state_comes_back_as_it_was_and_nothing_else_with_it(service, linked, state, mode):
    answer = linked.open(service.address(state=state, response_mode=mode))

    assert "Set-Cookie" not in answer.headers
    if mode == "query":
        told = said(answer)[1]
        assert (told["state"], set(told)) == (state, {"code", "state", "iss"})
    else:
        assert "<script>" not in answer.content.decode().partition('id="answer"')[2][:2000]


@pytest.mark.parametrize("name", ["request_uri", "request", "authorization_details", "acr_values"])
def test_pollution_of_a_parameter_is_refused(service, linked, name):
    doubled = f"{service.address()}&{urlencode([(name, 'urn:a'), (name, 'urn:b')])}"

    assert error(linked.open(doubled)) == "invalid_request"


@pytest.mark.parametrize(
    "change",
    [
        {"redirect_uri": "https://evil.example/", "request_uri": "urn:x"},
        {"redirect_uri": "https://evil.example/", "request": "x.y.z"},
        {"redirect_uri": f"{BACK}@evil.example", "request": "x.y.z"},
        {"redirect_uri": f"{BACK}%23", "request_uri": "urn:ietf:params:oauth:request_uri:x"},
    ],
    ids=["reference", "object", "userinfo", "escape"],
)
def test_no_error_of_a_reference_leads_to_a_foreign_address(service, client, change):
    """Open redirect: what cannot be used sends nobody anywhere but to a registered address."""
    answer = client.get(service.address(**change))

    assert (answer.status_code, "Location" in answer.headers) == (400, False)


def test_pages_are_in_no_frame_and_cookies_are_not_sent_from_elsewhere(service, resident):
    page = resident.browser.get(service.address(), follow=True)

    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    assert page.headers["X-Frame-Options"] == "DENY"
    cookie = resident.browser.cookies["genkan_session"]
    assert (cookie["samesite"], cookie["httponly"]) == ("Lax", True)


def test_a_form_without_our_token_decides_nothing(service, resident):
    """CSRF: Django's own token stands in every form."""
    page = resident.browser.get(service.address(), follow=True)
    strict = Browser(enforce_csrf_checks=True)
    strict.cookies = resident.browser.cookies

    assert strict.post(page.wsgi_request.path, {"decision": "allow"}).status_code == 403
    assert not CodeRow.objects.exists()


def test_signing_in_gives_the_session_another_key(service, installed, resident):
    """Session fixation: the key from before the sign-in is worth nothing after it."""
    visitor = Visitor(resident.resident)
    begun = visitor.open(service.address()).url
    before = visitor.browser.session.session_key

    visitor.sign_in()

    assert visitor.browser.session.session_key != before
    assert visitor.browser.get(begun).status_code == 200


@pytest.mark.parametrize(
    "hint", ["hanako@resident.example", "nobody@resident.example"], ids=["known", "unknown"]
)
def test_a_hint_fills_the_form_in_whoever_it_names(service, resident, hint):
    page = Browser().get(service.address(login_hint=hint), follow=True)

    assert f'value="{hint}"' in page.content.decode()
    assert all(hint not in address for address, _ in page.redirect_chain)


@pytest.mark.parametrize("hint", ["hanako", "a" * 300 + "@x.example", "a@x\r\n.example"])
def test_a_hint_that_is_no_address_is_ignored(service, client, hint):
    page = client.get(service.address(login_hint=hint), follow=True)

    assert page.status_code == 200
    assert hint not in page.content.decode()


@pytest.mark.parametrize(
    "change",
    [
        {"display": "popup"},
        {"display": "hologram"},
        {"claims_locales": "fr ja"},
        {"ui_locales": "tlh"},
        {"login_hint": "hanako@resident.example"},
        {"acr_values": "urn:x"},
    ],
    ids=str,
)
def test_what_is_not_understood_keeps_nobody_out(service, linked, change):
    assert code_in(linked.open(service.address(**change)))


@COMMITS
def test_of_many_answers_to_one_pushed_request_one_counts(installed):
    service = Service()
    now = clock.now()
    pushed, digest = PushedId(new_id()), secrets.token_bytes(32)
    store.add(pushed, service.client_id, {}, digest=digest, now=now, expires_at=now)
    ready = threading.Barrier(8)

    def answer(_number):
        ready.wait()
        try:
            return store.answer(pushed, now=now)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        won = list(threads.map(answer, range(8)))

    assert won.count(True) == 1
    assert PushedRequestRow.objects.get().answered_at == now
