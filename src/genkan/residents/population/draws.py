"""Draws from weights, from a generator that is passed in: the same seed, the same draws."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar

T = TypeVar("T")


class Wheel(Generic[T]):
    """Values with weights; `draw` returns each as often as its weight says."""

    __slots__ = ("_ends", "_total", "_values")

    def __init__(self, weights: Mapping[T, int]) -> None:
        self._values = tuple(weights)
        self._ends = tuple(accumulate(weights.values()))
        self._total = self._ends[-1]

    def draw(self, rng: Random) -> T:
        """Return one value."""
        return self._values[bisect_right(self._ends, rng.random() * self._total)]


def one_of(rng: Random, values: Sequence[T]) -> T:
    """Return one of the values, all equally often; faster than `Random.choice`."""
    return values[int(rng.random() * len(values))]


def in_thousand(rng: Random, share: float) -> bool:
    """Return True in `share` of 1,000 draws."""
    return rng.random() * 1000 < share
