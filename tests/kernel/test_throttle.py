"""Failures are counted by who failed, a minute at a time, and old names are forgotten."""

import pytest

from genkan.kernel import throttle, wire
from genkan.kernel.throttle import Throttle


@pytest.fixture
def clock(monkeypatch):
    now = [1000.0]
    monkeypatch.setattr(throttle.time, "monotonic", lambda: now[0])
    return now


def test_the_failures_beyond_the_limit_are_too_many_and_others_are_not_blamed(clock):
    counted = Throttle(limit=3)

    assert [counted.fails("one") for _ in range(5)] == [False, False, False, True, True]
    assert not counted.fails("other")


def test_a_new_minute_begins_anew(clock):
    counted = Throttle(limit=1)
    assert [counted.fails("one"), counted.fails("one")] == [False, True]

    clock[0] += 60

    assert [counted.fails("one"), counted.fails("one")] == [False, True]


def test_no_more_names_are_remembered_than_fit(clock, monkeypatch):
    monkeypatch.setattr(throttle, "MOST_NAMES", 2)
    counted = Throttle(limit=1)
    for name in ("a", "b", "c"):
        counted.fails(name)

    assert [counted.fails("c"), counted.fails("a")] == [True, False]


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, None, "192.0.2.1"),
        (0, "203.0.113.9", "192.0.2.1"),
        (1, "198.51.100.7, 203.0.113.9", "203.0.113.9"),
        (2, "198.51.100.7, 203.0.113.9", "198.51.100.7"),
        (1, None, ""),
        (3, "203.0.113.9", ""),
    ],
)
def test_an_address_is_what_our_own_proxies_say(proxies, forwarded, address):
    environ = {"REMOTE_ADDR": "192.0.2.1"}
    if forwarded is not None:
        environ["HTTP_X_FORWARDED_FOR"] = forwarded

    assert wire.address_of(environ, proxies=proxies) == address
