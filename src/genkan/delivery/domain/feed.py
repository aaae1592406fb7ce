"""What a reader is shown: articles in one language, each with the reasons in plain words."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from genkan.delivery.domain.articles import Article, Category
from genkan.delivery.domain.markup import SUMMARY_LENGTH, safe_html, summary
from genkan.kernel.clock import day_in_japan


class Asked(StrEnum):
    """Which attribute of a person a condition asks about."""

    RESIDENCE = "residence"
    AGE = "age"
    INTERESTS = "interests"


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One attribute in words: as a reason it was met, as part of an audience it is asked.

    Attributes:
        asked: which attribute.
        names: of municipalities or interests, in the reader's language; empty for an age.
        min_age: years, included; for an age only.
        max_age: years, included; for an age only.
    """

    asked: Asked
    names: tuple[str, ...] = ()
    min_age: int | None = None
    max_age: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedItem:
    """An article on a card.

    Attributes:
        language: of title and summary; differs from the reader's where the edition is missing.
        published_on: day in Japan.
        translated: False where the reader gets Japanese instead of their own language.
        published_on: day in Japan.
        ended: the deadline has passed.
        reasons: exactly the attributes used; none for an article without conditions.
        cursor: hand it back as `before` to read on after this item.
    """

    id: UUID
    title: str
    summary: str
    language: str
    translated: bool
    category: Category
    published_on: date
    deadline_on: date | None
    ended: bool
    reasons: tuple[Condition, ...]
    cursor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticlePage:
    """An article in full.

    Attributes:
        card: what its card says; reasons are empty for a reader it was not chosen for.
        body_html: cleaned by `domain.markup`, so that a template may show it as it is.
        link: address with more about it, or "".
        chosen: its conditions were met by this reader's facts.
        audience: whom it is for; none for everybody.
    """

    card: FeedItem
    body_html: str
    link: str
    chosen: bool
    audience: tuple[Condition, ...]


def card(
    article: Article, *, language: str, today: date, reasons: tuple[Condition, ...] = ()
) -> FeedItem:
    """Return an article as a card for a reader of `language` on `today`, a day in Japan."""
    edition = article.in_language(language)
    return FeedItem(
        id=article.id,
        title=edition.title,
        summary=summary(edition.body, limit=_summary_length(edition.language)),
        language="en" if edition.language == "en" else "ja",
        translated=edition.language == language,
        category=article.category,
        published_on=day_in_japan(article.published_at),
        deadline_on=article.deadline_on,
        ended=article.deadline_on is not None and article.deadline_on < today,
        reasons=reasons,
        cursor=article.place.token,
    )


def _summary_length(language: str) -> int:
    """Latin letters take half the room of Japanese signs."""
    return SUMMARY_LENGTH * 2 if language == "en" else SUMMARY_LENGTH


def body_html(article: Article, *, language: str) -> str:
    """Return the cleaned text in `language`, or in Japanese where it is missing."""
    return safe_html(article.in_language(language).body)
