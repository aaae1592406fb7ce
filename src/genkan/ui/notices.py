"""Notices: what a feature tells a resident at the head of every page of theirs.

A notice may ask for a decision. Then, on every page marked `@for_resident`, deeds are refused
until it is made; while it is pressing, looking leads to the decision first. Pages marked
`@for_any_resident` (one's data, the history, stopping, leaving) stay open whatever is asked.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from genkan.kernel.errors import Refusal
from genkan.kernel.ids import ResidentId
from genkan.kernel.registry import Registry


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """A decision that a resident owes.

    Attributes:
        address: the path where it is made.
        refusal: how a deed is refused meanwhile.
        is_pressing: looking at pages has to wait as well.
    """

    address: str
    refusal: Refusal
    is_pressing: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something to tell.

    Attributes:
        template: the words; it sees `notice`, which is this.
        facts: what the template needs.
        duty: the decision asked for; None if it only tells.
    """

    template: str
    facts: Mapping[str, object]
    duty: Duty | None = None


resident_notices: Registry[Callable[[ResidentId], Notice | None]] = Registry("resident notices")
"""Each returns what it has to tell this resident now."""


def notices_for(resident: ResidentId) -> tuple[Notice, ...]:
    """Return everything a resident has to be told now."""
    found = [notice_for(resident) for notice_for in resident_notices.items().values()]
    return tuple(notice for notice in found if notice is not None)
