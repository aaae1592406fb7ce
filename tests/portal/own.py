"""A resident at the pages about themselves: their browser, and what a page says."""

import re

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from genkan.kernel import clock
from genkan.residents.models import Account
from tests.builders import (
    a_partner,
    a_resident,
    words,
)

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def now():
    return clock.now()


@pytest.fixture
def resident(now):
    return a_resident(with_account=True, now=now)


@pytest.fixture
def browser(resident):
    return a_browser_of(resident)


def a_browser_of(resident):
    browser = Client()
    account = Account.objects.get(email=f"{resident.hex}@resident.example")
    browser.force_login(account, backend=BACKEND)
    return browser


@pytest.fixture
def partner(now):
    return a_partner(now=now, service={"name": words("見本申請")})


def page(browser, address):
    response = browser.get(address)
    assert response.status_code == 200, (address, response.status_code)
    return BeautifulSoup(response.content, "html.parser").select_one("main")


def text(browser, address):
    return re.sub(r"\s+", " ", page(browser, address).get_text())


ADDRESSES = ["/", "/services/", "/history/"]
