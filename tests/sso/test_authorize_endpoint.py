"""The authorization endpoint against those who would misuse it (P0.3, P0.4, P0.5)."""

import re
from urllib.parse import urlencode

import pytest

from genkan.kernel import clock
from genkan.kernel.db import rows
from genkan.partners import api as partners
from tests.sso.domain.test_redirects import BAD
from tests.sso.stage import BACK, code_in, said

ISSUER = "http://127.0.0.1:8000"
TRICKS = [
    f"{BACK}/",
    f"{BACK}?x=1",
    f"{BACK}#x",
    f"{BACK}%0d%0aSet-Cookie:a=b",
    f"{BACK}\r\nSet-Cookie: a=b",
    "https://shinsei.example/a/../callback",
    "https://shinsei.example/%2e%2e/callback",
    "https://user@shinsei.example/callback",
    "https://shinsei.example@evil.example/callback",
    "https://shinsei.example.evil.example/callback",
    "https://SHINSEI.example/callback",
    "http://shinsei.example/callback",
    "//shinsei.example/callback",
    "javascript:alert(1)",
    "https://evil.example/callback",
]


@pytest.mark.parametrize("uri", [*TRICKS, *(bad for bad, _ in BAD if bad)])
def test_a_browser_is_never_sent_to_an_address_that_is_not_the_clients(service, client, uri):
    answer = client.get(service.address(redirect_uri=uri))

    assert answer.status_code == 400
    assert "Location" not in answer.headers
    assert "://evil.example" not in answer.content.decode()


@pytest.mark.parametrize(
    "name", ["", "unknown", "00000000-0000-0000-0000-000000000000", "x' OR 1=1", "𠮷"]
)
def test_a_client_nobody_knows_is_told_to_the_resident(service, client, name):
    answer = client.get(service.address(client_id=name))

    assert answer.status_code == 400
    assert "Location" not in answer.headers


def test_a_client_id_has_one_spelling(service, client):
    for spelling in (service.client_id.upper(), service.client_id.replace("-", "")):
        assert client.get(service.address(client_id=spelling)).status_code == 400


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": "code id_token"}, "unsupported_response_type"),
        ({"response_mode": "fragment"}, "invalid_request"),
        ({"scope": "profile"}, "invalid_scope"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"request": "x"}, "invalid_request_object"),
        ({"request_uri": "https://shinsei.example/r"}, "request_uri_not_supported"),
        ({"prompt": "none login"}, "invalid_request"),
        ({"claims": "{"}, "invalid_request"),
        ({"id_token_hint": "x.y.z"}, "invalid_request"),
    ],
)
def test_an_error_goes_to_the_client_and_names_its_issuer(service, client, change, error):
    answer = client.get(service.address(**change))

    assert answer.status_code == 303
    address, parameters = said(answer)
    assert address == BACK
    assert (parameters["error"], parameters["iss"], parameters["state"]) == (
        error,
        ISSUER,
        "the state",
    )
    assert "code" not in parameters
    assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("name", ["state", "scope", "nonce", "prompt", "code_challenge"])
def test_a_repeated_parameter_is_refused(service, client, name):
    answer = client.get(f"{service.address(prompt='login')}&{name}=again")

    assert said(answer)[1]["error"] == "invalid_request"
    assert ("state" in said(answer)[1]) is (name != "state")


@pytest.mark.parametrize("name", ["client_id", "redirect_uri"])
def test_a_repeated_name_or_address_leads_nowhere(service, client, name):
    answer = client.get(f"{service.address()}&{urlencode({name: 'https://evil.example'})}")

    assert (answer.status_code, "Location" in answer.headers) == (400, False)


def test_an_unknown_parameter_is_ignored_even_twice(service, linked):
    assert code_in(linked.open(f"{service.address()}&audience=a&audience=b"))


@pytest.mark.parametrize(
    "query", ["a=%", "a=%ff", "a=%00", "client_id=%c0%af", "&".join("a" * 200)]
)
def test_a_query_that_is_none_is_a_clear_page(client, installed, query):
    assert client.get(f"/oauth2/authorize?{query}").status_code == 400


def test_the_issuer_never_comes_from_the_host_header(service, linked):
    answer = linked.browser.get(service.address(), headers={"host": "localhost:9999"})

    assert said(answer)[1]["iss"] == ISSUER


def test_a_post_becomes_the_same_get(service, linked):
    body = urlencode(service.request())

    answer = linked.browser.post(
        "/oauth2/authorize", body, content_type="application/x-www-form-urlencoded"
    )

    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/oauth2/authorize?")
    assert code_in(linked.open(answer.headers["Location"]))


def test_a_posted_line_break_forges_no_header(service, client):
    body = urlencode(service.request(state="a\r\nSet-Cookie: b=c"))

    answer = client.post(
        "/oauth2/authorize", body, content_type="application/x-www-form-urlencoded"
    )

    assert answer.status_code == 303
    assert "%0D%0A" in answer.headers["Location"]
    assert "b" not in answer.cookies


def test_a_post_keeps_what_is_repeated(service, client):
    body = urlencode([*service.request().items(), ("state", "again")])

    answer = client.post(
        "/oauth2/authorize", body, content_type="application/x-www-form-urlencoded", follow=False
    )

    assert said(client.get(answer.headers["Location"]))[1]["error"] == "invalid_request"


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("{}", "application/json"),
        ("a=" + "x" * 12_001, "application/x-www-form-urlencoded"),
        ("a=%", "application/x-www-form-urlencoded"),
    ],
)
def test_a_post_that_is_no_form_is_a_clear_page(client, installed, body, kind):
    assert client.post("/oauth2/authorize", body, content_type=kind).status_code == 400


def test_another_method_is_refused(client, service):
    assert client.head(service.address()).status_code == 405
    assert client.put(service.address()).status_code == 405


def test_a_form_carries_the_answer_where_the_client_asked_for_one(service, linked):
    page = linked.open(service.address(response_mode="form_post", state='"><script>'))

    html = page.content.decode()
    assert page.status_code == 200
    assert f'action="{BACK}"' in html
    assert re.search(r'name="code" value="[\w-]{43}"', html)
    assert f'name="iss" value="{ISSUER}"' in html
    assert "<script>&" not in html
    assert 'value="&quot;&gt;&lt;script&gt;"' in html
    assert "form-action 'self' https://shinsei.example" in page.headers["Content-Security-Policy"]
    assert page.headers["Cache-Control"] == "no-store"


def test_an_error_travels_by_form_too(service, client):
    page = client.get(service.address(response_mode="form_post", scope="email"))

    assert page.status_code == 200
    assert 'name="error" value="invalid_scope"' in page.content.decode()


def test_a_suspended_service_signs_nobody_in(service, linked):
    before = rows("SELECT id FROM sso_code")
    partners.set_state(service.id, partners.ServiceState.SUSPENDED, now=clock.now())

    answer = linked.browser.get(service.address(), follow=True)

    assert (answer.status_code, "Location" in answer.headers) == (503, False)
    assert rows("SELECT id FROM sso_code") == before


@pytest.mark.parametrize(
    ("language", "word"), [("ja", "サービス"), ("ja-easy", "サービス"), ("en", "service")]
)
def test_a_refusal_is_told_in_the_language_of_the_browser(service, client, language, word):
    client.cookies["genkan_language"] = language

    answer = client.get(service.address(client_id="unknown"))

    assert word in answer.content.decode()
    assert "sso.client_unknown" in answer.content.decode()


def test_a_machine_reads_a_refusal_as_json(service, client):
    answer = client.get(
        service.address(client_id="unknown"), headers={"accept": "application/json"}
    )

    assert answer.json() == {"error": "sso.client_unknown"}
