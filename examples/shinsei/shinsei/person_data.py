"""What Genkan's person-data API hands over, read from claims into values with types."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shinsei.issuer import Untrusted


@dataclass(frozen=True, slots=True)
class Item:
    """One value, with what a form should say about it."""

    value: object
    origin: str
    """`self_declared`, `card` or `counter`."""
    as_of: str
    """RFC 3339."""


@dataclass(frozen=True, slots=True)
class PersonData:
    """What the person agreed to share, at one moment, under one provision."""

    sub: str
    provision: str
    """Genkan's name for this hand-over; a disposal request will name it again."""
    consent: str
    items: Mapping[str, Item]
    missing: tuple[str, ...]
    """Agreed to, but Genkan has no value."""
    refused: tuple[str, ...]
    """Offered and declined. Not an error, and nothing to ask about again."""
    by_representative: bool
    """Somebody who may act for the person agreed, such as a parent; who and why is not told."""


def read_person_data(claims: Mapping[str, Any]) -> PersonData:
    """Read the claims of the person-data API into values with types."""
    items = claims.get("items")
    if not isinstance(items, dict):
        raise Untrusted("person_data_items")
    return PersonData(
        sub=text_of(claims, "sub"),
        provision=text_of(claims, "provision"),
        consent=text_of(claims, "consent"),
        items={name: _item(received) for name, received in items.items()},
        missing=_names(claims.get("missing")),
        refused=_names(claims.get("refused")),
        by_representative=claims.get("by_representative") is True,
    )


def _item(received: object) -> Item:
    if not isinstance(received, dict):
        raise Untrusted("person_data_items")
    return Item(received.get("value"), text_of(received, "origin"), text_of(received, "as_of"))


def _names(listed: object) -> tuple[str, ...]:
    if not isinstance(listed, list):
        return ()
    return tuple(name for name in listed if isinstance(name, str))


def text_of(claims: Mapping[str, object], name: str) -> str:
    """A member that must be a text with something in it."""
    value = claims.get(name)
    if not isinstance(value, str) or not value:
        raise Untrusted(f"answer_{name}")
    return value


def optional(claims: Mapping[str, object], name: str) -> str | None:
    """A member that may be absent; there, it is a text with something in it."""
    return text_of(claims, name) if claims.get(name) is not None else None
