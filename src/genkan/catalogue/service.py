"""The catalogue in force, read once from its files."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from genkan.catalogue.domain import Item, Purpose, follows_the_person, read_items, read_purposes
from genkan.catalogue.errors import UnknownItem, UnknownPurpose

DATA = Path(__file__).parent / "data"


@cache
def items() -> Mapping[str, Item]:
    """Return all items by key, in the order in which pages show them."""
    return MappingProxyType(read_items(tomllib.loads((DATA / "items.toml").read_text("utf-8"))))


@cache
def purposes() -> Mapping[str, Purpose]:
    """Return the purposes P1-P5 by code."""
    return MappingProxyType(
        read_purposes(tomllib.loads((DATA / "purposes.toml").read_text("utf-8")))
    )


def item(key: str) -> Item:
    """Return the item `key`.

    Raises:
        UnknownItem: there is none.
    """
    found = items().get(key)
    if found is None:
        raise UnknownItem(field=key)
    return found


@cache
def place_items() -> frozenset[str]:
    """Return the items that can tell where somebody lives."""
    return frozenset(key for key, one in items().items() if one.reveals_place)


def reveals_place(key: str, content: Any) -> bool:  # noqa: ANN401 - JSON of the item's shape
    """Whether a value tells where somebody lives: an address does, a mobile number does not.

    Raises:
        UnknownItem: there is no such item.
    """
    return item(key).reveals_place and not (key == "phone" and follows_the_person(str(content)))


def purpose(code: str) -> Purpose:
    """Return the purpose `code`.

    Raises:
        UnknownPurpose: it is none of P1-P5.
    """
    found = purposes().get(code)
    if found is None:
        raise UnknownPurpose(field=code)
    return found
