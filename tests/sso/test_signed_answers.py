"""Signed authorization responses (JARM): for whom, how long, and alone."""

import re
from html import unescape

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from genkan.kernel import clock
from genkan.sso.service import keys
from tests.sso.stage import BACK, ISSUER, call, said


def opened(service, text, alg="ES256"):
    published = KeySet.import_key_set(call("/oauth2/jwks").json())
    told = jwt.decode(text, published, algorithms=[alg])
    assert told.header["typ"] == "oauth-authz-resp+jwt"
    assert (told.claims["iss"], told.claims["aud"]) == (ISSUER, service.client_id)
    assert 0 < told.claims["exp"] - clock.now().timestamp() <= 600
    return told.claims


@pytest.mark.parametrize("mode", ["jwt", "query.jwt"])
def test_a_signed_answer_travels_in_the_query(service, linked, mode):
    where, told = said(linked.open(service.address(response_mode=mode)))

    assert (where, set(told)) == (BACK, {"response"})
    inside = opened(service, told["response"])
    assert inside["state"] == "the state"
    assert service.redeem(inside["code"]).status == 200


def test_a_signed_answer_can_be_posted(service, linked):
    page = linked.open(service.address(response_mode="form_post.jwt"))

    form = page.content.decode().partition('id="answer"')[2].partition("</form>")[0]
    sent = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', form)
    assert [name for name, _ in sent] == ["response"]
    assert opened(service, unescape(sent[0][1]))["code"]


def test_an_error_is_signed_too(service, client):
    told = said(client.get(service.address(response_mode="jwt", prompt="none")))[1]

    inside = opened(service, told["response"])
    assert (set(told), inside["error"]) == ({"response"}, "login_required")


def test_a_no_is_signed_too(service, resident):
    page = resident.browser.get(service.address(response_mode="jwt"), follow=True)

    told = said(resident.press(page, "deny"))[1]

    assert opened(service, told["response"])["error"] == "access_denied"


def test_the_algorithm_is_the_clients(service, linked):
    keys.ensure_keys(algs=("ES256", "RS256"), now=clock.now())
    service.agree(authorization_alg="RS256")

    told = said(linked.open(service.address(response_mode="jwt")))[1]

    assert opened(service, told["response"], alg="RS256")["code"]


def test_a_signed_answer_is_no_id_token_hint(service, linked):
    told = said(linked.open(service.address(response_mode="jwt")))[1]

    again = said(linked.open(service.address(id_token_hint=told["response"])))[1]

    assert again["error"] == "invalid_request"


@pytest.mark.parametrize("mode", ["fragment.jwt", "fragment", "web_message"])
def test_nothing_travels_in_a_fragment(service, linked, mode):
    told = said(linked.open(service.address(response_mode=mode)))[1]

    assert (told["error"], "code" in told) == ("invalid_request", False)
