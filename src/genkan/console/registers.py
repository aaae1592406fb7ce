"""Registers: tables that operators look at and nobody changes here.

A register names each column and each fact it shows; nothing else of a row reaches the screen.
"""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from django.urls import URLPattern, path, reverse
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext
from typing_extensions import override
from wagtail.admin.paginator import WagtailPaginator
from wagtail.admin.ui.tables import BaseColumn, Column, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permissions import register_permission_policy

from genkan.console.access import ShownOnly

Text = str | Promise
Fact = tuple[Text, Callable[[Any], object]]
"""A label, and how to read from a row: a text, a moment, or a list of texts."""


class Counted(WagtailPaginator):  # type: ignore[misc]  # Wagtail ships no types
    """Counts rows without the name of a table."""

    @cached_property
    @override
    def items_count_label(self) -> str:
        return gettext("%(count)d in all") % {"count": self.count}


class RegisterList(generic.IndexView):  # type: ignore[misc]  # Wagtail ships no types
    """The list of a register; its columns are made anew for each request."""

    results_template_name = "console/register_results.html"
    paginator_class = Counted
    title: Text = ""
    explanation: Text = ""
    make_columns: Callable[[], Sequence[BaseColumn]] = tuple
    name_of: Callable[[Any], str] = str
    name_label: Text = ""
    related: Sequence[str] = ()
    only: Mapping[str, object] = MappingProxyType({})

    @override
    def get_page_title(self) -> str:
        return str(self.title)

    @override
    def get_base_queryset(self) -> Any:
        return super().get_base_queryset().filter(**self.only).select_related(*self.related)

    @cached_property
    @override
    def columns(self) -> list[BaseColumn]:
        """A name, which leads to the entry where there is one, then the register's columns."""
        label = self.name_label or self.title
        if self.inspect_url_name is None:
            name = Column("name", label=label, accessor=self.name_of)
        else:
            open_entry = self.get_inspect_url
            name = TitleColumn("name", label=label, accessor=self.name_of, get_url=open_entry)
        return [name, *self.make_columns()]

    @override
    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        found: dict[str, Any] = super().get_context_data(*args, **kwargs)
        return {**found, "explanation": self.explanation}


class RegisterEntry(generic.InspectView):  # type: ignore[misc]  # Wagtail ships no types
    """One row of a register in full."""

    template_name = "console/entry.html"
    title: Text = ""
    name_of: Callable[[Any], str] = str
    facts: Sequence[Fact] = ()

    @override
    def get_page_title(self) -> str:
        return str(self.title)

    @override
    def get_page_subtitle(self) -> str:
        return self.name_of(self.object)

    @override
    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = list(self.breadcrumbs_items)
        items.append({"url": reverse(self.index_url_name), "label": self.get_page_title()})
        items.append({"url": "", "label": self.get_page_subtitle()})
        return items

    @override
    def get_fields(self) -> list[str]:
        return []

    @override
    def get_fields_context(self) -> list[dict[str, Any]]:
        return [_told(label, read(self.object)) for label, read in self.facts]


def _told(label: Text, value: object) -> dict[str, Any]:
    return {"label": label, "value": value, "several": isinstance(value, list)}


class Register(ModelViewSet):  # type: ignore[misc]  # Wagtail ships no types
    """A list, and where there are `facts` an entry for each row; no way to write.

    Attributes:
        title: what the list is called in menu and heading.
        explanation: what it holds and what changes it.
        name_of: what a row is called.
        name_label: the heading of that column, if it is not the title.
        make_columns: the columns after the name, in the language of the request.
        facts: what an entry shows.
        related: foreign keys that columns read.
        only: which rows belong to the register.
    """

    index_view_class = RegisterList
    inspect_view_class = RegisterEntry
    copy_view_enabled = False
    add_to_reference_index = False
    search_backend_name = None
    list_per_page = 20
    explanation: Text = ""
    make_columns: Callable[[], Sequence[BaseColumn]] = tuple
    name_of: Callable[[Any], str] = str
    name_label: Text = ""
    related: Sequence[str] = ()
    only: Mapping[str, object] = MappingProxyType({})

    def __init__(self, name: str, *, title: Text, facts: Sequence[Fact] = (), **shown: Any) -> None:  # noqa: ANN401 - Wagtail's shape
        entry = {"facts": facts, "inspect_view_enabled": bool(facts)}
        super().__init__(name, title=title, menu_label=title, menu_name=name, **entry, **shown)

    @override
    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        shown = {name: getattr(self, name) for name in _SHOWN}
        found: dict[str, Any] = super().get_common_view_kwargs(**shown, **kwargs)
        return found

    @override
    def get_urlpatterns(self) -> list[URLPattern]:
        patterns = [
            path("", self.index_view, name="index"),
            path("results/", self.index_results_view, name="index_results"),
        ]
        if self.inspect_view_enabled:
            patterns.append(path("<uuid:pk>/", self.inspect_view, name="inspect"))
        return patterns

    @override
    def register_admin_url_finder(self) -> None:
        """Nothing links to an editor that does not exist."""

    @override
    def on_register(self) -> None:
        register_permission_policy(self.model, ShownOnly(self.model))
        super().on_register()


_SHOWN = (
    "title",
    "explanation",
    "name_of",
    "name_label",
    "make_columns",
    "facts",
    "related",
    "only",
)
