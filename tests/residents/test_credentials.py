"""Passkeys, authenticator apps, recovery codes: set up, used, removed, and told."""

import html
import json
import re
import time

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.cache import cache
from django.test import Client

from genkan.ledger import api as ledger
from genkan.residents.models import Account, ResidentRow
from tests.residents.conftest import PASSWORD, Person
from tests.residents.soft_passkey import SoftPasskey
from tests.residents.totp import code_at

pytestmark = pytest.mark.django_db(transaction=True)
NEW = "another-long-password"
HERE = {"HTTP_HOST": "localhost"}
CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 "
    "(KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36"
)


@pytest.fixture(autouse=True)
def patient_clock(settings):
    """A step of 30 seconds may end between the app and the server of a slow test."""
    settings.MFA_TOTP_TOLERANCE = 1


class AtName(Person):
    """Somebody who opens the site by a name, where passkeys work."""

    def __init__(self, email="h01@resident.example"):
        super().__init__(email)
        self.client = Client(**HERE, HTTP_USER_AGENT=CHROME)

    def question(self, path):
        page = self.get(path).content.decode()
        return json.loads(html.unescape(re.search(r'data-options="([^"]+)"', page)[1]))

    def sign_in(self, password=PASSWORD):
        return self.post("/accounts/login/", {"login": self.email, "password": password})

    def prove(self):
        return self.post("/accounts/reauthenticate/", {"password": PASSWORD})

    def add_passkey(self, key, **more):
        answer = key.create(self.question("/accounts/passkeys/add/"))
        return self.post("/accounts/passkeys/add/", {"credential": json.dumps(answer)} | more)

    def add_authenticator(self):
        page = self.get("/accounts/authenticator/add/").content.decode()
        secret = re.search(r'<p class="payload"><bdi>([A-Z2-7]+)</bdi>', page)[1]
        code = code_at(secret, time.time())
        assert self.post("/accounts/authenticator/add/", {"code": code}).status_code == 302
        return secret

    def sign_in_by(self, key, **changes):
        asked = self.get("/accounts/passkeys/sign-in/", HTTP_ACCEPT="application/json").json()
        answer = key.get(asked["request_options"], **changes)
        return self.post("/accounts/passkeys/sign-in/", {"credential": json.dumps(answer)})

    def events(self):
        found = ResidentRow.objects.get(account__email=self.email)
        return [one.entry.event for one in ledger.entries_of(found.pk)]


@pytest.fixture
def owner(resident):
    """A resident, signed in, who has just proved it again."""
    cache.clear()
    one = AtName(resident.email)
    one.sign_in()
    assert one.prove().status_code == 302
    return one


@pytest.fixture
def key(owner):
    one = SoftPasskey()
    assert owner.add_passkey(one, name="わたしのスマホ").status_code == 302
    cache.clear()
    return one


def away(owner):
    cache.clear()
    return AtName(owner.email)


def codes_of(owner):
    page = owner.get("/accounts/recovery-codes/").content.decode()
    return re.findall(r"<code>(\d{8})</code>", page)


def test_passkey_is_listed_by_the_name_its_owner_gave(owner, key):
    page = owner.get("/accounts/security/").content.decode()

    assert "わたしのスマホ" in page
    assert owner.events()[0] == "resident.passkey_added"


def test_passkey_without_a_name_is_called_after_the_device(owner):
    owner.add_passkey(SoftPasskey(), name="")

    assert Authenticator.objects.get(type="webauthn").data["name"] == "Chrome, Windows"


def test_one_person_has_several_passkeys_and_each_signs_in(owner, key):
    second = SoftPasskey()
    owner.add_passkey(second, name="二つめ")

    for one in (key, second):
        visitor = away(owner)
        assert visitor.sign_in_by(one).status_code == 302
        assert visitor.get("/profile").status_code == 200


def test_passkey_tells_when_it_was_used(owner, key):
    assert Authenticator.objects.get(type="webauthn").last_used_at is None

    away(owner).sign_in_by(key)

    assert Authenticator.objects.get(type="webauthn").last_used_at is not None


def test_passkey_signs_in_without_a_password_or_a_second_step(owner, key):
    visitor = away(owner)

    assert visitor.sign_in_by(key).headers["Location"] != "/accounts/second-step/"
    assert visitor.get("/profile").status_code == 200


def test_passkey_of_a_device_that_does_not_know_its_owner_is_not_taken(owner):
    answer = owner.add_passkey(SoftPasskey(verifies=False))

    assert answer.status_code == 422
    assert not Authenticator.objects.exists()


def test_removed_passkey_signs_nobody_in(owner, key):
    held = Authenticator.objects.get(type="webauthn")
    page = owner.get(f"/accounts/passkeys/{held.pk}/remove/")
    assert page.status_code == 200
    assert Authenticator.objects.filter(pk=held.pk).exists()

    owner.post(f"/accounts/passkeys/{held.pk}/remove/")
    visitor = away(owner)
    visitor.sign_in_by(key)

    assert visitor.get("/profile").status_code == 303
    assert owner.events()[0] == "resident.passkey_removed"


def test_passkey_is_renamed(owner, key):
    held = Authenticator.objects.get(type="webauthn")

    assert owner.post(f"/accounts/passkeys/{held.pk}/rename/", {"name": ""}).status_code == 422
    owner.post(f"/accounts/passkeys/{held.pk}/rename/", {"name": "職場"})

    held.refresh_from_db()
    assert held.data["name"] == "職場"


@pytest.mark.parametrize("deed", ["rename", "remove"])
def test_passkey_of_somebody_else_is_not_there(owner, key, deed):
    stranger = AtName("h02@resident.example")
    stranger.sign_up()
    stranger.verify()
    stranger.prove()
    held = Authenticator.objects.get(type="webauthn")

    answer = stranger.post(f"/accounts/passkeys/{held.pk}/{deed}/", {"name": "mine"})

    assert answer.status_code == 404
    held.refresh_from_db()
    assert held.data["name"] == "わたしのスマホ"


@pytest.mark.parametrize(
    "path",
    [
        "/accounts/passkeys/add/",
        "/accounts/authenticator/add/",
        "/accounts/recovery-codes/new/",
    ],
)
def test_change_asks_for_the_password_once_more(resident, path):
    visitor = AtName(resident.email)
    visitor.sign_in()

    for answer in (visitor.get(path), visitor.post(path)):
        assert answer.headers["Location"].startswith("/accounts/reauthenticate/?next=")
    assert not Authenticator.objects.exists()


def test_page_under_a_bare_number_says_where_passkeys_work(owner, key):
    numbered = Client(HTTP_HOST="127.0.0.1:8000")
    numbered.cookies = owner.client.cookies

    page = numbered.get("/accounts/security/").content.decode()

    assert 'href="http://localhost:8000/accounts/security/"' in page
    assert "/accounts/passkeys/add/" not in page
    assert numbered.get("/accounts/passkeys/add/").headers["Location"] == "/accounts/security/"


def test_authenticator_code_is_asked_after_the_password(owner):
    secret = owner.add_authenticator()
    visitor = away(owner)

    assert visitor.sign_in().headers["Location"] == "/accounts/second-step/"
    assert visitor.get("/profile").status_code == 303
    wrong = visitor.post("/accounts/second-step/", {"code": "000000"})
    assert wrong.status_code == 422
    visitor.post("/accounts/second-step/", {"code": code_at(secret, time.time())})

    assert visitor.get("/profile").status_code == 200


def test_code_of_an_authenticator_works_once(owner):
    secret = owner.add_authenticator()
    code = code_at(secret, time.time())
    first, second = away(owner), AtName(owner.email)
    for one in (first, second):
        one.sign_in()
        one.post("/accounts/second-step/", {"code": code})

    assert second.get("/profile").status_code == 303


def test_secret_of_an_authenticator_is_not_in_the_table(owner):
    secret = owner.add_authenticator()

    stored = json.dumps([one.data for one in Authenticator.objects.all()])

    assert secret not in stored
    assert codes_of(owner)[0] not in stored


def test_recovery_code_lets_in_once_and_is_shown_once(owner):
    owner.add_authenticator()
    codes = codes_of(owner)
    assert len(codes) == 10
    assert codes_of(owner) == []

    first, second = away(owner), AtName(owner.email)
    for one in (first, second):
        one.sign_in()
        one.post("/accounts/second-step/", {"code": codes[0]})

    assert first.get("/profile").status_code == 200
    assert second.get("/profile").status_code == 303


def test_new_recovery_codes_end_the_old_ones(owner):
    owner.add_authenticator()
    old = codes_of(owner)

    owner.post("/accounts/recovery-codes/new/")

    new = codes_of(owner)
    assert len(new) == 10
    assert not set(old) & set(new)
    assert owner.events()[0] == "resident.recovery_codes_made"


def test_authenticator_is_removed_with_its_recovery_codes(owner):
    owner.add_authenticator()

    assert owner.get("/accounts/authenticator/remove/").status_code == 200
    owner.post("/accounts/authenticator/remove/")

    assert not Authenticator.objects.exists()
    assert owner.events()[0] == "resident.authenticator_removed"
    assert away(owner).sign_in().headers["Location"] != "/accounts/second-step/"


def test_guessing_the_second_step_is_slowed_down(owner):
    secret = owner.add_authenticator()
    visitor = away(owner)
    visitor.sign_in()
    for guess in range(6):
        visitor.post("/accounts/second-step/", {"code": f"00000{guess}"})

    visitor.post("/accounts/second-step/", {"code": code_at(secret, time.time())})

    assert visitor.get("/profile").status_code == 303


HOSTILE = [
    "",
    "null",
    "[]",
    "{",
    "{}",
    '{"response": 1}',
    '{"id": "a", "rawId": "a", "type": "public-key", "response": {}}',
    '{"id": "é", "rawId": "é", "type": "public-key", "response": {"clientDataJSON": "é"}}',
    '{"a": "\\u0000"}',
    "[" * 5000,
    '"' + "a" * 30_000 + '"',
]


@pytest.mark.parametrize("answer", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_answer_is_refused_plainly(owner, answer):
    owner.question("/accounts/passkeys/add/")
    added = owner.post("/accounts/passkeys/add/", {"credential": answer})
    visitor = away(owner)
    visitor.get("/accounts/passkeys/sign-in/", HTTP_ACCEPT="application/json")
    signed_in = visitor.post("/accounts/passkeys/sign-in/", {"credential": answer})

    assert added.status_code == 422
    assert signed_in.headers["Location"] == "/accounts/login/"
    assert visitor.get("/profile").status_code == 303


@pytest.mark.parametrize(
    "changes",
    [
        {"userHandle": "AAAA"},
        {"userHandle": None},
        {"signature": "AAAA"},
        {"authenticatorData": "AAAA"},
    ],
    ids=["somebody_else", "nobody", "signature", "data"],
)
def test_answer_with_one_thing_changed_signs_nobody_in(owner, key, changes):
    visitor = away(owner)

    visitor.sign_in_by(key, **changes)

    assert visitor.get("/profile").status_code == 303


@pytest.mark.parametrize("origin", ["http://evil.localhost", "https://localhost", "http://evil"])
def test_answer_made_for_another_site_signs_nobody_in(owner, key, origin):
    key.origin = origin
    visitor = away(owner)

    visitor.sign_in_by(key)

    assert visitor.get("/profile").status_code == 303


def test_answer_works_once(owner, key):
    visitor = away(owner)
    asked = visitor.get("/accounts/passkeys/sign-in/", HTTP_ACCEPT="application/json").json()
    answer = {"credential": json.dumps(key.get(asked["request_options"]))}
    visitor.post("/accounts/passkeys/sign-in/", answer)
    visitor.post("/accounts/logout/")

    visitor.post("/accounts/passkeys/sign-in/", answer)

    assert visitor.get("/profile").status_code == 303


def test_changed_password_is_told(owner):
    data = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}

    owner.post("/accounts/password/change/", data)

    assert owner.events()[0] == "resident.password_changed"
    assert Account.objects.get(email=owner.email).check_password(NEW)


def test_refused_change_is_not_told(owner):
    before = owner.events()

    owner.post("/accounts/authenticator/add/", {"code": "000000"})

    assert owner.events() == before
    assert not mail.outbox[2:]
