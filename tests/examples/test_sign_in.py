"""Signing in with Genkan: what is sent, what is believed, what is refused."""

import pytest
from joserfc.jwk import ECKey, OctKey

from tests.examples.peer import CLIENT_ID, Person
from tests.examples.people import GENKAN, come_with_genkan


def sign_in(browser):
    browser.open("/")
    return browser.press(GENKAN)


def is_signed_in(browser):
    return browser.open("/account").path == "/account"


def test_a_new_person_gets_an_account_and_finds_it_again(
    shinsei, browser, new_browser, peer, person
):
    page = come_with_genkan(browser, peer, person)
    assert (page.status, page.path) == (200, "/applications")
    assert "新しいアカウントをつくり、玄関と連携しました。" in page.text

    later = new_browser(shinsei)
    assert sign_in(later).path == "/applications"
    assert "連携しています" in later.open("/account").text


def test_every_sign_in_uses_new_secrets_and_a_new_client_assertion(browser, peer, person):
    sign_in(browser)
    sign_in(browser)
    first, second = peer.asked[-2:]
    for secret in ("state", "nonce", "code_challenge"):
        assert first[secret] != second[secret]
    one, other = peer.sent_to_token[-2:]
    assert one["client_assertion"] != other["client_assertion"]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"claims": {"nonce": "another"}}, "id_token_nonce"),
        ({"claims": {"nonce": None}}, "id_token_nonce"),
        ({"claims": {"iss": "http://127.0.0.1:9"}}, "id_token_iss"),
        ({"claims": {"aud": "another-service"}}, "id_token_aud"),
        ({"claims": {"aud": [CLIENT_ID, "another-service"]}}, "id_token_azp"),
        ({"claims": {"exp": 1}}, "id_token_exp"),
        ({"claims": {"exp": None}}, "id_token_exp"),
        ({"claims": {"iat": 99999999999}}, "id_token_iat"),
        ({"claims": {"sub": None}}, "id_token_sub"),
        ({"claims": {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}}, "id_token_at_hash"),
        ({"header": {"alg": "none"}}, "signature"),
        ({"header": {"alg": "HS256"}, "key": OctKey.import_key("x" * 40)}, "signature"),
        ({"header": {"typ": "person-data+jwt"}}, "token_type"),
        ({"key": ECKey.generate_key("P-256")}, "signature"),
        ({"header": {"kid": "nobody"}}, "signature"),
    ],
)
def test_an_id_token_with_one_thing_wrong_signs_nobody_in(browser, peer, person, wrong, code):
    peer.wrong["id_token"] = wrong
    page = sign_in(browser)
    assert page.status == 502
    assert f"コード：{code}" in page.text
    assert not is_signed_in(browser)

    del peer.wrong["id_token"]
    assert sign_in(browser).path == "/genkan/link"


@pytest.mark.parametrize("iss", ["http://127.0.0.1:9", None, ""])
def test_an_answer_that_does_not_name_our_issuer_is_not_used(browser, peer, person, iss):
    peer.wrong["response"] = {"iss": iss}
    before = len(peer.sent_to_token)
    page = sign_in(browser)
    assert (page.status, "コード：response_iss" in page.text) == (502, True)
    assert len(peer.sent_to_token) == before, "the code was sent on although nobody vouched for it"


@pytest.mark.parametrize("state", ["another", None])
def test_an_answer_with_a_state_we_did_not_give_is_not_used(browser, peer, person, state):
    peer.wrong["response"] = {"state": state}
    page = sign_in(browser)
    assert page.status == 400
    assert not is_signed_in(browser)


def test_an_answer_works_once_and_only_in_the_browser_that_asked(
    shinsei, browser, new_browser, peer, person
):
    sign_in(browser)
    [callback] = [url for url in browser.visited if "/genkan/callback" in url]
    stranger = new_browser(shinsei)
    sign_in(stranger)
    assert stranger.open(callback).status == 400
    assert browser.open(callback).status == 400


def test_nobody_is_signed_in_with_an_answer_meant_for_another_browser(
    shinsei, new_browser, peer, person
):
    attacker, victim = new_browser(shinsei), new_browser(shinsei)
    sign_in(victim)
    attacker.open("/")
    attacker.client.follow_redirects = False
    to_peer = attacker.press(GENKAN)
    callback = attacker.client.get(to_peer.location).headers["location"]
    assert victim.open(callback).status == 400
    attacker.client.follow_redirects = True
    assert attacker.open(callback).path == "/genkan/link"


def test_a_repeated_parameter_is_no_parameter(browser, peer, person):
    browser.open("/")
    browser.client.follow_redirects = False
    to_peer = browser.press(GENKAN)
    callback = browser.client.get(to_peer.location).headers["location"]
    page = browser.open(f"{callback}&iss=http://127.0.0.1:9")
    assert (page.status, "response_iss" in page.text) == (502, True)


def test_a_person_who_says_no_is_told_the_way_on(browser, peer, person):
    peer.deny = True
    page = sign_in(browser)
    assert page.status == 200
    assert "「渡さない」を選びました" in page.text
    assert not is_signed_in(browser)


@pytest.mark.parametrize(("status", "answer"), [(500, 503), (503, 503), (200, 502)])
def test_a_token_endpoint_that_is_ill_gives_a_page_not_a_fault(
    browser, peer, person, status, answer
):
    peer.wrong["token_status"] = status
    assert sign_in(browser).status == answer
    assert not is_signed_in(browser)


def test_new_signing_keys_are_found_without_a_restart(browser, peer, person):
    sign_in(browser)
    peer.key = ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"}, auto_kid=True)
    assert sign_in(browser).path == "/genkan/link"


def test_signing_in_gives_a_new_session_and_signing_out_ends_it(
    shinsei, browser, new_browser, peer, person
):
    browser.open("/")
    before = browser.client.cookies["shinsei_session"]
    come_with_genkan(browser, peer, person)
    inside = browser.client.cookies["shinsei_session"]
    assert before != inside

    browser.open("/account")
    assert "しんせいからログアウトしました" in browser.press("しんせいからログアウト").text
    thief = new_browser(shinsei)
    thief.client.cookies.set("shinsei_session", inside, domain="127.0.0.1")
    assert not is_signed_in(thief)


def test_signing_out_everywhere_goes_through_the_provider(browser, peer, person):
    come_with_genkan(browser, peer, person)
    browser.open("/account")
    page = browser.press("しんせいと玄関からログアウト")
    asked = peer.asked[-1]
    assert asked["id_token_hint"].count(".") == 2
    assert asked["post_logout_redirect_uri"].endswith("/signed-out")
    assert "しんせいと玄関からログアウトしました。" in page.text


def test_the_session_cookie_is_not_djangos_and_hides_from_scripts(browser):
    [cookie] = browser.client.get("/").headers.get_list("set-cookie")
    assert cookie.startswith("shinsei_session=")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_the_link_page_is_only_for_somebody_who_is_back_from_genkan(browser, person):
    assert browser.open("/genkan/link").path == "/"


def test_the_next_person_at_the_same_browser_gets_an_account_of_their_own(browser, peer):
    come_with_genkan(browser, peer, Person())
    browser.open("/account")
    browser.press("しんせいからログアウト")
    peer.visitor = Person()
    assert sign_in(browser).path == "/genkan/link"
