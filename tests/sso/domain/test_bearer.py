"""The access token at a protected endpoint: header or body, one way, never the query."""

import pytest

from genkan.kernel.parameters import Form
from genkan.sso.domain import bearer
from genkan.sso.errors import InvalidRequest, InvalidToken, TokenMissing

EMPTY = Form({})
BODY = Form({"access_token": "abc"})


@pytest.mark.parametrize(
    ("header", "form"),
    [("Bearer abc", EMPTY), ("bearer  abc ", EMPTY), (None, BODY), ("Basic x", BODY)],
)
def test_a_token_comes_in_the_header_or_the_body(header, form):
    assert bearer.presented(header, form, EMPTY).token == "abc"


@pytest.mark.parametrize(
    ("header", "form", "query"),
    [
        ("Bearer abc", BODY, EMPTY),
        (None, EMPTY, BODY),
        ("Bearer abc", EMPTY, BODY),
        (None, Form({"access_token": "abc"}, frozenset({"access_token"})), EMPTY),
    ],
)
def test_two_ways_or_the_query_are_refused(header, form, query):
    with pytest.raises(InvalidRequest):
        bearer.presented(header, form, query)


@pytest.mark.parametrize(
    "header", [None, "", "Bearer", "Bearer ", "Bearer a b", "Bearer ü", "Basic x"]
)
def test_no_token_is_told_apart_from_a_bad_one(header):
    with pytest.raises(TokenMissing) as missing:
        bearer.presented(header, EMPTY, EMPTY)

    assert bearer.challenge(missing.value).startswith(
        'Bearer realm="genkan", DPoP realm="genkan", algs="ES256'
    )


def test_a_token_that_stands_for_nothing_is_invalid():
    with pytest.raises(InvalidToken) as refused:
        bearer.known(None)

    assert 'error="invalid_token"' in bearer.challenge(refused.value)
    assert bearer.known("facts") == "facts"
