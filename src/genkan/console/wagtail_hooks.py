"""What the console adds to Wagtail's admin, and what it hides of it. Wagtail finds this by name."""

from collections.abc import Sequence

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import URLResolver, include, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from typing_extensions import override
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.search import SearchArea
from wagtail.admin.views.home import LockedPagesPanel, RecentEditsPanel
from wagtail.admin.viewsets.base import ViewSet, ViewSetGroup
from wagtail.snippets.models import register_snippet

from genkan.console import records
from genkan.console.articles import ArticleViewSet
from genkan.console.home import Standing
from genkan.console.partners import Partners
from genkan.residents.api import StaffRole

SHOWN_MENU = {
    "residents",
    "lookups",
    "conflicts",
    "letters",
    "unmaskings",
    "articles",
    "partners",
    "disposals",
    "terms_versions",
    "settings",
    "sign_on",
    "reports",
}
SHOWN_SETTINGS = {"workflows", "workflow-tasks"}
PANELS_ABOUT_PAGES = (RecentEditsPanel, LockedPagesPanel)
SHOWN_REPORTS = {"site-history", "workflows", "workflow-tasks"}


def registers() -> Sequence[ViewSet | ViewSetGroup]:
    """Add the registers."""
    return [Partners(), records.disposals, records.terms]


def keep_used_items(_request: HttpRequest, items: list[MenuItem]) -> None:
    """Hide what Genkan has not: pages, images, documents, Wagtail's own help."""
    items[:] = [item for item in items if item.name in SHOWN_MENU]


def keep_used_settings(_request: HttpRequest, items: list[MenuItem]) -> None:
    """Hide screens that are closed, above all the list of accounts."""
    items[:] = [item for item in items if item.name in SHOWN_SETTINGS]


def keep_used_reports(_request: HttpRequest, items: list[MenuItem]) -> None:
    """Hide reports on pages."""
    items[:] = [item for item in items if item.name in SHOWN_REPORTS]


def search_articles() -> SearchArea:
    """Let the search of the sidebar look for articles."""
    return SearchArea(_("Articles"), reverse("articles:list"), name="articles", order=1)


def keep_used_search(_request: HttpRequest, areas: list[SearchArea]) -> None:
    """Hide searches for pages, images and accounts."""
    areas[:] = [area for area in areas if area.name == "articles"]


def summary(request: HttpRequest, items: list[object]) -> None:
    """Replace the counts of pages and images by what operators look after."""
    items[:] = [Standing(request)]


def keep_used_panels(_request: HttpRequest, panels: list[object]) -> None:
    """Hide panels about pages; those about waiting approvals stay."""
    panels[:] = [panel for panel in panels if not isinstance(panel, PANELS_ABOUT_PAGES)]


def desk_addresses() -> list[URLResolver]:
    """Add the pages of the counter, and those of the provider."""
    return [
        path("residents/", include("genkan.console.desk.urls")),
        path("sso/", include("genkan.console.sso.urls")),
    ]


class DeskItem(MenuItem):  # type: ignore[misc]  # Wagtail ships no types
    """A menu item for those who have one of these roles."""

    roles: tuple[StaffRole, ...] = (StaffRole.COUNTER, StaffRole.SUPERVISOR)

    @override
    def is_shown(self, request: HttpRequest) -> bool:
        return getattr(request.user, "role", "") in self.roles


def residents_item() -> MenuItem:
    """Add the search for residents to the menu."""
    address = reverse("console_residents:search")
    return DeskItem(_("Residents"), address, name="residents", icon_name="user", order=90)


class ReviewItem(DeskItem):
    """A menu item for supervisors."""

    roles = (StaffRole.SUPERVISOR,)


def reviews_item() -> MenuItem:
    """Add the look-ups to review to the menu."""
    address = reverse("console_residents:alerts")
    return ReviewItem(_("Look-ups to review"), address, name="lookups", icon_name="view", order=95)


def conflicts_item() -> MenuItem:
    """Add the connections to decide to the menu."""
    address = reverse("console_residents:conflicts")
    return ReviewItem(
        _("Connections to decide"), address, name="conflicts", icon_name="link", order=96
    )


def unmaskings_item() -> MenuItem:
    """Add the looks at protected addresses to the menu."""
    address = reverse("console_residents:unmaskings")
    return DeskItem(_("Looks to approve"), address, name="unmaskings", icon_name="lock", order=93)


def letters_item() -> MenuItem:
    """Add the letters about changed terms to the menu."""
    address = reverse("console_residents:letters")
    return ReviewItem(_("Letters about terms"), address, name="letters", icon_name="mail", order=97)


class OperationsItem(MenuItem):  # type: ignore[misc]  # as above
    """A menu item for who looks after services."""

    @override
    def is_shown(self, request: HttpRequest) -> bool:
        user = request.user
        return getattr(user, "role", "") == StaffRole.SUPERVISOR or user.is_superuser


def sign_on_item() -> MenuItem:
    """Add the provider's pages to the menu."""
    address = reverse("console_sso:overview")
    return OperationsItem(_("Sign-on"), address, name="sign_on", icon_name="key", order=150)


def style() -> SafeString:
    """Add the style of our own widgets."""
    return format_html('<link rel="stylesheet" href="{}">', static("console/console.css"))


register_snippet(ArticleViewSet)
hooks.register("register_admin_viewset", registers)
hooks.register("register_admin_urls", desk_addresses)
hooks.register("register_admin_menu_item", residents_item)
hooks.register("register_admin_menu_item", reviews_item)
hooks.register("register_admin_menu_item", conflicts_item)
hooks.register("register_admin_menu_item", letters_item)
hooks.register("register_admin_menu_item", unmaskings_item)
hooks.register("register_admin_menu_item", sign_on_item)
hooks.register("construct_main_menu", keep_used_items)
hooks.register("construct_settings_menu", keep_used_settings)
hooks.register("construct_reports_menu", keep_used_reports)
hooks.register("register_admin_search_area", search_articles)
hooks.register("construct_search", keep_used_search)
hooks.register("construct_homepage_summary_items", summary, order=1000)
hooks.register("construct_homepage_panels", keep_used_panels)
hooks.register("insert_global_admin_css", style)
