"""Somebody registered at a counter goes online later: with the slip's code and the birth date."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from django.conf import settings
from django.core.cache import cache

from genkan.kernel import clock
from genkan.kernel.ids import AccountId, ResidentId
from genkan.residents import api as residents
from genkan.residents.models import Account, RegistrationRow, ResidentRow, SlipRow
from genkan.residents.service import slips
from genkan.terms.models import AcceptanceRow
from tests.builders import a_resident, at_once, events
from tests.console.conftest import browser_of, text_of
from tests.console.test_counter import PERSON, register
from tests.console.test_desk import SEARCH, employed
from tests.residents.conftest import PASSWORD, Person

TSURU = ResidentId(PERSON)
BORN = "昭和13年9月1日"

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.ignore_template_errors]


@pytest.fixture
def clerk():
    """A counter that has registered H18, whose record is open."""
    a_resident()  # so that there are terms
    cache.clear()
    browser = browser_of(employed("counter"))
    register(browser)
    return browser


def code_from(clerk):
    """The code as the slip shows it."""
    page = clerk.post(f"{SEARCH}{PERSON}/slip/code")
    return re.search(r"\b(?:[2-9A-Z]{4}-){3}[2-9A-Z]{4}\b", text_of(page))[0]


def a_visitor(email="tsuru@resident.example"):
    """Somebody who signed up just now, and proved the address."""
    visitor = Person(email)
    visitor.sign_up()
    visitor.verify()
    return visitor


def types(visitor, code, born=BORN):
    return visitor.post("/register/slip", {"code": code, "birthdate": born})


def account_of(visitor):
    return AccountId(Account.objects.get(email=visitor.email).pk)


def test_h18_takes_her_id_online_and_no_second_one_is_issued(clerk):
    code = code_from(clerk)
    tsuru = a_visitor()
    assert "/register/slip" in tsuru.get("/register/terms").content.decode()
    tsuru.accept()

    done = types(tsuru, code.lower().replace("-", " "))

    assert done.headers["Location"] == "/profile"
    assert "田所 ツル" in tsuru.get("/profile").content.decode()
    assert ResidentRow.objects.get(account__email=tsuru.email).pk == UUID(PERSON)
    assert not RegistrationRow.objects.exists()
    assert AcceptanceRow.objects.filter(person=PERSON).count() == 1
    address = residents.profile_of(TSURU).values["email"]
    assert (address.content, address.verified) == (tsuru.email, True)
    assert {"resident.slip_issued", "resident.went_online"} <= set(events(TSURU))
    told = tsuru.get("/history/").content.decode()
    assert "ご自分のメールアドレスでIDをオンラインにしました" in told

    later = Person(tsuru.email)
    later.post("/accounts/login/", {"login": tsuru.email, "password": PASSWORD})
    assert later.get("/profile").status_code == 200


def spoilt(code, at):
    """The code with another sign in one place."""
    other = "2" if code[at] != "2" else "3"
    return code[:at] + other + code[at:][1:]


def test_whatever_is_wrong_looks_the_same_and_changes_nothing(clerk):
    code = code_from(clerk)
    stranger = a_visitor()
    wrong = [
        (spoilt(code, len(code) - 1), BORN),  # the secret half
        (spoilt(code, 0), BORN),  # the half that names the slip
        (code, "1938-09-02"),
        (code, "1938"),
        (code[:-1], BORN),
        ("０" * 16, BORN),
    ]

    answers = [types(stranger, *one) for one in wrong]

    assert {one.status_code for one in answers} == {422}
    for page in (one.content.decode() for one in answers):
        assert "コードと生年月日が合わないか、コードが使えません。" in page
        assert "田所" not in page
    assert not ResidentRow.objects.filter(account__email=stranger.email).exists()


def test_after_five_wrong_tries_the_right_code_is_worth_nothing_and_she_reads_of_it(clerk):
    code = code_from(clerk)
    stranger = a_visitor()
    for _ in range(5):
        assert types(stranger, code, "1940-01-01").status_code == 422

    assert types(stranger, code).status_code == 422
    assert events(TSURU).count("resident.slip_locked") == 1

    again = code_from(clerk)
    assert types(stranger, code).status_code == 422
    assert types(stranger, again).status_code == 303


def test_code_is_worth_nothing_from_its_last_moment_on(clerk):
    code = code_from(clerk)
    tsuru = a_visitor()
    end = clock.now() + timedelta(days=31)

    assert not slips.take_over(account_of(tsuru), code, "1938-09-01", now=end)
    slips.forget_what_ended(now=end)
    assert not SlipRow.objects.exists()


def test_used_once_it_opens_nothing_more_and_no_new_one_is_made(clerk):
    code = code_from(clerk)
    assert types(a_visitor(), code).status_code == 303

    assert types(a_visitor("other@resident.example"), code).status_code == 422
    assert clerk.post(f"{SEARCH}{PERSON}/slip/code").status_code == 409
    assert "オンラインで使うためのコード" not in text_of(clerk.get(f"{SEARCH}{PERSON}/slip"))


def test_of_two_who_type_it_at_once_one_gets_in(clerk):
    code = code_from(clerk)
    accounts = [account_of(a_visitor(f"{name}@resident.example")) for name in ("one", "two")]
    now = clock.now()

    became = at_once(
        *[lambda who=who: slips.take_over(who, code, "1938-09-01", now=now) for who in accounts]
    )

    assert sorted(became) == [False, True]
    assert ResidentRow.objects.get(pk=PERSON).account_id == accounts[became.index(True)]
    assert events(TSURU).count("resident.went_online") == 1


def test_who_has_an_id_takes_no_other_one(clerk):
    code = code_from(clerk)
    other = Person("other@resident.example")
    other.register()

    assert types(other, code).status_code == 409
    assert ResidentRow.objects.get(pk=PERSON).account_id is None


def test_suspended_id_does_not_open(clerk):
    code = code_from(clerk)
    ResidentRow.objects.filter(pk=PERSON).update(state="suspended")

    assert types(a_visitor(), code).status_code == 422


def test_code_is_made_on_an_open_record_alone_and_stored_nowhere(clerk):
    code = code_from(clerk)
    row = SlipRow.objects.values().get()
    other = browser_of(employed("supervisor"))

    assert code.replace("-", "") not in str(row)
    assert other.post(f"{SEARCH}{PERSON}/slip/code").status_code in {303, 403}
    assert clerk.get(f"{SEARCH}{PERSON}/slip/code").status_code == 405
    assert SlipRow.objects.values().get() == row


def test_page_speaks_each_language_and_asks_visitors_to_sign_up_first(clerk):
    assert Person().get("/register/slip").headers["Location"].startswith("/accounts/login/")
    visitor = a_visitor()
    said = {"ja": "自分のIDを使う", "ja-easy": "じぶんの IDを つかう", "en": "Take my ID"}

    for language, words in said.items():
        visitor.client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        assert words in visitor.get("/register/slip").content.decode()
