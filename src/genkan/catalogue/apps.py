"""The catalogue as a Django app."""

from django.apps import AppConfig
from typing_extensions import override


class CatalogueConfig(AppConfig):
    """Reads the catalogue while Django starts, so that a faulty one stops the start."""

    name = "genkan.catalogue"
    label = "catalogue"

    @override
    def ready(self) -> None:
        from genkan.catalogue import service

        service.items()
        service.purposes()
