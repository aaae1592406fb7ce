"""Articles: list, editor with drafts, schedule, preview and history."""

from collections.abc import Callable
from typing import ClassVar

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters import (  # type: ignore[import-untyped]  # ships no types
    BooleanFilter,
    ChoiceFilter,
)
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    HelpPanel,
    MultiFieldPanel,
    ObjectList,
    PublishingPanel,
    TabbedInterface,
)
from wagtail.admin.ui.tables import Column, DateColumn, LiveStatusTagColumn
from wagtail.snippets.views.snippets import SnippetViewSet

from genkan.console.choices import (
    interest_choices,
    kind_choices,
    kind_names,
    municipality_choices,
)
from genkan.console.forms import ArticleForm
from genkan.console.wording import audience_sentence, moment
from genkan.delivery.api import Audience
from genkan.delivery.models import ArticleRow

Rows = QuerySet[ArticleRow]


def audience_of(row: ArticleRow) -> str:
    """Return whom an article is for, in one line."""
    return audience_sentence(
        Audience(
            municipalities=frozenset(row.municipalities),
            min_age=row.min_age,
            max_age=row.max_age,
            interests=frozenset(row.interests),
        )
    )


def kind_of(row: ArticleRow) -> str:
    """Return the kind of an article in the operator's language."""
    return kind_names().get(row.category, row.category)


def _having(column: str) -> Callable[[Rows, str, str], Rows]:
    """Return a filter on one value of an array column."""

    def narrow(rows: Rows, _name: str, value: str) -> Rows:
        return rows.filter(**{f"{column}__contains": [value]}) if value else rows

    return narrow


class ArticleFilters(WagtailFilterSet):  # type: ignore[misc]  # Wagtail ships no types
    """Narrow the list by state, kind and what the conditions name."""

    live = BooleanFilter(label=_("published"))
    category = ChoiceFilter(label=_("kind"), choices=kind_choices)
    municipality = ChoiceFilter(
        label=_("municipality"), choices=municipality_choices, method=_having("municipalities")
    )
    interest = ChoiceFilter(
        label=_("interest"), choices=interest_choices, method=_having("interests")
    )

    class Meta:
        model = ArticleRow
        fields: ClassVar[list[str]] = []


EDITOR = TabbedInterface(
    [
        ObjectList(
            [
                FieldPanel("title_ja", classname="title"),
                FieldPanel("body_ja"),
                FieldPanel("category"),
                FieldRowPanel([FieldPanel("deadline_on"), FieldPanel("link")]),
                PublishingPanel(),
            ],
            heading=_("Japanese"),
        ),
        ObjectList(
            [
                HelpPanel(
                    content=_(
                        "Short sentences, one idea each. Readers of Easy Japanese see the "
                        "Japanese text, marked as such, until this one is written."
                    )
                ),
                FieldPanel("title_ja_easy"),
                FieldPanel("body_ja_easy"),
            ],
            heading=_("Easy Japanese"),
        ),
        ObjectList(
            [FieldPanel("title_en"), FieldPanel("body_en")],
            heading=_("English"),
        ),
        ObjectList(
            [
                HelpPanel(
                    content=_(
                        "Only people of whom every condition is true get the article, and each "
                        "reads which of their attributes were used. Without conditions everybody "
                        "gets it, visitors included."
                    )
                ),
                FieldPanel("municipalities"),
                MultiFieldPanel(
                    [FieldRowPanel([FieldPanel("min_age"), FieldPanel("max_age")])],
                    heading=_("age"),
                    help_text=_(
                        "In full years, both included. Who may be outside because part of the "
                        "date of birth is unknown does not get the article."
                    ),
                ),
                FieldPanel("interests"),
            ],
            heading=_("Audience"),
        ),
    ],
    base_form_class=ArticleForm,
)


class ArticleViewSet(SnippetViewSet):  # type: ignore[misc]  # Wagtail ships no types
    """The screens of articles at /console/articles/."""

    model = ArticleRow
    icon = "doc-full"
    menu_label = _("Articles")
    menu_name = "articles"
    menu_order = 100
    add_to_admin_menu = True
    admin_url_namespace = "articles"
    base_url_path = "articles"
    list_per_page = 20
    ordering = "-latest_revision__created_at"
    search_fields: ClassVar[list[str]] = ["title_ja", "title_ja_easy", "title_en", "body_ja"]
    search_backend_name = None
    filterset_class = ArticleFilters
    list_display: ClassVar[list[object]] = [
        "title_ja",
        LiveStatusTagColumn(label=_("State")),
        Column("kind", label=_("Kind"), accessor=kind_of),
        Column("audience", label=_("Audience"), accessor=audience_of),
        DateColumn("first_published_at", label=_("Published"), sort_key="first_published_at"),
        Column(
            "deadline_on",
            label=_("Deadline"),
            accessor=lambda row: moment(row.deadline_on),
            sort_key="deadline_on",
        ),
    ]
    edit_handler = EDITOR
