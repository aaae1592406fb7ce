"""Bytes in, bytes out: forms are read strictly, bodies have a limit."""

import gc
from contextlib import suppress
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genkan.kernel import wire
from genkan.kernel.errors import KeysAway
from genkan.kernel.wire import Form, Unreadable, parse_form, read_body, read_form


@pytest.mark.parametrize(
    ("raw", "form"),
    [
        (b"", Form({})),
        (b"a=1&b=%E7%8E%84+x&c", Form({"a": "1", "b": "玄 x"})),
        (b"&&a=1&", Form({"a": "1"})),
        (b"a=&b=2", Form({"b": "2"})),
        (b"a=1&a=2", Form({"a": "1"}, frozenset({"a"}), {"a": ("1", "2")})),
        (b"a=1&%61=2", Form({"a": "1"}, frozenset({"a"}), {"a": ("1", "2")})),
        (b"a==1", Form({"a": "=1"})),
        ("a=玄".encode(), Form({"a": "玄"})),
    ],
)
def test_a_form_is_read(raw, form):
    assert parse_form(raw) == form


@pytest.mark.parametrize(
    "raw", [b"a=%", b"a=%4", b"a=%zz", b"%g=1", b"a=%ff", b"a=\xff", b"a=%00", b"a=1&" * 101]
)
def test_what_is_no_form_is_refused(raw):
    with pytest.raises(Unreadable) as refused:
        parse_form(raw)

    assert refused.value.status == 400


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(raw):
    with suppress(Unreadable):
        assert parse_form(raw).repeated <= set(parse_form(raw).values)


def environ(body, **changes):
    return {
        "REQUEST_METHOD": "POST",
        "CONTENT_LENGTH": str(len(body)),
        "CONTENT_TYPE": "application/x-www-form-urlencoded; charset=utf-8",
        "wsgi.input": BytesIO(body),
    } | changes


def test_a_body_is_read_to_its_declared_end():
    assert read_body(environ(b"abcdef", CONTENT_LENGTH="3"), max_bytes=10) == b"abc"
    assert read_body(environ(b"", CONTENT_LENGTH=""), max_bytes=10) == b""


def test_a_chunked_body_has_the_same_limit():
    chunked = {"CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked"}

    assert read_body(environ(b"abc", **chunked), max_bytes=3) == b"abc"
    with pytest.raises(Unreadable) as refused:
        read_body(environ(b"abcd", **chunked), max_bytes=3)
    assert refused.value.status == 413


@pytest.mark.parametrize(
    ("body", "changes", "status"),
    [
        (b"abcd", {}, 413),
        (b"ab", {"CONTENT_LENGTH": "3"}, 400),
        (b"ab", {"CONTENT_LENGTH": "-2"}, 400),
        (b"ab", {"CONTENT_LENGTH": "two"}, 400),
        (b"ab", {"CONTENT_LENGTH": "²"}, 400),
    ],
)
def test_a_body_that_is_not_what_it_says_is_refused(body, changes, status):
    with pytest.raises(Unreadable) as refused:
        read_body(environ(body, **changes), max_bytes=3)

    assert refused.value.status == status


@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data; boundary=x", ""])
def test_a_body_of_another_type_is_refused(kind):
    with pytest.raises(Unreadable) as refused:
        read_form(environ(b"a=1", CONTENT_TYPE=kind))

    assert refused.value.status == 415


def test_an_empty_body_of_any_type_is_an_empty_form():
    assert read_form(environ(b"", CONTENT_TYPE="")) == Form({})


def heard(endpoint, method="GET"):
    said = {}

    def start_response(status, headers):
        said["status"], said["headers"] = status, dict(headers)

    body = b"".join(endpoint({"REQUEST_METHOD": method, "PATH_INFO": "/x"}, start_response))
    return said["status"], said["headers"], body


def test_an_answer_is_private_unless_it_says_otherwise():
    status, headers, body = heard(lambda _, start: wire.respond_json(start, 200, {"名": "玄"}))

    assert (status, body) == ("200 OK", '{"名":"玄"}'.encode())
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Length"] == str(len(body))


def test_another_method_is_told_which_are_allowed(db):
    endpoint = wire.endpoint("GET")(lambda _, start: wire.respond_json(start, 200, {}))

    status, headers, _ = heard(endpoint, "PUT")

    assert (status, headers["Allow"]) == ("405 Method Not Allowed", "GET")


def test_a_fault_is_logged_and_tells_nothing(db, caplog):
    def broken(_environ, _start):
        raise RuntimeError("the inside")

    status, _, body = heard(wire.endpoint("GET")(broken))

    assert (status, body) == ("500 Internal Server Error", b'{"error":"server_error"}')
    assert "the inside" in caplog.text


def test_without_its_keys_it_says_when_to_come_again(db):
    def locked(_environ, _start):
        raise KeysAway

    status, headers, body = heard(wire.endpoint("GET")(locked))

    assert (status, body) == ("503 Service Unavailable", b'{"error":"kernel.keys_away"}')
    assert headers["Retry-After"] == "30"


def test_a_held_answer_lets_go_when_it_is_closed_or_dropped():
    let_go = []
    answer = wire.HeldAnswer([b"a", b"b"], lambda: let_go.append(1))
    assert b"".join(answer) == b"ab"
    answer.close()
    assert let_go
    let_go.clear()
    del answer
    gc.collect()
    assert let_go


def test_a_bearer_token_is_read_from_its_header():
    assert wire.bearer_token({"HTTP_AUTHORIZATION": "Bearer abc"}) == "abc"
    assert wire.bearer_token({}) is None


def test_a_query_comes_as_the_bytes_it_was():
    assert wire.query_of({"QUERY_STRING": "a=ç\x8e\x84"}) == "a=玄".encode()
