"""What the crowd is interested in: shares by category, leaning to ages and languages."""

from functools import cache
from random import Random

from genkan.residents.population import weights
from genkan.residents.population.draws import Wheel

_FOREIGN_SHARE = 0.1
_FOREIGN_LEANING = 5.0
_AT_LEAST_ONE = Wheel(weights.INTEREST_SHARES)
_FOR_THE_REDRAW = 0.985
"""Those who drew nothing draw one category more, so that each is drawn a little less before."""


def draw_interests(rng: Random, age: int, *, foreign: bool) -> tuple[str, ...]:
    """Return the keys a person picked, in the taxonomy's order; empty for those who skipped."""
    if rng.random() < weights.PICKS_NOTHING:
        return ()
    picked = tuple(key for key, share in _chances(age, foreign) if rng.random() < share)
    return picked or (_AT_LEAST_ONE.draw(rng),)


@cache
def _chances(age: int, foreign: bool) -> tuple[tuple[str, float], ...]:  # noqa: FBT001 - a key of the cache
    """Return (key, probability) of a person who picks something."""
    base = _FOR_THE_REDRAW / 1000 / (1 - weights.PICKS_NOTHING)
    return tuple(
        (key, base * share * _leaning(key, age, foreign=foreign))
        for key, share in weights.INTEREST_SHARES.items()
    )


def _leaning(key: str, age: int, *, foreign: bool) -> float:
    """Return how much likelier a person picks a category than the average; the average is 1."""
    if key == "international":
        outside = (1 - _FOREIGN_LEANING * _FOREIGN_SHARE) / (1 - _FOREIGN_SHARE)
        return _FOREIGN_LEANING if foreign else outside
    ages = weights.INTEREST_AGES.get(key)
    if ages is None:
        return 1.0
    share = _share_of_ages(*ages)
    inside = 2 - share
    return inside if ages[0] <= age <= ages[1] else (1 - inside * share) / (1 - share)


@cache
def _share_of_ages(least: int, greatest: int) -> float:
    """Return which part of the crowd has these ages."""
    total = 0.0
    for (first, last), share in weights.AGES.items():
        years = min(last, greatest) - max(first, least) + 1
        total += share / 1000 * max(years, 0) / (last - first + 1)
    return total
