"""A parent who acts for a child in the browser, for the tests of these pages."""

import re

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from genkan.kernel import clock
from genkan.residents.models import Account
from tests.builders import VALUES, a_partner, a_resident, words
from tests.guardians import a_right

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
SOMEWHERE = VALUES["address"] | {"full": "大阪府寝屋川市本町999番", "town": "本町"}


@pytest.fixture
def now():
    return clock.now()


@pytest.fixture
def parent(now):
    return a_resident(now=now, with_account=True, name={"full": "西村 亮"}, address=SOMEWHERE)


@pytest.fixture
def child(now):
    return a_resident(now=now, name={"full": "西村 海"}, birthdate="2014-12-03")


@pytest.fixture
def right(parent, child, now):
    return a_right(child, parent, now=now)


@pytest.fixture
def partner(now):
    return a_partner(now=now, service={"name": words("見本申請")})


@pytest.fixture
def browser(parent):
    return a_browser_of(parent)


def a_browser_of(resident):
    browser = Client()
    account = Account.objects.get(email=f"{resident.hex}@resident.example")
    browser.force_login(account, backend=BACKEND)
    return browser


def act_for(browser, person):
    return browser.post("/acting/", {"person": str(person)})


def main(browser, address):
    response = browser.get(address)
    assert response.status_code == 200, (address, response.status_code)
    return BeautifulSoup(response.content, "html.parser").select_one("main")


def text(browser, address):
    return re.sub(r"\s+", " ", main(browser, address).get_text())


PAGES = ["/acting/", "/profile", "/services/", "/history/"]


@pytest.fixture
def acting(browser, right, child):
    assert act_for(browser, child).status_code == 303
    return browser


def comes_of_age(person):
    from genkan.residents.service.profile import change_values

    change_values(person, {"birthdate": "2000-01-01"}, now=clock.now())


def fields(page):
    return {
        one["name"]: one["value"]
        for one in page.select("form:not([action]) input[type=hidden]")
        if one["name"] != "csrfmiddlewaretoken"
    }


def allow(browser, partner, *items, **changes):
    address = f"/services/{partner.service}/share"
    ticked = {"items": list(items or ("name", "address"))}
    form = fields(main(browser, address)) | {"decision": "allow"} | ticked | changes
    return browser.post(address, form)
