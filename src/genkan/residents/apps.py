"""Residents as a Django app."""

from django.apps import AppConfig
from typing_extensions import override


class ResidentsConfig(AppConfig):
    """Tells the page shell which resident an account is, and who may act."""

    name = "genkan.residents"
    label = "residents"

    @override
    def ready(self) -> None:
        from genkan.residents import service
        from genkan.ui.callers import resident_gates, resident_resolver

        resident_resolver.add("residents", service.resident_who_calls)
        resident_gates.add("residents.state", service.must_be_active)
