"""One local account, one Genkan subject: linked only when both are proved, never by guessing."""

import secrets
import sqlite3
import threading

import pytest

from shinsei import accounts, storage
from tests.examples.peer import Person
from tests.examples.people import EXISTING, GENKAN, come_with_genkan, register

PASSWORD = "a long enough password"
LINK = "マイアカウントを玄関IDとつなぐ"


@pytest.fixture
def login():
    return f"u{secrets.token_hex(6)}"


@pytest.fixture
def local_account(shinsei, new_browser, login):
    """An account from before Genkan, with its browser."""
    browser = new_browser(shinsei)
    assert register(browser, login).path == "/applications"
    return browser


def sign_in_locally(browser, login, password=PASSWORD):
    browser.open("/sign-in")
    return browser.press("ログインする", login=login, password=password)


def link_page(browser):
    browser.open("/")
    return browser.press(GENKAN)


def is_linked(browser):
    page = browser.open("/account")
    assert page.path == "/account"
    return "連携しています" in page.text


def test_the_password_proves_the_account_and_from_then_on_genkan_opens_it(
    shinsei, browser, new_browser, person, local_account, login
):
    link_page(browser)
    page = browser.press(EXISTING, login=login, password=PASSWORD)
    assert (page.path, "玄関と連携しました。" in page.text) == ("/applications", True)
    assert login in browser.open("/account").text

    later = new_browser(shinsei)
    assert link_page(later).path == "/applications"
    assert login in later.open("/account").text


def test_the_session_from_before_the_link_is_worth_nothing_after_it(
    shinsei, browser, new_browser, person, local_account, login
):
    link_page(browser)
    before = browser.client.cookies["shinsei_session"]
    browser.press(EXISTING, login=login, password=PASSWORD)
    thief = new_browser(shinsei)
    thief.client.cookies.set("shinsei_session", before, domain="127.0.0.1")
    assert thief.open("/genkan/link").path == "/"


def test_a_wrong_password_links_neither_side(browser, person, local_account, login):
    link_page(browser)
    page = browser.press(EXISTING, login=login, password="not the password")
    assert (page.status, page.values()["login"]) == (422, login)
    assert "利用者IDかパスワードが違います。" in page.text
    assert page.values()["password"] == ""
    assert not is_linked(local_account)
    assert link_page(browser).path == "/genkan/link"


def test_guessing_passwords_is_stopped_also_with_the_right_one(
    browser, person, local_account, login
):
    link_page(browser)
    for _ in range(5):
        browser.press(EXISTING, login=login, password="not the password")
    page = browser.press(EXISTING, login=login, password=PASSWORD)
    assert page.status == 429
    assert not is_linked(local_account)


def test_an_unknown_user_id_reads_like_a_wrong_password(browser, person, local_account, login):
    link_page(browser)
    unknown = browser.press(EXISTING, login="nobody-here", password=PASSWORD)
    wrong = browser.press(EXISTING, login=login, password="not the password")
    assert unknown.status == wrong.status
    assert unknown.text == wrong.text


@pytest.mark.parametrize("leaving", ["連携しないでやめる", None])
def test_a_link_that_is_broken_off_leaves_nothing(
    shinsei, browser, new_browser, person, local_account, leaving
):
    link_page(browser)
    if leaving:
        assert "どのアカウントも連携していません。" in browser.press(leaving).text
    assert not is_linked(local_account)
    assert link_page(new_browser(shinsei)).path == "/genkan/link"
    with sqlite3.connect(f"file:{shinsei.data}/shinsei.sqlite3?mode=ro", uri=True) as db:
        found = db.execute("SELECT count(*) FROM accounts WHERE genkan_sub = ?", [person.sub])
        assert found.fetchone() == (0,)
    db.close()


@pytest.mark.parametrize("choice", ["", "both", None])
def test_nothing_is_linked_without_a_choice(browser, person, choice):
    page = link_page(browser)
    fields = {"form_token": page.values()["form_token"], "choice": choice}
    sent = {name: typed for name, typed in fields.items() if typed is not None}
    assert browser.client.post("/genkan/link", data=sent).url.path == "/genkan/link"
    assert browser.open("/applications").path == "/sign-in"


def test_an_account_linked_to_somebody_else_is_not_taken_over(
    shinsei, new_browser, peer, person, local_account, login
):
    owner, other = new_browser(shinsei), new_browser(shinsei)
    link_page(owner)
    owner.press(EXISTING, login=login, password=PASSWORD)
    peer.visitor = Person()
    link_page(other)
    page = other.press(EXISTING, login=login, password=PASSWORD)
    assert page.status == 409
    assert "すでに別の玄関IDと連携しています。" in page.text
    peer.visitor = person
    assert link_page(new_browser(shinsei)).path == "/applications"


def test_a_signed_in_person_links_from_the_account_page(peer, person, local_account):
    local_account.open("/account")
    page = local_account.press(LINK)
    assert (page.path, "玄関と連携しました。" in page.text) == ("/account", True)
    assert is_linked(local_account)


def test_a_subject_that_has_an_account_is_not_linked_to_a_second_one(
    browser, peer, person, local_account
):
    come_with_genkan(browser, peer, person)
    local_account.open("/account")
    page = local_account.press(LINK)
    assert page.status == 409
    assert "すでに別のしんせいのアカウントと連携しています。" in page.text
    assert not is_linked(local_account)


def test_an_account_without_password_gets_one_before_it_is_unlinked(
    shinsei, browser, new_browser, person, login
):
    come_with_genkan(browser, shinsei.peer, person)
    browser.open("/account")
    page = browser.press("連携をはずす")
    assert (page.status, "利用者IDとパスワードをつけてください" in page.text) == (409, True)
    assert is_linked(browser)

    browser.press("つける", login=login, password=PASSWORD)
    assert "連携をはずしました" in browser.press("連携をはずす").text
    assert not is_linked(browser)

    assert sign_in_locally(new_browser(shinsei), login).path == "/applications"
    again = new_browser(shinsei)
    link_page(again)
    assert again.press(EXISTING, login=login, password=PASSWORD).path == "/applications"
    assert is_linked(again)


def test_a_taken_user_id_and_a_short_password_are_named(shinsei, browser, local_account, login):
    assert "別のものにしてください" in register(browser, login).text
    page = register(browser, f"{login}x", password="short")
    assert (page.status, page.values()["login"]) == (422, f"{login}x")
    assert "10文字以上" in page.text
    assert "3〜40文字" in register(browser, "日向").text


def test_two_accounts_that_want_the_same_subject_at_once_end_as_one_link(tmp_path):
    storage.prepare(tmp_path)
    setup = storage.connect(tmp_path)
    people = [accounts.register(setup, f"user{n}", PASSWORD, now=1) for n in range(6)]
    outcomes, start = [], threading.Barrier(len(people))

    def link(who):
        db = storage.connect(tmp_path)
        start.wait()
        try:
            accounts.link(db, who, "the-subject", by="password", now=2)
        except accounts.Refusal as refusal:
            outcomes.append(refusal.code)
        else:
            outcomes.append("linked")
        db.close()

    threads = [threading.Thread(target=link, args=(who,)) for who in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["linked"] + ["sub_linked_elsewhere"] * 5
    assert storage.count(setup, "SELECT count(*) FROM accounts WHERE genkan_sub IS NOT NULL") == 1
    setup.close()
