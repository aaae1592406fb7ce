"""Residents as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from typing_extensions import override


class ResidentsConfig(AppConfig):
    """Tells the page shell which resident an account is, who may act, and which links it shows."""

    name = "genkan.residents"
    label = "residents"

    @override
    def ready(self) -> None:
        from genkan.kernel.export import Part, export_parts
        from genkan.residents.service import acting, callers
        from genkan.residents.views import agreements, exporting, recovery
        from genkan.ui.acting import acting_rules
        from genkan.ui.callers import resident_gates, resident_resolver
        from genkan.ui.navigation import Link, header_links
        from genkan.ui.notices import resident_notices

        resident_resolver.add("residents", callers.resident_who_calls)
        resident_gates.add("residents.state", callers.must_be_active)
        resident_notices.add("residents.terms", agreements.notice_for)
        resident_notices.add("residents.recovery", recovery.notice_for)
        acting_rules.add("residents", acting.Rules())

        part = Part(title=_("About you"), data=exporting.data, lines=exporting.lines)
        export_parts.add("profile", part)

        links = {
            "profile": Link(
                label=_("Profile"), route="residents:profile", audience="signed_in", order=40
            ),
            "sign_out": Link(
                label=_("Sign out"),
                route="account_logout",
                audience="signed_in",
                order=90,
                posts=True,
            ),
            "sign_in": Link(
                label=_("Sign in"), route="account_login", audience="anonymous", order=80
            ),
            "sign_up": Link(
                label=_("Get an ID"), route="account_signup", audience="anonymous", order=90
            ),
        }
        for name, link in links.items():
            header_links.add(f"residents.{name}", link)
