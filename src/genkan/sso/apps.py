"""SSO as a Django app."""

from django.apps import AppConfig
from typing_extensions import override


class SsoConfig(AppConfig):
    """Tells the content security policy where a sign-in on the way to a client may end."""

    name = "genkan.sso"
    label = "sso"

    @override
    def ready(self) -> None:
        from genkan.sso.views.browser import destinations
        from genkan.ui.csp import form_destinations

        form_destinations.add("sso", destinations)
