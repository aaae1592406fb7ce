"""Texts of terms as HTML: Markdown without raw HTML, then sanitised."""

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")
_CLASSES = {"table": {"data-table"}}


def as_html(body: str) -> SafeString:
    """Return a Markdown text as safe HTML; tables look like those of our pages."""
    html = _MARKDOWN.render(body).replace("<table>", '<table class="data-table">')
    return mark_safe(nh3.clean(html, allowed_classes=_CLASSES))  # noqa: S308 - nh3 has sanitised it
