"""Nobody is sent off this site by a crafted `next`."""

import pytest
from django.test import RequestFactory

from genkan.ui.addresses import origin_of, page_before, safe_path, wanted_next, way_back, with_next

EVIL = [
    "",
    "https://evil.example/",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\/evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/\r\n/evil.example",
    "/\u2028/evil.example",
    "/\u200b/evil.example",
    "/\x00/evil.example",
    " //evil.example",
    "/ /evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "evil.example",
    "?next=//evil.example",
    "http:evil.example",
    "/" + "a" * 2048,
    "//evil.example/%2e%2e",
    "//[::1",
    "/path\r\nSet-Cookie: a=b",
]


@pytest.mark.parametrize("candidate", EVIL)
def test_address_of_another_site_is_no_path(candidate):
    assert safe_path(candidate) is None


@pytest.mark.parametrize(
    "path",
    ["/", "/services/", "/oauth2/authorize?client_id=a&redirect_uri=https%3A%2F%2Fb.example%2Fcb",
     "/a//b", "/%09/x", "/日本語?q=大阪", "/@evil.example"],
)  # fmt: skip
def test_path_of_this_site_stays_as_it_is(path):
    assert safe_path(path) == path


@pytest.mark.parametrize("candidate", EVIL)
def test_evil_next_leads_home_posted_or_asked(candidate):
    factory = RequestFactory()
    assert wanted_next(factory.post("/language", {"next": candidate})) == "/"
    assert wanted_next(factory.get("/language", {"next": candidate})) == "/"


def test_posted_next_is_used():
    assert wanted_next(RequestFactory().post("/language", {"next": "/services/"})) == "/services/"


def test_next_is_quoted_whole():
    assert with_next("/in", "/a?b=c&d=e") == "/in?next=%2Fa%3Fb%3Dc%26d%3De"
    assert with_next("/in", "/") == "/in"


@pytest.mark.parametrize(
    ("referer", "path"),
    [
        ("http://testserver/form?a=b", "/form?a=b"),
        ("http://testserver/form#top", "/form"),
        ("http://evil.example/form", "/"),
        ("http://testserver//evil.example/", "/"),
        ("http://testserver@evil.example/", "/"),
        ("", "/"),
        ("http://[::1", "/"),
    ],
)
def test_page_before_is_ours_or_home(referer, path):
    request = RequestFactory().post("/x", headers={"Host": "testserver", "Referer": referer})
    assert page_before(request) == path


def test_interrupted_post_leads_back_to_its_form():
    headers = {"Host": "testserver", "Referer": "http://testserver/profile"}
    assert way_back(RequestFactory().post("/profile/save", headers=headers)) == "/profile"
    assert way_back(RequestFactory().get("/history/?page=2")) == "/history/?page=2"


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("https://shinsei.example/cb?x=1", "https://shinsei.example"),
        ("http://127.0.0.1:9100/callback", "http://127.0.0.1:9100"),
        ("jp.example.app:/callback", "jp.example.app:"),
    ],
)
def test_origin_is_what_a_policy_may_name(address, origin):
    assert origin_of(address) == origin
