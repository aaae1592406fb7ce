"""Articles as values: their editions in languages, their state, their place in a feed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from genkan.delivery.domain.audience import Audience
from genkan.delivery.errors import PlaceInFeedUnreadable

LANGUAGES = ("ja", "ja-easy", "en")
"""Languages of an article; the first must be written."""

OLDEST = 130
"""Years; a limit of age beyond it is a slip."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Category(StrEnum):
    """What an article asks of its reader. Its topic is said by interests."""

    PROCEDURE = "procedure"
    """Something can or must be applied for."""
    EVENT = "event"
    """Something takes place."""
    NOTICE = "notice"
    """Something is good to know."""
    SAFETY = "safety"
    """Health, disasters, crime: something protects."""


@dataclass(frozen=True, slots=True)
class Edition:
    """An article in one language: a plain title and a rich text as stored, not yet cleaned."""

    language: str
    title: str
    body: str


@dataclass(frozen=True, slots=True)
class Place:
    """An article's place in the order of a feed: newest first, ties by identifier."""

    published_at: datetime
    article: UUID

    @property
    def token(self) -> str:
        """The place as it stands in an address: microseconds since 1970, then the identifier."""
        moment = (self.published_at - _EPOCH) // timedelta(microseconds=1)
        return f"{moment}-{self.article.hex}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """A published article.

    Attributes:
        editions: by language; Japanese is always there.
        published_at: when it was first published.
        deadline_on: last day to act on it, Japanese time, if there is one.
        link: address with more about it, or "".
    """

    id: UUID
    editions: Mapping[str, Edition] = field(hash=False)
    category: Category
    audience: Audience
    published_at: datetime
    deadline_on: date | None
    link: str

    @property
    def place(self) -> Place:
        """Its place in a feed."""
        return Place(self.published_at, self.id)

    def in_language(self, language: str) -> Edition:
        """Return the edition in `language`, or the Japanese one, whose own language says so."""
        return self.editions.get(language, self.editions["ja"])


def place_from(token: str) -> Place:
    """Return the place that `Place.token` wrote.

    Raises:
        PlaceInFeedUnreadable: it is no such token.
    """
    moment, _, article = token.partition("-")
    try:
        return Place(_EPOCH + timedelta(microseconds=int(moment)), UUID(hex=article))
    except (ValueError, OverflowError) as error:
        raise PlaceInFeedUnreadable(field="before") from error
