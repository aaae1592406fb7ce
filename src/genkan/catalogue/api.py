"""The catalogue's door."""

from genkan.catalogue.domain import LANGUAGES, Item, Purpose, Wording, wording
from genkan.catalogue.errors import CatalogueFaulty, UnknownItem, UnknownPurpose
from genkan.catalogue.interests import INTERESTS, TAXONOMY_VERSION, Interest
from genkan.catalogue.service import item, items, place_items, purpose, purposes, reveals_place

__all__ = [
    "INTERESTS",
    "LANGUAGES",
    "TAXONOMY_VERSION",
    "CatalogueFaulty",
    "Interest",
    "Item",
    "Purpose",
    "UnknownItem",
    "UnknownPurpose",
    "Wording",
    "item",
    "items",
    "place_items",
    "purpose",
    "purposes",
    "reveals_place",
    "wording",
]
