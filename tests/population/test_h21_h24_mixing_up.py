"""H21 shares a computer and an address with many; H24 shares name and birth date with another."""

import pytest
from django.core.cache import cache
from django.test import Client

from genkan.kernel import clock
from genkan.residents.models import Account
from tests.builders import VALUES, a_partner, a_resident, give, release
from tests.residents.conftest import PASSWORD, Person

pytestmark = pytest.mark.django_db(transaction=True)
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
SIGN_IN = "/accounts/login/"


@pytest.fixture
def hayakawa():
    a_resident()  # so that there are terms
    cache.clear()
    person = Person("h21@resident.example")
    person.register()
    return person


def test_h21_no_page_is_kept_by_the_browser(hayakawa):
    for path in ("/", "/profile", "/history/", "/services/"):
        assert "no-store" in hayakawa.get(path).headers["Cache-Control"]

    hayakawa.post("/accounts/logout/")

    assert hayakawa.get("/profile").status_code == 303


def test_h21_two_accounts_in_one_browser_do_not_mix(hayakawa):
    """A form that was opened by one person does nothing once another is signed in."""
    other = a_resident(with_account=True, now=clock.now())
    hayakawa.post("/accounts/logout/")
    hayakawa.client.force_login(
        Account.objects.get(email=f"{other.hex}@resident.example"), backend=BACKEND
    )

    page = hayakawa.get("/profile").content.decode()

    assert "大阪 花子" in page
    assert "髙橋" not in page


def test_h21_a_guesser_at_the_same_computer_locks_nobody_out(hayakawa):
    """All at one network address: many wrong tries at one account, and another signs in."""
    hayakawa.post("/accounts/logout/")
    guesser = Client()
    for _ in range(20):
        guesser.post(SIGN_IN, {"login": "victim@resident.example", "password": "wrong-guess"})

    answer = Client().post(SIGN_IN, {"login": hayakawa.email, "password": PASSWORD})

    assert answer.status_code == 302


def test_h24_each_release_is_about_the_right_one():
    kadoma = VALUES["address"] | {"municipality": "門真市", "lg_code": "272230"}
    hanako = {"name": {"full": "佐藤 花子"}, "birthdate": "1990-05-05"}
    one, other = a_resident(**hanako, address=kadoma), a_resident(**hanako)
    service = a_partner()
    give(one, service)
    give(other, service)

    sent = {who: release(who, service).items["address"].content for who in (one, other)}

    assert sent[one]["municipality"] == "門真市"
    assert sent[other]["municipality"] == "大阪市北区"
