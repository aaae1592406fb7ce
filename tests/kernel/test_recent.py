"""What a process keeps in memory: the newest, and never more than so many."""

from genkan.kernel.recent import Recent


def test_the_newest_are_there_and_there_are_never_more_than_twice_as_many():
    memory = Recent[int, str](10)

    for number in range(100):
        memory.keep(number, str(number))
    kept = [number for number in range(100) if memory.get(number) is not None]

    assert kept[-10:] == list(range(90, 100))
    assert len(kept) <= 20


def test_a_value_takes_the_place_of_the_one_before():
    memory = Recent[str, int](2)
    memory.keep("a", 1)
    memory.keep("a", 2)

    assert memory.get("a") == 2
    assert memory.get("b") is None
