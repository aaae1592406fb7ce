"""The catalogue as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from typing_extensions import override


class CatalogueConfig(AppConfig):
    """Reads the catalogue while Django starts, so that a faulty one stops the start.

    Its wording goes into the export.
    """

    name = "genkan.catalogue"
    label = "catalogue"

    @override
    def ready(self) -> None:
        from genkan.catalogue import exporting, service
        from genkan.kernel.export import Part, export_parts

        service.items()
        service.purposes()
        part = Part(title=_("Why it is asked"), data=exporting.data, lines=exporting.lines)
        export_parts.add("catalogue", part)
