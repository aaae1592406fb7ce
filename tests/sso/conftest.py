"""A resident, a service with an offer, and the browser between them."""

import pytest
from django.core.cache import cache

from genkan.kernel import clock
from genkan.terms import api as terms
from tests.sso.stage import Service, Visitor, person


@pytest.fixture
def installed(transactional_db):
    """An installation with terms in force. Its endpoints commit, so the database is this test's."""
    cache.clear()
    for draft in terms.drafts():
        terms.publish(draft, now=clock.now())


@pytest.fixture
def resident(installed):
    visitor = Visitor(person())
    assert visitor.sign_in().status_code == 302
    return visitor


@pytest.fixture
def stranger(installed):
    visitor = Visitor(person("taro@resident.example"), "taro@resident.example")
    assert visitor.sign_in().status_code == 302
    return visitor


@pytest.fixture
def service(installed):
    return Service()


@pytest.fixture
def linked(resident, service):
    """The resident has connected the service and allowed what is required."""
    page = resident.browser.get(service.address(), follow=True)
    assert resident.press(page, "allow").status_code == 303
    return resident
