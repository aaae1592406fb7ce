"""The door of delivery."""

from genkan.delivery.domain.audience import Audience, Facts, Match, match
from genkan.delivery.domain.feed import ArticlePage, Asked, Condition, FeedItem
from genkan.delivery.errors import ContentsFaulty, PlaceInFeedUnreadable
from genkan.delivery.service import (
    PAGE_LENGTH,
    article_page,
    conditions,
    facts_of,
    feed,
    public_feed,
)

__all__ = [
    "PAGE_LENGTH",
    "ArticlePage",
    "Asked",
    "Audience",
    "Condition",
    "ContentsFaulty",
    "Facts",
    "FeedItem",
    "Match",
    "PlaceInFeedUnreadable",
    "article_page",
    "conditions",
    "facts_of",
    "feed",
    "match",
    "public_feed",
]
