"""Wording and values in the reader's language."""

from typing import Any

from django import template
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from genkan.catalogue import values
from genkan.catalogue.domain import Wording

register = template.Library()


@register.filter
def words(wording: Wording) -> str:
    """Return a wording in the language of the page."""
    return wording.in_language(get_language() or "ja")


@register.filter
def value_of(content: Any, key: str) -> str:  # noqa: ANN401 - JSON of the item's shape
    """Return an item's content in words: `{{ value.content|value_of:item.key }}`."""
    return values.in_words(key, content, get_language() or "ja")


@register.filter
def origin_words(origin: str) -> str:
    """Return where a value comes from, in words."""
    told = {
        "self_declared": _("told by you"),
        "card": _("from your My Number Card"),
        "counter": _("checked at a counter"),
    }
    return told.get(origin, origin)
