"""Clock, identifiers, refusals, registries."""

from datetime import UTC, timedelta

import pytest

from genkan.kernel import clock
from genkan.kernel.errors import NotFound, Refusal
from genkan.kernel.ids import new_id
from genkan.kernel.registry import Registry


def test_the_clock_tells_utc():
    assert clock.now().tzinfo is UTC
    assert clock.now() - clock.now() < timedelta(seconds=1)


def test_an_identifier_says_nothing_of_when_or_who():
    assert {new_id().version for _ in range(100)} == {4}
    assert len({new_id() for _ in range(100)}) == 100


def test_a_refusal_carries_a_code_and_a_field_and_no_sentence():
    class Full(Refusal):
        code = "shelf.full"
        status = 422

    refused = Full(field="word")

    assert (str(refused), refused.code, refused.status, refused.field) == (
        "shelf.full",
        "shelf.full",
        422,
        "word",
    )
    assert (NotFound.code, NotFound.status, NotFound().field) == ("kernel.not_found", 404, None)


def test_a_registry_gives_back_what_was_registered():
    words = Registry("words")
    words.add("one", 1)
    words.add("two", 2)

    assert dict(words.items()) == {"one": 1, "two": 2}


def test_a_name_is_registered_once():
    words = Registry("words")
    words.add("one", 1)

    with pytest.raises(RuntimeError, match="one is registered twice"):
        words.add("one", 2)


def test_the_first_reader_closes_a_registry():
    words = Registry("words")
    words.items()

    with pytest.raises(RuntimeError, match="after the first reader"):
        words.add("one", 1)


def test_nobody_changes_a_registry_through_what_it_gives():
    words = Registry("words")

    with pytest.raises(TypeError):
        words.items()["one"] = 1


@pytest.mark.parametrize("count", [0, 2])
def test_only_one_means_one(count):
    words = Registry("words")
    for number in range(count):
        words.add(str(number), number)

    with pytest.raises(RuntimeError, match=f"found {count}"):
        words.only()


def test_the_only_one_is_given():
    words = Registry("words")
    words.add("one", 1)

    assert words.only() == 1
