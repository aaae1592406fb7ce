"""SSO as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from typing_extensions import override


class SsoConfig(AppConfig):
    """Tells the content security policy where a sign-in on the way to a client may end.

    Hands down what it adds to export and leaving.
    """

    name = "genkan.sso"
    label = "sso"

    @override
    def ready(self) -> None:
        from genkan.kernel.export import Part, export_parts
        from genkan.residents.api import on_closing, on_sign_out
        from genkan.sso.service import departures, links, sessions
        from genkan.sso.views import knocks
        from genkan.sso.views.browser import destinations
        from genkan.ui.csp import form_destinations
        from genkan.ui.notices import resident_notices

        form_destinations.add("sso", destinations)
        on_closing.add("sso", links.end_all)
        on_closing.add("departures", departures.forget)
        resident_notices.add("sso.knock", knocks.notice_for)
        on_sign_out.add("sso", sessions.sign_out)
        part = Part(
            title=_("Services you connected"), data=links.export_data, lines=links.export_lines
        )
        export_parts.add("links", part)
        opened = Part(
            title=_("Services you opened from here"),
            data=departures.export_data,
            lines=departures.export_lines,
        )
        export_parts.add("departures", opened)
