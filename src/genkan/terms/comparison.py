"""What a new text says otherwise than the old one: paragraph by paragraph, sentence by sentence.

Terms are Markdown, one paragraph, heading, list item or table row a line. Marks of Markdown are
left out, because the comparison is read by people; the texts themselves are a click away.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

Change = Literal["same", "removed", "added"]

_HEADING = re.compile(r"#{1,6}\s+")
_EMPHASIS = re.compile(r"\*\*|__|`")
_RULE = re.compile(r"\|?[\s:|-]+\|?")
_SENTENCE = re.compile(r".+?(?:[。！？]|[.!?](?=\s)|$)\s*", re.DOTALL)
_ALIKE = 0.5
"""Two paragraphs that share less than this of their characters are another paragraph each."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some sentences of a paragraph, and what became of them."""

    change: Change
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph that changed: its pieces in reading order."""

    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """Paragraphs that changed under one heading of the new text (of the old one, if it is gone)."""

    heading: str
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """The sections in which something changed, and the language they are written in."""

    locale: str
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class _Line:
    heading: str
    text: str


def compare(old: str, new: str, *, locale: str) -> Comparison:
    """Return what `new` says otherwise than `old`; no section if they say the same."""
    found: dict[str, list[Paragraph]] = {}
    for heading, paragraph in _changed(_lines(old), _lines(new)):
        found.setdefault(heading, []).append(paragraph)
    sections = [Section(heading, tuple(changed)) for heading, changed in found.items()]
    return Comparison(locale, tuple(sections))


def _lines(body: str) -> list[_Line]:
    """Return the paragraphs of a Markdown text, each with the heading above it."""
    heading, lines = "", []
    for raw in body.splitlines():
        text = _EMPHASIS.sub("", raw).strip()
        if not text or _RULE.fullmatch(text):
            continue
        if _HEADING.match(text):
            text = heading = _HEADING.sub("", text, count=1)
        elif text.startswith("|"):
            text = " / ".join(cell.strip() for cell in text.strip("|").split("|"))
        lines.append(_Line(heading, text.removeprefix("- ")))
    return lines


def _changed(old: Sequence[_Line], new: Sequence[_Line]) -> Iterator[tuple[str, Paragraph]]:
    before, after = [line.text for line in old], [line.text for line in new]
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag != "equal":
            yield from _replaced(old[i1:i2], new[j1:j2])


def _replaced(old: Sequence[_Line], new: Sequence[_Line]) -> Iterator[tuple[str, Paragraph]]:
    """Pair paragraphs that resemble each other, in order; the others came or went as a whole."""
    waiting = list(old)
    for line in new:
        place = next((at for at, one in enumerate(waiting) if _alike(one, line)), None)
        if place is None:
            yield line.heading, Paragraph((Piece("added", line.text),))
            continue
        for gone in waiting[:place]:
            yield gone.heading, Paragraph((Piece("removed", gone.text),))
        yield line.heading, Paragraph(tuple(_pieces(waiting[place].text, line.text)))
        del waiting[: place + 1]
    for gone in waiting:
        yield gone.heading, Paragraph((Piece("removed", gone.text),))


def _alike(one: _Line, other: _Line) -> bool:
    return SequenceMatcher(None, one.text, other.text, autojunk=False).ratio() >= _ALIKE


def _pieces(old: str, new: str) -> Iterator[Piece]:
    before, after = _SENTENCE.findall(old), _SENTENCE.findall(new)
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            yield Piece("same", "".join(after[j1:j2]))
            continue
        if i1 < i2:
            yield Piece("removed", "".join(before[i1:i2]))
        if j1 < j2:
            yield Piece("added", "".join(after[j1:j2]))
