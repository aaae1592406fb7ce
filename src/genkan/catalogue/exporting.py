"""What the catalogue adds to the export of a resident: what each item is, and why it is held."""

from collections.abc import Sequence

from genkan.catalogue import service
from genkan.kernel.export import Data, Line
from genkan.kernel.ids import ResidentId


def data(_resident: ResidentId) -> Data:
    """Return the wording of all items by key; it is the same for everybody."""
    return {
        item.key: {
            "class": str(item.data_class),
            "name": item.name.as_mapping(),
            "asked_because": item.asked_because.as_mapping(),
            "retention": item.retention.as_mapping(),
        }
        for item in service.items().values()
    }


def lines(_resident: ResidentId, language: str) -> Sequence[Line]:
    """Return why each item is asked."""
    return [
        Line(item.name.in_language(language), item.asked_because.in_language(language))
        for item in service.items().values()
    ]
