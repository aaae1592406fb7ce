"""People who hold a card to the portal of the tests, and what it then shows them."""

import pytest
from bs4 import BeautifulSoup
from django.core.cache import cache

from genkan.kernel.ids import ResidentId
from genkan.residents import api as residents
from genkan.residents.models import ResidentRow
from tests.residents import cards
from tests.residents.conftest import PASSWORD, Person

H07 = {
    "name": "上田 祥子",
    "family_name": "上田",
    "given_name": "祥子",
    "name_kana": "ウエダ ショウコ",
    "birthdate": "1962-08-14",
    "sex": "2",
    "postal_code": "570-0083",
    "prefecture": "大阪府",
    "municipality": "守口市",
    "town": "京阪本通",
    "street": "二丁目999番地",
}
START, COMPARE = "/profile/card", "/profile/card/compare"


@pytest.fixture(scope="module")
def key_file(tmp_path_factory):
    return tmp_path_factory.mktemp("card") / "card-key.json"


@pytest.fixture(scope="module")
def app(key_file):
    with cards.card_app(key_file) as running:
        yield running


@pytest.fixture
def portal(app, key_file, settings):
    settings.GENKAN = cards.portal_asks(app, key_file)
    return settings


@pytest.fixture
def h07(published, portal):
    return registered("h07@resident.example", **H07)


def registered(email, **values):
    """Somebody with an ID who has just typed their password."""
    cache.clear()
    person = Person(email)
    assert person.register(**values).headers["Location"] == "/register/done"
    person.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return person


def id_of(person):
    return ResidentId(ResidentRow.objects.get(account__email=person.email).pk)


def values_of(person):
    return residents.profile_of(id_of(person)).values


def leave(person):
    """Go to the card app; return where the portal sent the browser."""
    answer = person.post(START)
    assert answer.status_code == 303, answer.content.decode()
    return answer.headers["Location"]


def show(person, app, persona, fault="none"):
    """Hold a card; return the portal's answer to the browser that comes back."""
    return person.get(app.hold(leave(person), persona, fault))


def compared(person):
    """What the page of comparison says, item by item, and its hidden field."""
    page = BeautifulSoup(person.get(COMPARE).content.decode(), "html5lib")
    sections = {
        one["aria-labelledby"].removeprefix("item-"): one
        for one in page.select("main form section")
    }
    texts = {item: " ".join(one.get_text(" ").split()) for item, one in sections.items()}
    return texts, page.select_one('main form [name="check"]')["value"]


def decide(person, **picks):
    _, check = compared(person)
    return person.post(COMPARE, {"check": check, **picks})
