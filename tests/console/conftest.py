"""Staff and residents at the console's door, and what an operator types."""

import re

import pytest
from django.contrib.auth.hashers import make_password
from django.core.cache import cache
from django.test import Client

from genkan.residents.models import Account

PASSWORD = "a-long-staff-password"
BACKEND = "django.contrib.auth.backends.ModelBackend"


def browser_of(account):
    client = Client()
    client.force_login(account, BACKEND)
    return client


def an_account(email, **values):
    return Account.objects.create(email=email, password=make_password(PASSWORD), **values)


@pytest.fixture
def staff_account(db):
    cache.clear()
    return an_account("staff@genkan.example", kind="staff", is_superuser=True)


@pytest.fixture
def resident_account(db):
    cache.clear()
    return an_account("h01@resident.example")


@pytest.fixture
def staff(staff_account):
    return browser_of(staff_account)


@pytest.fixture
def resident(resident_account):
    return browser_of(resident_account)


def text_of(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", response.content.decode()))


def rich(text):
    """Return a paragraph as Wagtail's editor posts it (Draft.js raw content)."""
    block = {"key": "a", "text": text, "type": "unstyled", "depth": 0}
    ranges = {"inlineStyleRanges": [], "entityRanges": []}
    return {"blocks": [{**block, **ranges}], "entityMap": {}}
