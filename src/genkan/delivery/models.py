"""The table of articles. Its states (draft, scheduled, live, expired) are Wagtail's columns."""

import uuid
from typing import Any

from csp.constants import SELF
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from typing_extensions import override
from wagtail.fields import RichTextField
from wagtail.models import (
    DraftStateMixin,
    LockableMixin,
    PreviewableMixin,
    RevisionMixin,
    WorkflowMixin,
)

from genkan.delivery.domain.articles import OLDEST, Category
from genkan.kernel.data import DataClass, holds

TITLE_LENGTH = 120
EASY_TITLE_LENGTH = 160
CODE_LENGTH = 6
INTEREST_LENGTH = 60
EDITOR_FEATURES = ["h3", "h4", "bold", "italic", "ol", "ul", "hr", "link"]
"""What the editor offers: elements that `domain.markup` lets through."""


class ArticleRow(
    WorkflowMixin,  # type: ignore[misc]  # Wagtail ships no types
    DraftStateMixin,  # type: ignore[misc]  # Wagtail ships no types
    LockableMixin,  # type: ignore[misc]  # Wagtail ships no types
    RevisionMixin,  # type: ignore[misc]  # Wagtail ships no types
    PreviewableMixin,  # type: ignore[misc]  # Wagtail ships no types
    models.Model,
):
    """One article with its draft state; the editions in three languages side by side.

    The default of `id` is for Wagtail's forms, which make instances themselves.
    """

    id = models.UUIDField(
        primary_key=True,
        default=uuid.uuid4,
        editable=False,
        db_comment=holds(DataClass.PUBLIC, "which article"),
    )
    title_ja = models.CharField(
        _("title"), max_length=TITLE_LENGTH, db_comment=holds(DataClass.PUBLIC, "title, Japanese")
    )
    body_ja = RichTextField(
        _("text"), features=EDITOR_FEATURES, db_comment=holds(DataClass.PUBLIC, "text, Japanese")
    )
    title_ja_easy = models.CharField(
        _("title"),
        max_length=EASY_TITLE_LENGTH,
        blank=True,
        db_comment=holds(DataClass.PUBLIC, "title, Easy Japanese; empty until written"),
    )
    body_ja_easy = RichTextField(
        _("text"),
        features=EDITOR_FEATURES,
        blank=True,
        db_comment=holds(DataClass.PUBLIC, "text, Easy Japanese; empty until written"),
    )
    title_en = models.CharField(
        _("title"),
        max_length=EASY_TITLE_LENGTH,
        blank=True,
        db_comment=holds(DataClass.PUBLIC, "title, English; empty until written"),
    )
    body_en = RichTextField(
        _("text"),
        features=EDITOR_FEATURES,
        blank=True,
        db_comment=holds(DataClass.PUBLIC, "text, English; empty until written"),
    )
    category = models.CharField(
        _("kind"),
        max_length=20,
        choices=[(category.value, category.value) for category in Category],
        default=Category.NOTICE.value,
        db_comment=holds(DataClass.PUBLIC, "what the article asks of its reader"),
    )
    municipalities = ArrayField(
        models.CharField(max_length=CODE_LENGTH),
        verbose_name=_("municipalities"),
        default=list,
        blank=True,
        db_comment=holds(DataClass.PUBLIC, "codes of places it is for; empty means all"),
    )
    min_age = models.PositiveSmallIntegerField(
        _("age from"),
        null=True,
        blank=True,
        db_comment=holds(DataClass.PUBLIC, "least age it is for, in years, included"),
    )
    max_age = models.PositiveSmallIntegerField(
        _("age to"),
        null=True,
        blank=True,
        db_comment=holds(DataClass.PUBLIC, "greatest age it is for, in years, included"),
    )
    interests = ArrayField(
        models.CharField(max_length=INTEREST_LENGTH),
        verbose_name=_("interests"),
        default=list,
        blank=True,
        db_comment=holds(DataClass.PUBLIC, "interests it is for, one suffices; empty means all"),
    )
    deadline_on = models.DateField(
        _("deadline"),
        null=True,
        blank=True,
        db_comment=holds(DataClass.PUBLIC, "last day to act on it, Japanese time"),
    )
    link = models.URLField(
        _("link"),
        max_length=500,
        blank=True,
        db_comment=holds(DataClass.PUBLIC, "address with more about it"),
    )

    class Meta:
        db_table = "delivery_article"
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(min_age__isnull=True)
                | models.Q(max_age__isnull=True)
                | models.Q(min_age__lte=models.F("max_age")),
                name="delivery_article_ages_in_order",
            ),
            models.CheckConstraint(
                condition=models.Q(max_age__isnull=True) | models.Q(max_age__lte=OLDEST),
                name="delivery_article_age_of_a_person",
            ),
        ]
        indexes = [
            models.Index(
                fields=["-first_published_at", "-id"],
                condition=models.Q(live=True),
                name="delivery_article_feed",  # store.page_for: newest first
            ),
        ]

    @override
    def __str__(self) -> str:
        """Return the title, by which Wagtail's screens and its log name the article."""
        return self.title_ja

    @property
    @override
    def preview_modes(self) -> list[tuple[str, str]]:
        """The languages in which a draft can be looked at, in their own words."""
        return [("ja", "日本語"), ("ja-easy", "やさしい日本語"), ("en", "English")]

    @override
    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        """Answer with the draft as a page that the console may frame, with no further rights."""
        page: HttpResponse = super().serve_preview(request, mode_name)
        page._csp_replace = {"frame-ancestors": [SELF]}  # type: ignore[attr-defined] # noqa: SLF001  # django-csp's documented door
        return page

    @override
    def get_preview_template(self, request: HttpRequest, mode_name: str) -> str:
        return "delivery/preview.html"

    @override
    def get_preview_context(self, request: HttpRequest, mode_name: str) -> dict[str, Any]:
        return {"request": request, "row": self, "language": mode_name}
