"""`oidcc-dynamic-certification-test-plan`: clients that sign, with `aud` the token endpoint."""

import pytest

from tests.sso.plans.suite import CALLBACK, Party, registration
from tests.sso.registering import register
from tests.sso.stage import COMMITS

pytestmark = COMMITS
SIGNS = {"token_endpoint_auth_method": "private_key_jwt"}


def test_oidcc_server(token, tester):
    party = Party(token, **SIGNS)

    party.tokens(*tester.go(party))
    party.end()


def test_oidcc_ensure_redirect_uri_in_authorization_request(token, tester):
    party = Party(token, redirect_uris=[CALLBACK, f"{CALLBACK}/2"], **SIGNS)

    tester.get(party, redirect_uri=None)


@pytest.mark.parametrize(
    ("registered", "asked"),
    [("?foo=bar", "?bar=foo"), ("", "?foo=bar")],
    ids=["mismatch", "added"],
)
def test_oidcc_redirect_uri_query(token, tester, registered, asked):
    party = Party(token, redirect_uris=[f"{CALLBACK}{registered}"], **SIGNS)

    tester.get(party, redirect_uri=f"{CALLBACK}{asked}")


def test_oidcc_redirect_uri_query_ok(token, tester):
    address = f"{CALLBACK}?foo=bar"
    party = Party(token, redirect_uris=[address], **SIGNS)

    sent, came = tester.go(party, redirect_uri=address)

    assert came["foo"] == "bar"
    party.tokens(sent, came, redirect_uri=address)


def test_oidcc_redirect_uri_regfrag(token):
    answer = register(token, registration(redirect_uris=[f"{CALLBACK}#foo"], **SIGNS))

    assert (answer.status, answer.json()["error"]) == (400, "invalid_redirect_uri")
