"""A resident, a service with an offer, and the browser between them."""

import pytest
from django.core.cache import cache

from genkan.kernel import clock
from genkan.terms import api as terms
from tests.sso.stage import Service, Visitor, person


@pytest.fixture
def installed(db):
    """An installation with terms in force.

    Where data is handed over, a second connection holds the consent, and where threads race each
    has its own: such a test asks for real commits by `COMMITS`.
    """
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
