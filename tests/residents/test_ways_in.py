"""Getting an ID by passkey alone, and signing in by a code from a mail."""

import json
import re

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.cache import cache

from genkan.residents.models import Account, ResidentRow
from tests.residents.conftest import PASSWORD
from tests.residents.soft_passkey import SoftPasskey
from tests.residents.test_credentials import AtName

pytestmark = pytest.mark.django_db(transaction=True)
BY_PASSKEY, FIRST = "/accounts/signup/passkey/", "/accounts/passkeys/first/"
BY_CODE, CODE = "/accounts/login/code/", "/accounts/login/code/confirm/"
NUMBER = {"HTTP_HOST": "127.0.0.1:8000"}


@pytest.fixture
def newcomer(published):
    cache.clear()
    one = AtName()
    assert one.post(BY_PASSKEY, {"email": one.email}).headers["Location"].endswith("confirm-email/")
    return one


def registered(person):
    person.accept()
    person.fill()
    return person.confirm().headers["Location"]


def test_passkey_alone_leads_from_nothing_to_an_id_and_signs_in(newcomer):
    key = SoftPasskey()
    assert newcomer.verify().headers["Location"] == FIRST
    answer = key.create(newcomer.question(FIRST))
    made = newcomer.post(FIRST, {"credential": json.dumps(answer), "name": "電話"})

    assert made.headers["Location"] == "/register/terms"
    assert registered(newcomer) == "/register/done"
    assert not Account.objects.get().has_usable_password()
    visitor = AtName()
    assert visitor.sign_in_by(key).status_code == 302
    assert visitor.get("/profile").status_code == 200
    assert "電話" in visitor.get("/accounts/security/").content.decode()


def test_passkey_page_waits_for_the_code_from_the_mail(newcomer):
    for answer in (newcomer.get(FIRST), newcomer.post(FIRST, {"action": "later"})):
        assert answer.headers["Location"].startswith("/accounts/signup/")
    assert newcomer.get("/register/terms").status_code == 303
    assert not Authenticator.objects.exists()


@pytest.mark.parametrize("credential", ["", "{}", "[]", '{"id": "x"}'], ids=str)
def test_answer_that_is_no_passkey_is_named_and_the_page_stays(newcomer, credential):
    newcomer.verify()

    answer = newcomer.post(FIRST, {"credential": credential, "name": "電話"})

    assert answer.status_code == 422
    assert "もう一度" in answer.content.decode()
    assert 'value="電話"' in answer.content.decode()
    assert not Authenticator.objects.exists()


def test_device_that_does_not_check_its_owner_makes_no_account_strong(newcomer):
    newcomer.verify()
    answer = SoftPasskey(verifies=False).create(newcomer.question(FIRST))

    assert newcomer.post(FIRST, {"credential": json.dumps(answer)}).status_code == 422


def test_who_goes_on_without_a_passkey_gets_an_id_and_signs_in_by_a_code(newcomer):
    newcomer.verify()
    assert newcomer.post(FIRST, {"action": "later"}).headers["Location"] == "/register/terms"
    assert registered(newcomer) == "/register/done"
    assert ResidentRow.objects.exists()
    cache.clear()
    visitor = AtName()
    visitor.post(BY_CODE, {"email": visitor.email})
    visitor.post(CODE, {"code": visitor.code()})

    assert visitor.get("/profile").status_code == 200


def test_sign_up_offers_the_passkey_first_and_only_where_there_can_be_one(published):
    named = AtName().get("/accounts/signup/").content.decode()
    numbered = AtName().get("/accounts/signup/", **NUMBER).content.decode()

    assert named.index(BY_PASSKEY) < named.index('name="password1"')
    assert re.search(r"<div[^>]*data-passkey-offer[^>]*hidden", named)
    assert BY_PASSKEY not in numbered
    assert AtName().get(BY_PASSKEY, **NUMBER).headers["Location"] == "/accounts/signup/"


def has_code(sent):
    return re.search(r"^[A-Z]{4}-[A-Z]{4}$", sent.body, re.MULTILINE) is not None


def code_asked(resident):
    cache.clear()
    visitor = AtName(resident.email)
    answer = visitor.post(BY_CODE, {"email": visitor.email})
    assert answer.headers["Location"] == CODE
    return visitor


def test_code_field_is_known_to_browsers(resident):
    page = code_asked(resident).get(CODE).content.decode()

    assert 'autocomplete="one-time-code"' in page


@pytest.mark.parametrize(
    ("language", "subject"),
    [
        ("ja", "ログインのためのコード"),
        ("ja-easy", "はいる ための コード"),
        ("en", "Your code for signing in"),
    ],
)
def test_mail_with_the_code_speaks_the_language_of_the_page(resident, language, subject):
    cache.clear()
    visitor = AtName(resident.email)
    visitor.client.cookies["genkan_language"] = language

    visitor.post(BY_CODE, {"email": resident.email})

    assert mail.outbox[-1].subject.strip() == subject


def test_code_signs_in_once(resident):
    first, second = code_asked(resident), AtName(resident.email)
    code = first.code()
    second.post(BY_CODE, {"email": resident.email})
    first.post(CODE, {"code": code.lower()})
    second.post(CODE, {"code": code})

    assert first.get("/profile").status_code == 200
    assert second.get("/profile").status_code == 303


def test_code_of_another_browser_is_worth_nothing(resident):
    code = code_asked(resident).code()

    stranger = AtName(resident.email)
    stranger.post(CODE, {"code": code})

    assert stranger.get("/profile").status_code == 303


def test_three_wrong_codes_are_the_last(resident):
    visitor = code_asked(resident)
    code = visitor.code()
    for _ in range(3):
        visitor.post(CODE, {"code": "BBBB-BBBB"})

    visitor.post(CODE, {"code": code})

    assert visitor.get("/profile").status_code == 303


def test_code_is_over_after_fifteen_minutes(resident, settings):
    visitor = code_asked(resident)
    settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT = -1

    assert visitor.post(CODE, {"code": visitor.code()}).headers["Location"] == BY_CODE
    assert visitor.get("/profile").status_code == 303


def test_fourth_mail_within_a_minute_is_refused(resident):
    cache.clear()
    asked = [AtName().post(BY_CODE, {"email": resident.email}).status_code for _ in range(4)]

    assert asked == [302, 302, 302, 422]


def test_second_lock_is_asked_for_after_the_code(resident):
    cache.clear()
    owner = AtName(resident.email)
    owner.sign_in()
    owner.prove()
    owner.add_passkey(SoftPasskey(), name="電話")
    visitor = code_asked(resident)

    assert visitor.post(CODE, {"code": visitor.code()}).headers["Location"] == (
        "/accounts/second-step/"
    )
    assert visitor.get("/profile").status_code == 303


@pytest.mark.parametrize(
    ("letter", "told"),
    [("ı", [("hı@resident.example", False)]), ("I", [("hi@resident.example", True)])],
    ids=["dotless", "capital"],
)
def test_code_goes_to_the_stored_mailbox_alone(resident, letter, told):
    Account.objects.update(email="hi@resident.example")
    mail.outbox.clear()

    AtName().post(BY_CODE, {"email": f"h{letter}@resident.example"})

    assert [(one.to[0], has_code(one)) for one in mail.outbox] == told


def test_mailbox_of_staff_opens_nothing(resident):
    Account.objects.update(kind="staff")
    mail.outbox.clear()
    visitor = code_asked(resident)

    assert visitor.get(CODE).status_code == 200
    assert [has_code(one) for one in mail.outbox] == [False]


def test_password_way_stays_as_it_was(resident):
    visitor = AtName(resident.email)

    visitor.sign_in(PASSWORD)

    assert visitor.get("/profile").status_code == 200
