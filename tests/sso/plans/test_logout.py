"""`oidcc-rp-initiated-logout-certification-test-plan`."""

from urllib.parse import urlencode

import pytest

from tests.sso.plans.suite import LOGGED_OUT, Party
from tests.sso.stage import COMMITS, said

pytestmark = COMMITS


@pytest.fixture
def party(token):
    return Party(token, post_logout_redirect_uris=[LOGGED_OUT])


@pytest.fixture
def hint(party, tester):
    return party.tokens(*tester.go(party))["id_token"]


def ended(tester, **sent):
    return tester.browser.get(f"/oauth2/logout?{urlencode(sent)}")


@pytest.mark.parametrize("state", [{"state": 'x"<~\\^%&=#é'[:9]}, {}], ids=["state", "no_state"])
def test_oidcc_rp_initiated_logout(party, tester, hint, state):
    answer = ended(tester, id_token_hint=hint, post_logout_redirect_uri=LOGGED_OUT, **state)

    assert answer.status_code == 303
    if state:
        assert said(answer) == (LOGGED_OUT, state)
    else:
        assert answer.headers["Location"] == LOGGED_OUT
    _, came = tester.go(party, prompt="none")
    assert came["error"] == "login_required"


@pytest.mark.parametrize(
    "sent",
    [
        {"post_logout_redirect_uri": f"{LOGGED_OUT}/bad"},
        {"post_logout_redirect_uri": f"{LOGGED_OUT}?foo=bar"},
        {"id_token_hint": "eyJhbGciOiJub25lIn0.e30."},
        {"id_token_hint": None},
        {"id_token_hint": None, "post_logout_redirect_uri": None},
        {"id_token_hint": None, "post_logout_redirect_uri": None, "state": None},
        {"post_logout_redirect_uri": None},
    ],
    ids=["bad_uri", "query", "modified_hint", "no_hint", "only_state", "no_params", "no_uri"],
)
def test_a_page_of_ours_is_shown(tester, hint, sent):
    usual = {"id_token_hint": hint, "post_logout_redirect_uri": LOGGED_OUT, "state": "abc"}

    page = ended(tester, **{name: text for name, text in (usual | sent).items() if text})

    assert "Location" not in page.headers
    assert page.headers["Content-Type"].startswith("text/html")
