"""Terms as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from typing_extensions import override


class TermsConfig(AppConfig):
    """Puts the texts into the footer of every page, and acceptances into the export."""

    name = "genkan.terms"
    label = "terms"

    @override
    def ready(self) -> None:
        from genkan.kernel.export import Part, export_parts
        from genkan.terms import exporting
        from genkan.ui.navigation import Link, footer_links

        label = _("Terms of use and privacy policy")
        footer_links.add("terms", Link(label=label, route="terms:current", order=10))
        part = Part(
            title=_("Terms you accepted"),
            data=exporting.data,
            lines=exporting.lines,
            receipts=exporting.receipts,
        )
        export_parts.add("acceptances", part)
