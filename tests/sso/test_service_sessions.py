"""A resident sees where they are signed in at services, and signs out of one or of all (B4)."""

import re

import pytest
from django.test import Client

from genkan.kernel.ids import new_id
from genkan.ledger.models import EntryRow
from genkan.sso.models import LogoutRow, SessionRow
from tests.sso.stage import COMMITS, Service, Visitor, code_in, userinfo

PAGE = "/accounts/services/"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0"


@pytest.fixture
def other_service(installed):
    return Service("koukai", metadata={"backchannel_logout_uri": "https://koukai.example/out"})


def enter(visitor, service):
    """Sign in at a service, through every question it asks; return the access token."""
    page = visitor.browser.get(service.address(), follow=True)
    answer = visitor.press(page, "allow") if page.status_code == 200 else page
    return service.redeem(code_in(answer)).json()["access_token"]


def text_of(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", response.content.decode()))


def ids():
    return [str(row.pk) for row in SessionRow.objects.filter(ended_at__isnull=True)]


@COMMITS
def test_each_service_stands_with_the_browser_it_was_opened_in(resident, service):
    enter(resident, service)
    elsewhere = Visitor(resident.resident, browser=Client(HTTP_USER_AGENT=FIREFOX))
    elsewhere.sign_in()
    elsewhere.open(service.address())

    text = text_of(resident.open(PAGE))

    assert text.count("見本申請") >= 2
    assert text.count("この端末") == 1
    assert "Firefox, Windows" in text


@COMMITS
def test_signing_out_of_one_ends_what_it_holds_and_leaves_the_rest(
    resident, service, other_service
):
    first, second = enter(resident, service), enter(resident, other_service)
    [session] = SessionRow.objects.filter(client=other_service.client_id)

    answer = resident.browser.post(PAGE, {"end": str(session.pk)}, follow=True)

    assert answer.redirect_chain == [("/accounts/sign-outs/", 303)]
    assert (userinfo(first).status, userinfo(second).status) == (200, 401)
    [message] = LogoutRow.objects.all()
    assert (message.session_id, message.cause) == (session.pk, "service")
    [told] = EntryRow.objects.filter(event="sso.signed_out")
    assert (told.actor_kind, told.actor) == ("resident", str(resident.resident))
    assert resident.open(PAGE).status_code == 200


@COMMITS
def test_signing_out_of_all_tells_every_service_and_shows_each_answer(
    resident, service, other_service
):
    tokens = [enter(resident, service), enter(resident, other_service)]

    answer = resident.browser.post(PAGE, {"end": "all"}, follow=True)

    assert [userinfo(token).status for token in tokens] == [401, 401]
    text = text_of(answer)
    assert text.count("玄関でログアウトした時刻") == len(tokens)
    assert ids() == []


@COMMITS
def test_what_is_not_ones_own_is_left_alone(resident, stranger, service):
    token = enter(resident, service)
    [session] = ids()

    for end in [session, str(new_id()), "", "everything"]:
        assert stranger.browser.post(PAGE, {"end": end}).status_code == 404
    stranger.browser.post(PAGE, {"end": "all"})

    assert userinfo(token).status == 200
    assert "見本申請" not in text_of(stranger.open(PAGE))


@COMMITS
def test_a_second_press_is_told_that_it_is_over(resident, service):
    enter(resident, service)
    [session] = ids()
    resident.browser.post(PAGE, {"end": session})

    assert resident.browser.post(PAGE, {"end": session}).status_code == 404


def test_nothing_is_said_to_nobody(installed):
    answer = Client().get(PAGE)

    assert answer.headers["Location"].startswith("/accounts/login/")


def test_who_is_nowhere_reads_so_in_each_language(resident):
    for language, said in [("ja", "どのサービスにも"), ("en", "not signed in to any service")]:
        resident.browser.cookies["genkan_language"] = language
        assert said in text_of(resident.open(PAGE))
