"""By what two registrations may be one person: folded texts, only ever stored as keyed hashes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from genkan.kernel.ids import ResidentId
from genkan.kernel.text.names import search_form

COMPARED = frozenset({"name", "birthdate", "sex", "address"})
"""The four basic items (M03)."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """What a person is compared by: name and birth date alone, and all four basic items."""

    name_and_birth: str
    all_four: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Two residents who may be one person; a human looks, and nothing is merged (A10).

    Attributes:
        resident: who came later.
        like: who was there before.
        all_four: whether sex and address are the same too, not only name and birth date.
        noted_at: when the later one registered, or changed to be like the earlier one.
        by_card: they showed the same My Number Card.
    """

    resident: ResidentId
    like: ResidentId
    all_four: bool
    noted_at: datetime
    by_card: bool = False


def likeness(contents: Mapping[str, Any]) -> Likeness | None:
    """Return what a person is compared by; None without a name or a birth date."""
    name, born = contents.get("name"), contents.get("birthdate")
    if not name or not born:
        return None
    address = contents.get("address") or {}
    first = "\0".join([search_form(name["full"]), str(born)])
    rest = [str(contents.get("sex") or ""), search_form(address.get("full", ""))]
    return Likeness(name_and_birth=first, all_four="\0".join([first, *rest]))
