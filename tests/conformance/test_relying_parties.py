"""Software nobody here wrote signs residents in over TLS, flow by flow."""

from contextlib import ExitStack

import pytest

from tests import databases
from tests.conformance import parties
from tests.conformance import provider as providers
from tests.conformance.table import PARTIES

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("conformance")]
FLOWS = [
    pytest.param(party, flow, id=f"{party.name}: {flow}")
    for party in PARTIES
    for flow in party.flows
]


@pytest.fixture(scope="module")
def provider(database_template, django_db_blocker, tmp_path_factory):
    folder = tmp_path_factory.mktemp("provider")
    with databases.lent(database_template, folder / "data", django_db_blocker) as url:
        prepared = providers.prepare(folder, database_url=url)
        with providers.running(prepared):
            yield prepared


@pytest.fixture(scope="module")
def registered(provider):
    """Each party, registered when it is first asked for."""
    known = {}
    with ExitStack() as open_ones:

        def at(party):
            if party.name not in known:
                known[party.name] = open_ones.enter_context(party.at(provider))
            return known[party.name]

        yield at


@pytest.mark.parametrize(("party", "flow"), FLOWS)
def test_a_flow_does_what_it_says(party, flow, request):
    if how := parties.missing(party):
        pytest.skip(f"without {party.name}, {party.need.skipped} are not tried ({how})")
    request.getfixturevalue("registered")(party).run(flow)


def test_every_party_has_flows():
    assert {party.name for party in PARTIES if len(party.flows) >= 9} == {
        "Authlib",
        "openid-client",
        "mod_auth_openidc",
    }
