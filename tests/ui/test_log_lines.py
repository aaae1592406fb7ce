"""One event is one line, with the request's identifier and fields."""

import logging
import sys

import pytest

from genkan.ui import request_id
from genkan.ui.logs import LineFormatter


def line(message, *args, exc_info=None, **fields):
    record = logging.LogRecord("genkan.consent", logging.INFO, "", 0, message, args, exc_info)
    record.created = 1784106300.25
    vars(record).update(fields)
    return LineFormatter().format(record)


def test_line_says_when_where_and_in_which_request():
    current = request_id.begin()
    assert line("consent.given", items=3) == (
        f"2026-07-15T09:05:00.250Z INFO genkan.consent {current} consent.given items=3"
    )


@pytest.mark.parametrize("break_", ["\n", "\r\n", "\u2028", "\x1b[2J"])
def test_nobody_forges_a_line(break_):
    text = line("asked %s", f"a{break_}2026-07-15 ERROR forged", note=f"b{break_}c")
    assert len(text.splitlines()) == 1
    assert "\x1b" not in text


def test_request_itself_is_no_field():
    assert "secret" not in line("failed", request="GET /?secret=1")


def test_traceback_follows_indented():
    try:
        1 / 0  # noqa: B018 - the failure is the point
    except ZeroDivisionError:
        text = line("failed", exc_info=sys.exc_info())
    head, *trace = text.split("\n")
    assert head.endswith("failed")
    assert trace
    assert all(row.startswith("    ") for row in trace)
