"""Addresses: what can be registered, what matches, and every trick that must not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genkan.sso.domain import redirects
from genkan.sso.domain.redirects import matches, why_not_registrable, with_parameters

GOOD = [
    "https://shinsei.example/callback",
    "https://shinsei.example",
    "https://shinsei.example:8443/a/b?tenant=1&next=%2Fhome",
    "https://xn--wgv71a.example/%E7%8E%84",
    "http://127.0.0.1/callback",
    "http://127.0.0.1:8001/callback",
    "http://[::1]:8001/callback",
    "http://localhost:8001/callback",
    "https://[2001:db8::1]/callback",
]
BAD = [
    ("", "RFC 3986"),
    ("shinsei.example/callback", "https://host"),
    ("//shinsei.example/callback", "https://host"),
    ("/callback", "https://host"),
    ("http://shinsei.example/callback", "loopback"),
    ("http://127.0.0.1.evil.example/callback", "loopback"),
    ("http://127.0.0.2/callback", "loopback"),
    ("javascript:alert(1)", "https://host"),
    ("data:text/html,x", "https://host"),
    ("jp.example.app:/callback", "https://host"),
    ("https://shinsei.example/callback#x", "fragment"),
    ("https://shinsei.example/callback#", "fragment"),
    ("https://user@shinsei.example/callback", "https://host"),
    ("https://shinsei.example@evil.example/callback", "https://host"),
    ("https://shinsei.example\\@evil.example/", "RFC 3986"),
    ("https://*.shinsei.example/callback", "RFC 3986"),
    ("https://shinsei.example/*", "RFC 3986"),
    ("https://shinsei.example/call back", "RFC 3986"),
    ("https://shinsei.example/callback\r\nSet-Cookie: a=b", "RFC 3986"),
    ("https://shinsei.example/callback\n", "RFC 3986"),
    ("https://shinsei.example/\u202ekcab", "RFC 3986"),
    ("https://shinsei.example/%0d%0aSet-Cookie:a", "control"),
    ("https://shinsei.example/%00", "control"),
    ("https://shinsei.example/?x=%7F", "control"),
    ("https://shinsei.example/%", "begins no escape"),
    ("https://shinsei.example/%zz", "begins no escape"),
    ("https://shinsei.example/a/../callback", "dot segments"),
    ("https://shinsei.example/./callback", "dot segments"),
    ("https://shinsei.example/%2e%2E/callback", "dot segments"),
    ("https://shinsei.example/a%2fb", "dot segments"),
    ("https://shinsei.example/a%5Cb", "dot segments"),
    ("https://SHINSEI.example/callback", "https://host"),
    ("https://shinsei..example/callback", "two dots"),
    ("https://-shinsei.example/callback", "https://host"),
    ("https://shinsei.example:0/callback", "https://host"),
    ("https://shinsei.example:65536/callback", "port"),
    ("https://shinsei.example:999999/callback", "https://host"),
    ("https://shinsei.example/callback?code=1", "our answer"),
    ("https://shinsei.example/callback?x=1&iss=https://a.example", "our answer"),
    ("https://shinsei.example/" + "a" * 2000, "longer"),
]


@pytest.mark.parametrize("uri", GOOD)
def test_good_addresses_can_be_registered(uri):
    assert why_not_registrable(uri) is None


@pytest.mark.parametrize(("uri", "why"), BAD)
def test_bad_addresses_cannot_be_registered(uri, why):
    assert why in (why_not_registrable(uri) or "")


@given(st.text())
def test_any_text_is_judged_without_a_fault(uri):
    assert why_not_registrable(uri) is None or isinstance(why_not_registrable(uri), str)


REGISTERED = frozenset(
    {
        "https://shinsei.example/callback",
        "https://shinsei.example/callback?tenant=1",
        "http://127.0.0.1:8001/callback",
        "http://[::1]/callback",
        "http://localhost:8001/callback",
        "http://127.0.0.1",
    }
)


@pytest.mark.parametrize("uri", sorted(REGISTERED))
def test_a_registered_address_matches(uri):
    assert matches(uri, REGISTERED)


@pytest.mark.parametrize(
    "uri",
    [
        "http://127.0.0.1:50123/callback",
        "http://127.0.0.1/callback",
        "http://[::1]:50123/callback",
        "http://127.0.0.1:9",
    ],
)
def test_a_loopback_address_matches_with_any_port(uri):
    assert matches(uri, REGISTERED)


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "https://shinsei.example/callback/",
        "https://shinsei.example/Callback",
        "https://shinsei.example/callback?tenant=2",
        "https://shinsei.example/callback?tenant=1&x=2",
        "https://shinsei.example/callback#",
        "https://shinsei.example/callback%20",
        "https://shinsei.example/%63allback",
        "https://shinsei.example/a/../callback",
        "https://shinsei.example/./callback",
        "https://shinsei.example:443/callback",
        "https://user@shinsei.example/callback",
        "https://shinsei.example@evil.example/callback",
        "https://shinsei.example.evil.example/callback",
        "https://evil.example/callback?https://shinsei.example/callback",
        "https://shinsei.example/callback\r\n",
        " https://shinsei.example/callback",
        "HTTPS://shinsei.example/callback",
        "http://shinsei.example/callback",
        "http://127.0.0.1:8001/callback/..",
        "http://127.0.0.1:8001@evil.example/callback",
        "http://127.0.0.1.evil.example/callback",
        "http://127.0.0.1:70000/callback",
        "http://127.0.0.1:/callback",
        "http://127.0.0.1:0/callback",
        "http://127.0.0.1:8001/callback#",
        "http://127.0.0.1:8001/callback\n",
        "http://127.0.0.1:8001\\callback",
        "http://localhost:9999/callback",
        "http://[::1]:1/other",
        "https://127.0.0.1:8001/callback",
    ],
)
def test_nothing_else_matches(uri):
    assert not matches(uri, REGISTERED)


@given(st.text(max_size=40))
def test_what_is_added_to_an_address_changes_its_path_never(added):
    assert not matches(f"https://shinsei.example/callback{added}x", REGISTERED)


def test_parameters_join_an_address_escaped():
    assert (
        with_parameters("https://a.example/b", {"state": "a b&c=d\r\n𠮷"})
        == "https://a.example/b?state=a%20b%26c%3Dd%0D%0A%F0%A0%AE%B7"
    )
    assert with_parameters("https://a.example/b?x=1", {"y": "2"}).endswith("?x=1&y=2")
    assert with_parameters("https://a.example/b", {}) == "https://a.example/b"


def test_a_rule_that_looks_at_parts_comes_after_the_rule_on_the_shape():
    with pytest.raises(AssertionError, match="shape"):
        redirects._parts("nonsense")
