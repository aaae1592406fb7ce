"""The suite's installation: an https issuer, a token, a tester."""

import pytest

from tests.sso.plans.suite import Tester
from tests.sso.registering import initial_token
from tests.sso.stage import Visitor, person


@pytest.fixture
def token(installed, settings):
    settings.GENKAN = settings.GENKAN.model_copy(update={"issuer": "https://genkan.example"})
    return initial_token()


@pytest.fixture
def tester(token):
    """A resident who has everything that can be asked for, not signed in."""
    return Tester(Visitor(person(phone="090-0000-0000")))
