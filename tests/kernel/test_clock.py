"""The clock that tests move: while the file is there, and only where one is named."""

from datetime import UTC, datetime, timedelta

import pytest

from genkan.kernel import clock


@pytest.fixture
def file(tmp_path):
    yield tmp_path / "clock"
    clock.follow(None)


def test_a_file_says_what_time_it_is_while_it_is_there(file):
    clock.follow(file)
    assert datetime.now(UTC) - clock.now() < timedelta(minutes=1)

    file.write_text("2026-07-16T00:00:00+09:00")
    assert clock.now() == datetime(2026, 7, 15, 15, tzinfo=UTC)
    assert clock.now().tzinfo is UTC

    file.unlink()
    assert datetime.now(UTC) - clock.now() < timedelta(minutes=1)


def test_without_a_file_named_nothing_moves_the_clock(file):
    file.write_text("2026-07-16T00:00:00+09:00")
    clock.follow(None)

    assert datetime.now(UTC) - clock.now() < timedelta(minutes=1)
