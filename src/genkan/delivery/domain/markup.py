"""What of an operator's rich text reaches a reader: cleaned on the way out, never trusted.

The editor offers fewer elements than pass here; cleaning when shown also covers text that came
by the command line, an old version or an edited row.
"""

from html.parser import HTMLParser

import nh3
from markdown_it import MarkdownIt
from typing_extensions import override

from genkan.kernel.text.characters import graphemes, truncated

SUMMARY_LENGTH = 80
"""Graphemes of a summary on a card: about two lines on a phone."""

_ELEMENTS = {"p", "br", "hr", "h3", "h4", "b", "strong", "i", "em", "ul", "ol", "li", "a"} | {
    "ruby",
    "rb",
    "rt",
    "rp",
}
_ATTRIBUTES = {"a": {"href"}}
_SCHEMES = {"https", "http", "mailto", "tel"}
_MARKDOWN = MarkdownIt("commonmark", {"html": False})
_UNREAD = {"rt", "rp", "script", "style"}
_BREAKS = frozenset({"ul", "ol", "h2", "h3", "h4", "hr"})
_BLOCKS = {"p", "br", "h2", "h3", "h4", "ul", "ol", "li", "hr"}


def safe_html(source: str) -> str:
    """Return the text with allowed elements only: no script, style, handler or strange address."""
    return nh3.clean(
        source,
        tags=_ELEMENTS,
        attributes=_ATTRIBUTES,
        url_schemes=_SCHEMES,
        link_rel="noopener noreferrer",
    )


def from_markdown(source: str) -> str:
    """Return Markdown as rich text in the form the editor keeps; HTML in it stays text."""
    rendered: str = _MARKDOWN.render(source)
    return rendered.strip()


def plain(source: str) -> str:
    """Return the words of a rich text on one line, without readings (ruby) and markup."""
    return _words(source, until=frozenset())


def summary(source: str, *, limit: int = SUMMARY_LENGTH) -> str:
    """Return the beginning of a rich text, at most `limit` graphemes, an ellipsis included.

    It ends before the first list or heading: points strung together make no sentence.
    """
    words = _words(source, until=_BREAKS) or plain(source)
    if len(graphemes(words)) <= limit:
        return words
    kept = truncated(words, limit - 1)
    if _is_within_word(words, len(kept)) and " " in kept:
        kept = kept.rpartition(" ")[0]
    return kept.rstrip() + "…"


def _is_within_word(words: str, place: int) -> bool:
    """Whether a cut would part two letters of a language that writes spaces between words."""
    pair = words[place - 1 : place + 1]
    return pair.isascii() and pair.isalnum()


def _words(source: str, *, until: frozenset[str]) -> str:
    reader = _Words(until)
    reader.feed(source)
    reader.close()
    return " ".join("".join(reader.words).split())


class _Words(HTMLParser):
    """Collects text outside of unread elements up to an element of `until`; a block ends a word."""

    def __init__(self, until: frozenset[str]) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self._until = until
        self._unread = 0

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._unread += tag in _UNREAD or tag in self._until
        if tag in _BLOCKS:
            self.words.append(" ")

    @override
    def handle_endtag(self, tag: str) -> None:
        if tag in _UNREAD and self._unread:
            self._unread -= 1
        if tag in _BLOCKS:
            self.words.append(" ")

    @override
    def handle_data(self, data: str) -> None:
        if not self._unread:
            self.words.append(data)
