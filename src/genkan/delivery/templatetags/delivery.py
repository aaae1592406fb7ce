"""Tags of delivery: {% load delivery %}."""

from django import template

from genkan.delivery import service, store
from genkan.delivery.domain.feed import ArticlePage
from genkan.delivery.models import ArticleRow
from genkan.kernel import clock

register = template.Library()


@register.simple_tag
def previewed(row: ArticleRow, language: str) -> ArticlePage:
    """Return a draft as a resident of its audience would see it; nothing of a person is used."""
    now = clock.now()
    return service.preview(store.to_article(row, now=now), now=now, language=language)
