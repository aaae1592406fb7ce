"""One spelling for each address (RFC 3986 section 6.2)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genkan.sso.domain.uris import normalised

HERE = "https://id.example/oauth2/token"


@pytest.mark.parametrize(
    "same",
    [
        "HTTPS://id.example/oauth2/token",
        "https://ID.Example/oauth2/token",
        "https://id.example:443/oauth2/token",
        "https://id.example:/oauth2/token",
        "https://id.example:0443/oauth2/token",
        "https://id.example/oauth2/token?a=b&c",
        "https://id.example/oauth2/token#end",
        "https://id.example/oauth2/token?a#b?c",
        "https://id.example/oauth2/%74oken",
        "https://id.example/./oauth2/token",
        "https://id.example/a/../oauth2/token",
        "https://id.example/../../oauth2/token",
        "https://id.example/a/%2e%2E/oauth2/token",
    ],
)
def test_what_names_the_same_place_is_spelt_the_same(same):
    assert normalised(same) == HERE == normalised(HERE)


@pytest.mark.parametrize(
    "other",
    [
        "http://id.example/oauth2/token",
        "https://id.example:444/oauth2/token",
        "https://id.example.evil.example/oauth2/token",
        "https://id.example/oauth2/token/",
        "https://id.example/oauth2//token",
        "https://id.example/oauth2/Token",
        "https://id.example/oauth2%2Ftoken",
        "https://id.example/oauth2/tokenohnonotagain",
        "https://id.example",
    ],
)
def test_what_names_another_place_is_spelt_otherwise(other):
    assert normalised(other) not in {None, HERE}


@pytest.mark.parametrize(
    "nothing",
    [
        "",
        "id.example/oauth2/token",
        "//id.example/oauth2/token",
        "ftp://id.example/oauth2/token",
        "https://user@id.example/oauth2/token",
        "https://id.example\\@evil.example/oauth2/token",
        "https://id.example/oauth2/token ",
        "https://id.example/oauth2/to\nken",
        "https://id.example/oauth2/%zz",
        "https://id.example/oauth2/日本",
        "https://id.example:port/oauth2/token",
        "https:///oauth2/token",
        f"https://id.example/{'a' * 3000}",
    ],
)
def test_what_is_no_address_has_no_spelling(nothing):
    assert normalised(nothing) is None


def test_an_escape_that_stands_for_something_reserved_stays_one_in_one_case():
    assert normalised("https://id.example/a%2fb") == "https://id.example/a%2Fb"


@given(st.text(alphabet="/.%2e2Ea?#:@[]h", max_size=30))
def test_spelling_twice_changes_nothing(tail):
    once = normalised(f"https://id.example/{tail}")

    assert once is None or normalised(once) == once
