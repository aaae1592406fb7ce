"""Answers and the work behind them do not tell whether an address is registered.

Work is counted, not timed: hashes of passwords (the expensive part) and mails.
"""

import re

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core import mail
from django.core.cache import cache

from tests.residents.conftest import PASSWORD, Person

pytestmark = pytest.mark.django_db(transaction=True)
UNKNOWN = "nobody@resident.example"


class CountingHasher(Argon2PasswordHasher):
    """Argon2 that counts how often it works."""

    work = 0

    def encode(self, password, salt):
        type(self).work += 1
        return super().encode(password, salt)

    def verify(self, password, encoded):
        type(self).work += 1
        return super().verify(password, encoded)


@pytest.fixture
def counted(settings, resident):
    """A registered address, and every hash counted from here on."""
    settings.PASSWORD_HASHERS = [f"{__name__}.CountingHasher"]
    cache.clear()
    return resident.email


def bare(answer, address):
    """A page without what differs from request to request."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", answer.content.decode())
    return re.sub(r"[0-9a-f-]{36}", "", text).replace(address, "")


def walk(address, path, *forms):
    """Send forms, each to its page; return what was seen and what it cost."""
    person = Person(address)
    person.get(path)
    mail.outbox.clear()
    CountingHasher.work = 0
    seen = []
    for at, form in forms:
        answer = person.post(at, form)
        page = person.get(answer.headers["Location"]) if answer.status_code == 302 else answer
        kept = {name for name in answer.headers if name not in {"X-Request-ID", "Set-Cookie"}}
        seen.append(
            (
                answer.status_code,
                answer.headers.get("Location"),
                sorted(kept),
                sorted(answer.cookies),
                page.status_code,
                bare(page, address),
            )
        )
    return seen, CountingHasher.work, len(mail.outbox)


BY_CODE, BY_CODE_CONFIRM = "/accounts/login/code/", "/accounts/login/code/confirm/"
BY_PASSKEY = "/accounts/signup/passkey/"
SIGN_IN, SIGN_UP, RESET = "/accounts/login/", "/accounts/signup/", "/accounts/password/reset/"
CODE, RESET_CODE = "/accounts/confirm-email/", "/accounts/password/reset/confirm/"
WAYS = {
    "sign_in": (SIGN_IN, [(SIGN_IN, {"login": None, "password": "wrong-password-here"})]),
    "sign_up": (
        SIGN_UP,
        [
            (SIGN_UP, {"email": None, "password1": PASSWORD, "password2": PASSWORD}),
            (CODE, {"code": "WRONG1"}),
        ],
    ),
    "sign_up_by_passkey": (
        BY_PASSKEY,
        [(BY_PASSKEY, {"email": None}), (CODE, {"code": "WRONG1"})],
    ),
    "sign_in_by_code": (
        BY_CODE,
        [
            (BY_CODE, {"email": None}),
            *[(BY_CODE_CONFIRM, {"code": "WRONG1"})] * 3,
            (BY_CODE_CONFIRM, {"code": "WRONG1"}),
        ],
    ),
    "reset": (RESET, [(RESET, {"email": None}), (RESET_CODE, {"code": "WRONG1"})]),
}


@pytest.mark.parametrize("way", WAYS)
def test_known_and_unknown_address_answer_alike_and_cost_alike(counted, way):
    path, forms = WAYS[way]

    def told(address):
        filled = [
            (at, {k: address if v is None else v for k, v in form.items()}) for at, form in forms
        ]
        return walk(address, path, *filled)

    known, unknown = told(counted), told(UNKNOWN)

    assert known == unknown


def test_counter_counts(counted):
    _, hashes, _ = walk(counted, SIGN_IN, (SIGN_IN, {"login": counted, "password": "wrong"}))

    assert hashes > 0


def test_question_for_a_passkey_names_nobody(counted):
    visitor = Person(counted)
    asked = visitor.get("/accounts/passkeys/sign-in/", HTTP_ACCEPT="application/json").json()

    assert not asked["request_options"]["publicKey"].get("allowCredentials")


def test_limits_are_kept_for_all_processes(counted, settings):
    assert settings.CACHES["default"]["BACKEND"].endswith("DatabaseCache")
    for _ in range(6):
        Person(counted).post(SIGN_IN, {"login": counted, "password": "wrong-password-here"})

    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key FROM site_cache WHERE cache_key LIKE '%login_failed%'")
        keys = [key for (key,) in cursor.fetchall()]

    assert keys
    assert not any(counted in key for key in keys)


def test_flood_does_not_push_a_limit_out(counted):
    for _ in range(6):
        Person(counted).post(SIGN_IN, {"login": counted, "password": "wrong-password-here"})
    for number in range(400):
        cache.set(f"flood-{number}", "x")

    person = Person(counted)
    person.post(SIGN_IN, {"login": counted, "password": PASSWORD})

    assert person.get("/profile").status_code == 303
