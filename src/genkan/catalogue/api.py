"""The catalogue's door."""

from genkan.catalogue.domain import LANGUAGES, Item, Purpose, Wording, wording
from genkan.catalogue.errors import CatalogueFaulty, UnknownItem, UnknownPurpose
from genkan.catalogue.service import item, items, purpose, purposes

__all__ = [
    "LANGUAGES",
    "CatalogueFaulty",
    "Item",
    "Purpose",
    "UnknownItem",
    "UnknownPurpose",
    "Wording",
    "item",
    "items",
    "purpose",
    "purposes",
    "wording",
]
