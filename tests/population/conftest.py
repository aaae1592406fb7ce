"""The thirty, registered as the demo registers them."""

import pytest

from genkan.kernel.clock import day_in_japan
from genkan.residents import api as residents
from genkan.residents.population.hostile import special
from genkan.terms import api as terms
from tests.builders import NOON


@pytest.fixture
def cast(db):
    """IDs of the special residents by key; T0 is the day of NOON."""
    for draft in terms.drafts():
        terms.publish(draft, now=NOON)
    anchor = day_in_japan(NOON)
    wanted = residents.Wanted(size=0, seed=1, anchor=anchor, passwords={})
    residents.load(wanted, mode="development", now=NOON)
    return {person.key: person.id for person in special(anchor)}
