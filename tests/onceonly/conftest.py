"""A partner that was asked for a disposal, and its certificates."""

import pytest

from genkan.kernel import clock
from tests.builders import a_client, a_disposal, a_resident, an_access_token, give
from tests.onceonly.handing_in import hand_in, is_open
from tests.own_database import committed

__all__ = ["committed"]


@pytest.fixture
def now():
    return clock.now()


@pytest.fixture
def partner(committed, now):
    return a_client(now=now)


@pytest.fixture
def asked(partner, now):
    """A disposal that the partner was asked for, with its two provisions."""
    return a_disposal(a_resident(now=now), partner, now=now, releases=2)


@pytest.fixture
def certificate(partner, asked, now):
    """Make a good certificate with these changes."""
    disposal, provisions = asked

    def make(**changes):
        return partner.certificate(disposal.id, provisions, now=now, **changes)

    return make


@pytest.fixture
def refused(asked):
    """Hand a certificate in; return status, error and field, sure that nothing has changed."""
    disposal, _ = asked

    def hand(token, **options):
        response = hand_in(disposal, token, **options)
        assert is_open(disposal)
        told = response.json()
        field = told["error_description"].partition("[")[2].rstrip("]")
        return response.status, told["error"], field

    return hand


@pytest.fixture
def resident(committed, now):
    return a_resident(with_account=True, now=now)


@pytest.fixture
def sharing(resident, partner, now):
    """The resident has agreed to name, address and sex; the telephone was left out."""
    give(resident, partner, now=now)
    return resident


@pytest.fixture
def token(sharing, partner, now):
    return an_access_token(sharing, partner, now=now)
