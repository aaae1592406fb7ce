"""The only queries on articles."""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from django.core.management import call_command
from django.db.models import Q

from genkan.delivery.domain.articles import Article, Category, Edition, Place
from genkan.delivery.domain.audience import Audience, Standing
from genkan.delivery.domain.plans import Plan
from genkan.delivery.models import ArticleRow

_EDITIONS = (
    ("ja", "title_ja", "body_ja"),
    ("ja-easy", "title_ja_easy", "body_ja_easy"),
    ("en", "title_en", "body_en"),
)


def page_for(
    person: Standing, *, now: datetime, limit: int, before: Place | None = None
) -> list[Article]:
    """Return at most `limit` published articles whose conditions the person meets, newest first.

    One round trip, index delivery_article_feed; `domain.audience.match` says the same in Python.
    """
    return _page(_meets(person), now=now, limit=limit, before=before)


def public_page(*, now: datetime, limit: int, before: Place | None = None) -> list[Article]:
    """Return at most `limit` published articles without conditions, newest first."""
    without = Q(municipalities=[], interests=[], min_age__isnull=True, max_age__isnull=True)
    return _page(without, now=now, limit=limit, before=before)


def published(article: UUID, *, now: datetime) -> Article | None:
    """Return a published article, or None."""
    row = ArticleRow.objects.filter(_published(now), pk=article).first()
    return None if row is None else to_article(row, now=now)


def to_article(row: ArticleRow, *, now: datetime) -> Article:
    """Return a row as a value; a draft that was never published counts as published `now`."""
    return Article(
        id=row.id,
        editions=_editions(row),
        category=Category(row.category),
        audience=Audience(
            municipalities=frozenset(row.municipalities),
            min_age=row.min_age,
            max_age=row.max_age,
            interests=frozenset(row.interests),
        ),
        published_at=row.first_published_at or now,
        deadline_on=row.deadline_on,
        link=row.link,
    )


def exists(article: UUID) -> bool:
    """Whether there is such an article, published or not."""
    return ArticleRow.objects.filter(pk=article).exists()


def publish(plan: Plan, *, published_at: datetime, deadline_on: date | None) -> None:
    """Store a new article and publish it; its history begins with this revision."""
    row = ArticleRow(
        id=plan.id,
        category=plan.category,
        municipalities=sorted(plan.audience.municipalities),
        min_age=plan.audience.min_age,
        max_age=plan.audience.max_age,
        interests=sorted(plan.audience.interests),
        deadline_on=deadline_on,
        link=plan.link,
        live=False,
        first_published_at=published_at,
    )
    for language, title_column, body_column in _EDITIONS:
        edition = plan.editions.get(language, Edition(language, "", ""))
        setattr(row, title_column, edition.title)
        setattr(row, body_column, edition.body)
    row.save()
    row.save_revision().publish()


def publish_and_expire() -> None:
    """Let Wagtail publish what is due and take down what has expired; safe to repeat."""
    call_command("publish_scheduled")


def _page(condition: Q, *, now: datetime, limit: int, before: Place | None) -> list[Article]:
    condition &= _published(now)
    if before is not None:
        condition &= Q(first_published_at__lt=before.published_at) | Q(
            first_published_at=before.published_at, id__lt=before.article
        )
    found = ArticleRow.objects.filter(condition).order_by("-first_published_at", "-id")
    return [to_article(row, now=now) for row in found[:limit]]


def _published(now: datetime) -> Q:
    """Live, and still so at `now` whether or not the job that takes articles down has run."""
    return (
        Q(live=True, first_published_at__isnull=False)
        & (Q(go_live_at__isnull=True) | Q(go_live_at__lte=now))
        & (Q(expire_at__isnull=True) | Q(expire_at__gt=now))
    )


def _meets(person: Standing) -> Q:
    return (
        (Q(municipalities=[]) | Q(municipalities__overlap=list(person.areas)))
        & (Q(interests=[]) | Q(interests__overlap=sorted(person.interests)))
        & _age_meets(person.ages)
    )


def _age_meets(ages: tuple[int, int] | None) -> Q:
    if ages is None:
        return Q(min_age__isnull=True, max_age__isnull=True)
    least, greatest = ages
    return (Q(min_age__isnull=True) | Q(min_age__lte=least)) & (
        Q(max_age__isnull=True) | Q(max_age__gte=greatest)
    )


def _editions(row: ArticleRow) -> Mapping[str, Edition]:
    written: dict[str, Edition] = {}
    for language, title_column, body_column in _EDITIONS:
        title: str = getattr(row, title_column)
        body: str = getattr(row, body_column)
        if title or language == "ja":
            written[language] = Edition(language, title, body)
    return written
