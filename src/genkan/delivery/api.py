"""The door of delivery."""

from genkan.delivery.domain.articles import LANGUAGES, OLDEST, Category
from genkan.delivery.domain.audience import Audience, Facts, Match, match
from genkan.delivery.domain.feed import ArticlePage, Asked, Condition, FeedItem
from genkan.delivery.domain.markup import plain
from genkan.delivery.errors import ContentsFaulty, PlaceInFeedUnreadable
from genkan.delivery.service import (
    PAGE_LENGTH,
    Loaded,
    article_page,
    conditions,
    facts_of,
    feed,
    load,
    public_feed,
    sample_contents,
)

__all__ = [
    "LANGUAGES",
    "OLDEST",
    "PAGE_LENGTH",
    "ArticlePage",
    "Asked",
    "Audience",
    "Category",
    "Condition",
    "ContentsFaulty",
    "Facts",
    "FeedItem",
    "Loaded",
    "Match",
    "PlaceInFeedUnreadable",
    "article_page",
    "conditions",
    "facts_of",
    "feed",
    "load",
    "match",
    "plain",
    "public_feed",
    "sample_contents",
]
