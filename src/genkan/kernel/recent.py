"""What a process keeps in memory to spare itself work: the newest, never more than so many."""

from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Recent(Generic[K, V]):
    """A memory of at least `number` and at most twice as many values, the newest of all.

    Two generations: when the younger is full it takes the older one's place. A value may be lost to
    a race between threads; none is ever wrong.
    """

    def __init__(self, number: int) -> None:
        self._number = number
        self._young: dict[K, V] = {}
        self._old: dict[K, V] = {}

    def get(self, key: K) -> V | None:
        """Return what is remembered of a key, or None."""
        found = self._young.get(key)
        return self._old.get(key) if found is None else found

    def keep(self, key: K, value: V) -> None:
        """Remember a value."""
        if len(self._young) >= self._number:
            self._old, self._young = self._young, {}
        self._young[key] = value
