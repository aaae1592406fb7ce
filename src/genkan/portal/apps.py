"""The portal as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from typing_extensions import override


class PortalConfig(AppConfig):
    """Puts the portal's pages into the header, and what it can tell into the export."""

    name = "genkan.portal"
    label = "portal"

    @override
    def ready(self) -> None:
        from genkan.kernel.export import Part, export_parts
        from genkan.portal import exporting
        from genkan.ui.navigation import Link, header_links

        header_links.add(
            "portal.home",
            Link(label=_("Home"), route="portal:home", audience="signed_in", order=10),
        )
        header_links.add(
            "portal.services",
            Link(label=_("Services"), route="portal:services", audience="signed_in", order=20),
        )
        header_links.add(
            "portal.history",
            Link(label=_("History"), route="portal:history", audience="signed_in", order=30),
        )
        export_parts.add(
            "provisions",
            Part(
                title=_("Who received what"),
                data=exporting.provisions,
                lines=exporting.provision_lines,
            ),
        )
        export_parts.add(
            "ledger",
            Part(
                title=_("Everything that was done"),
                data=exporting.ledger,
                lines=exporting.ledger_lines,
            ),
        )
