"""The catalogue's door."""

from genkan.catalogue.domain import LANGUAGES, Item, Purpose, Wording
from genkan.catalogue.errors import UnknownItem, UnknownPurpose
from genkan.catalogue.service import item, items, purpose, purposes

__all__ = [
    "LANGUAGES",
    "Item",
    "Purpose",
    "UnknownItem",
    "UnknownPurpose",
    "Wording",
    "item",
    "items",
    "purpose",
    "purposes",
]
