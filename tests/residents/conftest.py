"""People who register, and the terms they find."""

import re
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client

from genkan.kernel import clock
from genkan.ledger import api as ledger
from genkan.terms import api as terms

PASSWORD = "correct-horse-battery"
H01 = {
    "name": "髙橋 𠮷男",
    "family_name": "髙橋",
    "given_name": "𠮷男",
    "name_kana": "タカハシ ヨシオ",
    "birthdate": "1971-03-09",
    "sex": "",
    "postal_code": "560-0003",
    "prefecture": "大阪府",
    "municipality": "豊中市",
    "town": "東豊中町",
    "street": "三丁目999番地",
    "building": "",
    "phone": "",
}


@pytest.fixture
def published(db):
    """The texts that come with Genkan, in force."""
    for draft in terms.drafts():
        terms.publish(draft, now=clock.now())


def publish_next(*, material: bool = True, **texts: str) -> terms.TermsVersion:
    """A version published an hour ago that takes effect this moment."""
    now = clock.now()
    bodies = {locale: f"## {locale} {now}" for locale in terms.LOCALES} | texts
    draft = terms.Draft(
        kind=terms.Kind.TERMS_OF_USE,
        label=f"{now:%H%M%S%f}",
        effective_from=now,
        texts=bodies,
        material=material,
    )
    return terms.publish(draft, now=now - timedelta(hours=1))[0]


class Person:
    """Somebody at a browser, from the first page on."""

    def __init__(self, email: str = "h01@resident.example") -> None:
        self.email = email
        self.client = Client()

    def get(self, path, **options):
        return self.client.get(path, **options)

    def post(self, path, data=None, **options):
        return self.client.post(path, data or {}, **options)

    def sign_up(self, password=PASSWORD):
        data = {"email": self.email, "password1": password, "password2": password}
        return self.post("/accounts/signup/", data)

    def code(self):
        sent = [one for one in mail.outbox if one.to == [self.email]]
        return re.search(r"^([A-Z0-9-]{6,12})$", sent[-1].body, re.MULTILINE)[1]

    def verify(self):
        return self.post("/accounts/confirm-email/", {"code": self.code()})

    def shown(self):
        page = self.get("/register/terms").content.decode()
        return re.search(r'name="shown" value="([^"]+)"', page)[1]

    def accept(self, **changes):
        return self.post("/register/terms", {"shown": self.shown(), "accept": "on"} | changes)

    def fill(self, **changes):
        return self.post("/register/profile", H01 | changes)

    def confirm(self):
        return self.post("/register/confirm")

    def register(self, **changes):
        """Walk the whole way; return the page at its end."""
        self.sign_up()
        self.verify()
        self.accept()
        self.fill(**changes)
        return self.confirm()


@pytest.fixture
def person(published):
    cache.clear()
    return Person()


@pytest.fixture
def resident(person):
    assert person.register().headers["Location"] == "/register/done"
    return person


def events(resident):
    return [one.entry.event for one in ledger.entries_of(resident)]


NOON = datetime(2026, 7, 15, 3, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def at_once(*calls):
    """Run calls in threads that start together; return their answers or what they raised."""
    barrier = Barrier(len(calls))
    answers = [None] * len(calls)

    def run(place, call):
        barrier.wait()
        try:
            answers[place] = call()
        except Exception as refusal:  # noqa: BLE001 - whatever it was is the answer
            answers[place] = refusal
        finally:
            connection.close()

    threads = [Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers
