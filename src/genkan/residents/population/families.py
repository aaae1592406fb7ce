"""Families of the crowd: adults who live together, children with one or two guardians.

Only the most recent families are kept, so that memory does not grow with the crowd.
"""

from collections import deque
from dataclasses import dataclass, field
from datetime import date
from random import Random

from genkan.kernel.text.addresses import Address
from genkan.residents.population.draws import in_thousand, one_of
from genkan.residents.population.names import Part

_REMEMBERED = 64
_MAX_CHILDREN = 4
_YOUNGEST_PARENT, _OLDEST_PARENT = 18, 45
_JOINS = 500
"""Thousandths of adults of parents' age who join somebody who lives alone."""

_DAYS_APART = 10 * 365
_DAYS_OF_YEAR = 365.25


@dataclass(slots=True)
class Family:
    """One or two adults and up to four children at one address."""

    head: str
    head_birth: date
    name: Part | None
    name_kind: str
    address: Address
    language: str
    declared: bool
    outside: bool
    adults: list[str] = field(default_factory=list)
    children: int = 0

    def joined_by(self, key: str, *, is_child: bool) -> tuple[str, ...]:
        """Take a member in and return the member's guardians: the adults so far, for a child."""
        if is_child:
            self.children += 1
            return tuple(self.adults)
        self.adults.append(key)
        return ()


class Families:
    """Finds a family for a newcomer among those remembered."""

    def __init__(self) -> None:
        self._open: deque[Family] = deque(maxlen=_REMEMBERED)

    def remember(self, family: Family) -> None:
        """Remember a family that others may join; the oldest one is forgotten."""
        self._open.append(family)

    def for_partner(self, rng: Random, birth: date) -> Family | None:
        """Return a family that a second adult joins, or None for somebody who founds one."""
        if not self._open or not in_thousand(rng, _JOINS):
            return None
        family = one_of(rng, self._open)
        apart = abs((family.head_birth - birth).days)
        return family if len(family.adults) == 1 and apart <= _DAYS_APART else None

    def for_child(self, rng: Random, birth: date) -> Family | None:
        """Return a family with a parent of fitting age and room for a child, or None."""
        fitting = [family for family in self._open if _fits(family, birth)]
        return one_of(rng, fitting) if fitting else None


def _fits(family: Family, birth: date) -> bool:
    years = (birth - family.head_birth).days / _DAYS_OF_YEAR
    return family.children < _MAX_CHILDREN and _YOUNGEST_PARENT <= years <= _OLDEST_PARENT
