"""The ui app: it brings templates, static files and translations."""

from django.apps import AppConfig
from typing_extensions import override


class UiConfig(AppConfig):
    """Page shell, components, error pages, PDFs."""

    name = "genkan.ui"

    @override
    def ready(self) -> None:
        from django.core import checks

        from genkan.ui.checks import check_pdf

        checks.register(check_pdf, "genkan", deploy=True)
