"""An account from before Genkan and a Genkan ID become one, on both sides or on neither (M18)."""

import json
import secrets
import threading

import pytest
from tests.journeys import people
from tests.journeys.browser import Browser

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("demo"), pytest.mark.timeout(300)]
OPERATOR = "operator@genkan.example"
LATER = 40
"""Seconds within which what belongs to the other side has arrived."""


def genkan(demo, *arguments):
    made = demo.genkan(*arguments, "--json")
    assert made.returncode == 0, made.stderr
    return json.loads(made.stdout)


def links(form):
    """Whether a form leaves for Genkan to link."""
    return ("purpose", "link") in form.fields


class Person:
    """Somebody with an ID, perhaps with an account at the service, at one browser."""

    def __init__(self, demo, *, login=None, known=False):
        self.demo, self.browser = demo, Browser()
        self.address = people.new_address()
        made = genkan(
            demo, "resident", "create", "--email", self.address, "--password", people.PASSWORD
        )
        self.id = made["id"]
        self.login = login or f"old-{secrets.token_hex(6)}"
        if not known:
            self.fill("/register", "password")
            self.send_application()
        else:
            self.sign_in_there()

    def fill(self, path, having):
        page = self.browser.visit(f"{self.demo.shinsei}{path}")
        typed = {"login": self.login, "password": people.PASSWORD}
        return self.browser.submit(page.form(having=having), typed)

    def sign_in_there(self):
        return self.fill("/sign-in", "password")

    def send_application(self):
        page = self.browser.visit(f"{self.demo.shinsei}/applications")
        form = page.form_with_button("source", "blank")
        page = self.browser.submit(form, button=("source", "blank"))
        form = next(form for form in page.forms() if "child_name" in form.names())
        chosen = {
            select["name"]: select.select("option")[-1]["value"]
            for select in form.element.select("select")
        }
        typed = {
            "applicant_name": "日向 花子",
            "applicant_kana": "ヒナタ ハナコ",
            "applicant_birthdate": "1990-04-01",
            "postal_code": "564-0041",
            "address": "大阪府ひなた市玄関町一丁目99番9号",
            "email": "hanako@resident.example",
            "child_name": "日向 ひかり",
            "child_kana": "ヒナタ ヒカリ",
            "child_birthdate": "2024-05-06",
        }
        page = self.browser.submit(form, chosen | typed)
        assert "申込書を受け付けました" in page.text

    def at_genkan(self):
        people.sign_in(self.browser, self.demo, self.address)

    def leave_to_link(self):
        """Press the button on the account page; ends at Genkan's question."""
        page = self.browser.visit(f"{self.demo.shinsei}/account")
        return self.browser.submit(next(form for form in page.forms() if links(form)))

    def link(self):
        page = self.leave_to_link()
        return self.agreed(page)

    def agreed(self, page):
        if 'value="allow"' not in page.html:
            return page
        return people.decide(self.browser, page, "allow")

    def is_linked_there(self):
        page = self.browser.visit(f"{self.demo.shinsei}/account")
        return "連携しています" in page.text

    def is_linked_here(self):
        page = self.connection()
        return "アカウントがつながっています" in page.text

    def connection(self):
        (service,) = self.demo.sql("SELECT id FROM partners_service WHERE slug = 'shinsei'")[0]
        return self.browser.visit(f"{self.demo.portal}/services/{service}/account")

    def unlink_here(self, **said):
        (service,) = self.demo.sql("SELECT id FROM partners_service WHERE slug = 'shinsei'")[0]
        page = self.browser.visit(f"{self.demo.portal}/services/{service}/unlink")
        return self.browser.submit(page.main_form(), said)


@pytest.fixture
def somebody(demo):
    """Makes people, and closes their browsers."""
    made = []

    def make(**how):
        one = Person(demo, **how)
        made.append(one)
        one.at_genkan()
        return one

    yield make
    for one in made:
        one.browser.client.close()


def test_both_sides_show_the_link_and_genkan_opens_the_old_applications(demo, somebody):
    one = somebody()

    page = one.link()

    assert "玄関と連携しました。" in page.text
    assert one.is_linked_there()
    assert one.is_linked_here()
    people.wait_for(lambda: any("しんせい" in m["subject"] for m in demo.mails_to(one.address)))
    with Browser() as later:
        people.sign_in(later, demo, one.address)
        page = people.begin_sign_in(later, demo)
        assert page.url == f"{demo.shinsei}/applications"
        assert "HK-" in page.text
    evidence = demo.sql(
        "SELECT account.evidence FROM sso_external_account account"
        " JOIN sso_link link ON link.id = account.link_id WHERE link.resident_id = %s",
        one.id,
    )[0][0]
    assert evidence["proof"] == "session"
    assert evidence["acr"] == "urn:genkan:acr:1"


@pytest.mark.parametrize("step", ["before_genkan", "at_genkan", "said_no", "before_choosing"])
def test_an_interruption_leaves_neither_side_linked(demo, somebody, step):
    one = somebody()
    if step == "before_choosing":
        with Browser() as other:
            people.sign_in(other, demo, one.address)
            page = people.decide(other, people.begin_sign_in(other, demo), "allow")
            assert page.url.endswith("/genkan/link")
    elif step != "before_genkan":
        page = one.leave_to_link()
        if step == "said_no":
            people.decide(one.browser, page, "deny")

    assert not one.is_linked_there()
    assert not one.is_linked_here()
    assert one.link().url.endswith("/account")
    assert one.is_linked_there()


def test_unlinked_at_genkan_is_unlinked_at_the_service_and_can_be_linked_again(demo, somebody):
    one = somebody()
    one.link()
    people.wait_for(lambda: "1" in one.connection().text, seconds=LATER)

    asked = one.unlink_here()
    assert "手続き中の申請が1件あります" in asked.text
    assert one.is_linked_here()
    one.unlink_here(sure="on")

    assert not one.is_linked_here()

    def is_out():
        return not one.browser.visit(f"{demo.shinsei}/account").url.endswith("/account")

    people.wait_for(is_out, seconds=LATER)
    one.sign_in_there()
    people.wait_for(lambda: not one.is_linked_there(), seconds=LATER)
    assert "玄関と連携しました。" in one.link().text
    assert one.is_linked_here()


def test_unlinked_at_the_service_is_unlinked_at_genkan(somebody):
    one = somebody()
    one.link()
    page = one.browser.visit(f"{one.demo.shinsei}/account")
    form = next(form for form in page.forms() if form.action.endswith("/account/unlink"))

    refused = one.browser.submit(form)
    assert "申込書が1件あります" in refused.text
    assert one.is_linked_here()
    page = one.browser.submit(form, {"sure": "yes"})

    assert "連携をはずしました" in page.text
    assert not one.is_linked_here()


def test_a_taken_account_is_decided_by_staff_and_then_linked_by_its_owner(demo, somebody):
    holder = somebody()
    holder.link()
    owner = somebody(login=holder.login, known=True)
    with Browser() as fresh:
        owner.browser.client.close()
        owner.browser = fresh
        owner.at_genkan()
        page = owner.agreed(people.begin_sign_in(fresh, demo))
        form = page.form_with_button("choice", "existing")
        typed = {"login": owner.login, "password": people.PASSWORD}
        page = fresh.submit(form, typed, button=("choice", "existing"))

        assert page.status == 409
        assert "担当者が両方に確かめて決め" in page.text
        assert "担当者が確認しています" in owner.connection().text
        assert "ほかの方がログインしました" in holder.connection().text
        assert holder.is_linked_here()
        (waiting,) = [
            one for one in genkan(demo, "sso", "conflicts") if one["resident"] == owner.id
        ]
        assert (waiting["holder"], waiting["reason"]) == (holder.id, "account_of_another")
        decided = ["--outcome", "release", "--reason", "窓口で本人を確認", "--actor", OPERATOR]
        genkan(demo, "sso", "decide-conflict", waiting["conflict"], *decided)
        assert not holder.is_linked_here()

        def links_now():
            page = owner.agreed(people.begin_sign_in(fresh, demo))
            form = page.form_with_button("choice", "existing")
            page = fresh.submit(form, typed, button=("choice", "existing"))
            return page.url.endswith("/applications")

        people.wait_for(links_now, seconds=LATER, pause=1)
        assert owner.is_linked_here()


def test_a_second_account_of_one_person_is_not_linked(demo, somebody):
    one = somebody()
    one.link()
    one.browser.visit(f"{demo.shinsei}/account")
    page = one.browser.visit(f"{demo.shinsei}/account")
    form = next(form for form in page.forms() if form.action.endswith("/sign-out"))
    one.browser.submit(form, button=("everywhere", "no"))
    one.login = f"old-{secrets.token_hex(6)}"
    one.fill("/register", "password")

    page = one.link()

    assert page.status == 409
    assert "すでに別のしんせいのアカウントと連携しています" in page.text
    assert not one.is_linked_there()
    assert one.is_linked_here()
    waiting = [found for found in genkan(demo, "sso", "conflicts") if found["resident"] == one.id]
    assert [found["reason"] for found in waiting] == ["another_account"]


def test_an_organisations_account_is_linked_with_nobody(demo, somebody):
    one = somebody()
    one.login = "hinata-hoikuen"
    page = one.browser.visit(f"{demo.shinsei}/account")
    form = next(form for form in page.forms() if form.action.endswith("/sign-out"))
    one.browser.submit(form, button=("everywhere", "no"))
    page = one.browser.visit(f"{demo.shinsei}/sign-in")
    typed = {"login": one.login, "password": demo.password}
    one.browser.submit(page.form(having="password"), typed)

    page = one.browser.visit(f"{demo.shinsei}/account")

    assert "法人のアカウントです" in page.text
    assert not any(map(links, page.forms()))


def test_of_two_residents_who_race_for_one_account_one_gets_it(demo, somebody):
    first = somebody()
    second = somebody(login=first.login, known=True)
    pages = [(one, one.leave_to_link()) for one in (first, second)]
    barrier, ended = threading.Barrier(2), []

    def race(one, page):
        barrier.wait()
        ended.append(one.agreed(page).status)

    threads = [threading.Thread(target=race, args=pair) for pair in pages]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    assert sorted(ended) == [200, 409]
    assert sorted(one.is_linked_here() for one in (first, second)) == [False, True]


def test_what_keeps_a_resident_out_is_said_and_the_service_learns_the_code(demo, somebody):
    one = somebody()
    begin = "2020-01-01 00:00:00"
    words = ["--ja", "点検中です。", "--ja-easy", "てんけんです。", "--en", "Maintenance."]
    window = ["--from", begin, "--until", "2999-01-01 00:00:00"]
    genkan(demo, "sso", "maintenance", "shinsei", *window, *words)
    try:
        with Browser() as fresh:
            people.sign_in(fresh, demo, one.address)
            page = people.begin_sign_in(fresh, demo)
            assert page.status == 503
            assert "点検中です。" in page.text
            form = page.form_with_button("decision", "back")
            back = fresh.submit(form, button=("decision", "back"))
            assert back.url.startswith(demo.shinsei)
            assert "メンテナンス中です" in back.text
    finally:
        genkan(demo, "sso", "maintenance", "shinsei", "--cancel")
    counted = {found["code"] for found in genkan(demo, "sso", "failures")}
    assert "maintenance" in counted
