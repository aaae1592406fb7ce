"""Linking as the service sees it: both sides or neither, and the end of its own login (M18)."""

import secrets
import sqlite3
from contextlib import closing

import pytest

from shinsei import accounts, linking, storage
from shinsei.issuer import Unreachable
from tests.examples.peer import Peer, Person
from tests.examples.people import EXISTING, GENKAN, come_with_genkan, register, send
from tests.examples.stage import Browser, Shinsei, eventually
from tests.examples.test_links import LINK, PASSWORD, is_linked, link_page, sign_in_locally

LINK_ENDED = "link.ended"
FAR = "2999-01-01T00:00:00Z"
APPLICANT = {
    "applicant_name": "日向 花子",
    "applicant_kana": "ひなた はなこ",
    "applicant_birthdate": "1990-04-01",
    "postal_code": "564-0041",
    "address": "大阪府ひなた市玄関町",
    "email": "hanako@resident.example",
}


@pytest.fixture
def login():
    return f"u{secrets.token_hex(6)}"


@pytest.fixture
def local_account(shinsei, new_browser, login):
    browser = new_browser(shinsei)
    register(browser, login)
    return browser


def rows(shinsei, sql, *values):
    with closing(sqlite3.connect(f"file:{shinsei.data}/shinsei.sqlite3?mode=ro", uri=True)) as db:
        return db.execute(sql, values).fetchall()


def account_of(shinsei, sub):
    found = rows(shinsei, "SELECT id FROM accounts WHERE genkan_sub = ?", sub)
    return found[0][0] if found else None


def test_both_sides_know_the_link_and_genkan_never_sees_the_user_id(
    shinsei, peer, person, local_account, login
):
    local_account.open("/account")
    local_account.press(LINK)

    assert is_linked(local_account)
    account = account_of(shinsei, person.sub)
    assert peer.links[account] == person.sub
    assert login not in account


@pytest.mark.parametrize("fault", [503, 429])
def test_where_genkan_does_not_confirm_neither_side_is_linked(
    shinsei, peer, person, local_account, fault
):
    peer.link_faults = [fault]
    local_account.open("/account")

    page = local_account.press(LINK)

    assert page.status == 503
    assert not is_linked(local_account)
    assert person.sub not in peer.links.values()


def test_where_the_answer_is_lost_the_note_stays_and_genkan_is_told_to_undo_it(
    shinsei, peer, person, local_account
):
    peer.link_lost = True
    local_account.open("/account")

    assert local_account.press(LINK).status == 503

    assert not is_linked(local_account)
    assert person.sub in peer.links.values(), "Genkan linked it, and we do not know"
    ((account,),) = rows(shinsei, "SELECT account FROM linkings WHERE sub = ?", person.sub)
    assert peer.links[account] == person.sub


class Recorder:
    """Genkan's link endpoints, as a list of what they were told."""

    def __init__(self):
        self.links = self
        self.told = []
        self.away = False

    def end(self, account):
        if self.away:
            raise Unreachable("no_answer")
        self.told.append(account)


@pytest.fixture
def db(tmp_path):
    storage.prepare(tmp_path)
    opened = storage.connect(tmp_path)
    yield opened
    opened.close()


def test_what_was_broken_off_is_undone_later_and_what_was_finished_is_not(db):
    who = accounts.register(db, "hanako", PASSWORD, now=1)
    done = accounts.register(db, "taro", PASSWORD, now=1)
    accounts.link(db, done, "taro-sub", by="password", now=5)
    for number, account in enumerate([who, done]):
        db.execute("INSERT INTO linkings VALUES (?, ?, 'a-sub', 5)", (str(number), account.id))
    genkan = Recorder()

    assert not linking.settle(db, genkan, now=6), "it may still be under way"
    genkan.away = True
    with pytest.raises(Unreachable):
        linking.settle(db, genkan, now=100)
    genkan.away = False
    assert [linking.settle(db, genkan, now=100) for _ in range(3)] == [True, True, False]
    assert genkan.told == [who.id]


def test_a_second_try_that_is_under_way_is_not_undone_by_the_first(db):
    who = accounts.register(db, "hanako", PASSWORD, now=1)
    db.execute("INSERT INTO linkings VALUES ('old', ?, 's', 1)", (who.id,))
    db.execute("INSERT INTO linkings VALUES ('new', ?, 's', 90)", (who.id,))
    genkan = Recorder()

    assert linking.settle(db, genkan, now=100)

    assert genkan.told == []


def test_unlinked_at_genkan_is_unlinked_here_and_the_session_by_genkan_ends(
    shinsei, peer, person, local_account, login
):
    local_account.open("/account")
    local_account.press(LINK)

    sent = {"sub": person.sub, "by": "resident", "ended_at": FAR}
    assert peer.send(LINK_ENDED, sent).status_code == 200

    assert local_account.open("/account").path == "/sign-in"
    sign_in_locally(local_account, login)
    assert not is_linked(local_account)


def test_an_end_that_comes_late_does_not_end_a_newer_link(peer, person, local_account):
    local_account.open("/account")
    local_account.press(LINK)

    peer.send(LINK_ENDED, {"sub": person.sub, "ended_at": "2020-01-01T00:00:00Z"})

    assert is_linked(local_account)


def test_an_end_without_its_moment_is_refused(peer, person):
    for moment in ("yesterday", None):
        assert peer.send(LINK_ENDED, {"sub": person.sub, "ended_at": moment}).status_code == 400


def test_who_had_only_genkan_finds_the_same_account_after_linking_again(
    shinsei, browser, new_browser, peer, person
):
    come_with_genkan(browser, peer, person)
    before = account_of(shinsei, person.sub)
    peer.links.clear()
    peer.send(LINK_ENDED, {"sub": person.sub, "ended_at": FAR})
    later = new_browser(shinsei)

    page = link_page(later)
    assert "前に使っていたアカウントを開く" in page.text
    assert later.press("もう一度つなぐ").path == "/applications"

    assert account_of(shinsei, person.sub) == before
    assert peer.links == {before: person.sub}


def test_unlinking_tells_genkan_and_stays_linked_where_it_cannot(
    shinsei, peer, person, local_account
):
    local_account.open("/account")
    local_account.press(LINK)
    account = account_of(shinsei, person.sub)
    peer.link_faults = [503]
    local_account.open("/account")

    assert local_account.press("連携をはずす").status == 503
    assert is_linked(local_account)
    assert account in peer.links
    assert "連携をはずしました" in local_account.press("連携をはずす").text
    assert account not in peer.links
    assert not is_linked(local_account)


def send_application(browser):
    browser.open("/applications")
    browser.press("何も入っていない申込書に書く")
    assert "申込書を受け付けました" in send(browser, **APPLICANT).text


def test_with_an_application_under_way_unlinking_asks_and_says_why(
    shinsei, peer, person, local_account
):
    local_account.open("/account")
    local_account.press(LINK)
    account = account_of(shinsei, person.sub)
    send_application(local_account)

    def told():
        return peer.matters.get(account) == 1

    eventually(told)
    local_account.open("/account")
    page = local_account.press("連携をはずす")
    assert page.status == 409
    assert "申込書が1件あります" in page.text
    assert is_linked(local_account)
    assert "連携をはずしました" in local_account.press("連携をはずす", sure="yes").text
    assert account not in peer.links


def test_earlier_applications_open_by_genkan_once_linked(
    shinsei, new_browser, peer, person, local_account
):
    send_application(local_account)
    local_account.open("/account")
    local_account.press(LINK)

    later = new_browser(shinsei)
    assert link_page(later).path == "/applications"
    assert "HK-" in later.page.text


def make_corporate(shinsei, login):
    with closing(storage.connect(shinsei.data)) as db:
        db.execute("UPDATE accounts SET kind = 'corporate' WHERE login = ?", (login,))


def test_an_account_of_an_organisation_is_linked_with_nobody(
    shinsei, browser, peer, person, local_account, login
):
    make_corporate(shinsei, login)

    assert "法人のアカウントです" in local_account.open("/account").text
    link_page(browser)
    page = browser.press(EXISTING, login=login, password=PASSWORD)

    assert page.status == 409
    assert "法人のアカウントは、個人の玄関IDとはつなげません" in page.text
    assert person.sub not in peer.links.values()


def test_a_conflict_page_says_that_staff_decide(shinsei, new_browser, peer, person, local_account):
    local_account.open("/account")
    local_account.press(LINK)
    other = new_browser(shinsei)
    register(other, f"u{secrets.token_hex(6)}")
    other.open("/account")

    page = other.press(LINK)

    assert page.status == 409
    assert "担当者が両方に確かめて決め" in page.text
    assert not is_linked(other)
    assert is_linked(local_account)


@pytest.fixture
def over(tmp_path):
    """A service whose own login has ended; accounts were made before, beside it."""
    peer = Peer()
    shinsei = Shinsei(peer, tmp_path, SHINSEI_OLD_LOGIN_ENDS="2020-04-01")
    shinsei.register()
    shinsei.start()
    with closing(storage.connect(shinsei.data)) as db:
        for login in ("hanako", "taro"):
            accounts.register(db, login, PASSWORD, now=1)
        accounts.register(db, "hoikuen", PASSWORD, kind="corporate", now=1)
    yield shinsei
    shinsei.stop()
    peer.close()


def test_after_its_end_the_old_login_only_leads_to_linking(over):
    person = over.peer.visitor = Person()
    with Browser(over.base_url) as browser:
        page = sign_in_locally(browser, "hanako")
        assert page.path == "/account/migrate"
        assert "2020年4月1日に終わりました" in page.text
        for path in ("/applications", "/account"):
            assert browser.open(path).path == "/account/migrate"
        browser.open("/account/migrate")
        assert "玄関と連携しました。" in browser.press(LINK).text
        assert browser.open("/applications").path == "/applications"
        assert account_of(over, person.sub) in over.peer.links
    with Browser(over.base_url) as browser:
        page = sign_in_locally(browser, "hanako")
        assert (page.status, "玄関でログインしてください" in page.text) == (403, True)
        assert browser.open("/register").status == 403
        assert browser.press(GENKAN).path == "/applications"


def test_an_organisations_login_has_no_end(over):
    with Browser(over.base_url) as browser:
        assert sign_in_locally(browser, "hoikuen").path == "/applications"


def test_before_its_end_both_logins_work_and_the_end_is_announced(tmp_path):
    peer = Peer()
    shinsei = Shinsei(peer, tmp_path, SHINSEI_OLD_LOGIN_ENDS="2999-04-01")
    shinsei.register()
    shinsei.start()
    try:
        with Browser(shinsei.base_url) as browser:
            assert "2999年4月1日に終わります" in browser.open("/sign-in").text
            assert register(browser, "hanako").path == "/applications"
            browser.open("/account")
            browser.press(LINK)
        with Browser(shinsei.base_url) as browser:
            assert sign_in_locally(browser, "hanako").path == "/applications"
    finally:
        shinsei.stop()
        peer.close()
