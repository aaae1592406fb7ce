"""Consent as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from typing_extensions import override


class ConsentConfig(AppConfig):
    """Holds the tables and the expiry job; hands down what it adds to export and leaving."""

    name = "genkan.consent"
    label = "consent"

    @override
    def ready(self) -> None:
        from genkan.consent import exporting, stopping, views
        from genkan.kernel.export import Part, export_parts
        from genkan.residents.api import on_closing
        from genkan.ui.notices import resident_notices

        resident_notices.add("consent.your_turn", views.notice_for)
        on_closing.add("consent", stopping.withdraw_all)
        part = Part(
            title=_("What you allowed"),
            data=exporting.data,
            lines=exporting.lines,
            receipts=exporting.receipts,
        )
        export_parts.add("consents", part)
