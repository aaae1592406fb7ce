"""What the characters of a text are: graphemes, folding for search, and what may not be stored.

Source: JAPAN.md section 1; Unicode UAX #29 (grapheme clusters), UTS #37 (variation sequences).
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

import regex

from genkan.kernel.text.data import table

MAX_CODE_POINTS_IN_GRAPHEME = 12
"""Real clusters need few: base, selector, marks. A tower of marks is an attack on layout."""

_GRAPHEME = regex.compile(r"\X")
# Each of these is one grapheme, in whatever order, and none is a problem: most texts are nothing
# else, and need no second look. ASCII, kana and kanji as keyboards give them.
_PLAIN = re.compile(
    "[ -~\u2010-\u2015\u2212\u3000-\u3007\u3041-\u3096\u30a1-\u30fe\u4e00-\u9fef\uff01-\uff9d]*"
)
_SELECTORS = "\ufe00-\ufe0f\U000e0100-\U000e01ef"
_SELECTOR = regex.compile(f"[{_SELECTORS}]")
_STRAY_SELECTOR = regex.compile(rf"(?:^|[\s{_SELECTORS}])[{_SELECTORS}]")
_RADICAL = regex.compile("[\u2e80-\u2fd5]")
_UNSTEADY = regex.compile(f"[{_SELECTORS}\u2e80-\u2fd5\uf900-\ufaff\U00010000-\U0010ffff]")
_SPACE_BESIDE_CJK = regex.compile(
    r"(?<=[\p{Han}\p{Hiragana}\p{Katakana}ー]) | (?=[\p{Han}\p{Hiragana}\p{Katakana}ー])"
)


class Problem(StrEnum):
    """Why a text cannot be accepted as typed. The value is the code that travels."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    TOO_MANY_MARKS = "too_many_marks"
    CONTROL_CHARACTER = "control_character"
    DIRECTION_OVERRIDE = "direction_override"
    INVISIBLE_CHARACTER = "invisible_character"
    STRAY_SELECTOR = "stray_selector"
    UNASSIGNED_CHARACTER = "unassigned_character"
    PRIVATE_USE_CHARACTER = "private_use_character"
    DAMAGED_CHARACTER = "damaged_character"
    NOT_KATAKANA = "not_katakana"
    NOT_A_POSTAL_CODE = "not_a_postal_code"
    NOT_A_MUNICIPALITY_CODE = "not_a_municipality_code"


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem; `at` counts graphemes from 0 and is None when the whole text is meant."""

    problem: Problem
    at: int | None = None


def graphemes(text: str) -> list[str]:
    """Return the characters as a reader counts them; joined they are the text again."""
    if _PLAIN.fullmatch(text):
        return list(text)
    found: list[str] = _GRAPHEME.findall(text)
    return found


def truncated(text: str, limit: int) -> str:
    """Return at most `limit` graphemes from the start, never parting a base from its selector."""
    return "".join(graphemes(text)[:limit])


def code_points(text: str) -> str:
    """Return the code points as `U+6E21 U+9089 U+E0101`, for assistive technology and counters."""
    return " ".join(f"U+{ord(character):04X}" for character in text)


def needs_code_points(text: str) -> bool:
    """Whether fonts may show it as something else: selectors, look-alikes, beyond the BMP."""
    return bool(_UNSTEADY.search(text))


# Order matters: the first pattern that matches names the problem. Ideographic planes 2 and 3 count
# as assigned, because residents' characters may be newer than the Unicode version installed here.
_UNSAFE: tuple[tuple[Problem, regex.Pattern[str]], ...] = (
    (Problem.CONTROL_CHARACTER, regex.compile(r"[\p{Cc}\u2028\u2029]")),
    (Problem.DIRECTION_OVERRIDE, regex.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")),
    (
        Problem.INVISIBLE_CHARACTER,
        regex.compile("[\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0]|(?![\u200c\u200d])\\p{Cf}"),
    ),
    (Problem.PRIVATE_USE_CHARACTER, regex.compile(r"\p{Co}")),
    (Problem.DAMAGED_CHARACTER, regex.compile(r"[\ufffc\ufffd]|\p{Cs}")),
    (
        Problem.UNASSIGNED_CHARACTER,
        regex.compile(
            r"\p{Noncharacter_Code_Point}|(?![\U00020000-\U0002FFFD\U00030000-\U0003FFFD])\p{Cn}"
        ),
    ),
)


def unsafe(text: str) -> Iterator[Finding]:
    """Yield what would damage storage, layout or trust in what is shown, in order of position."""
    for at, grapheme in enumerate(graphemes(text)):
        if len(grapheme) > MAX_CODE_POINTS_IN_GRAPHEME:
            yield Finding(Problem.TOO_MANY_MARKS, at)
        for problem, pattern in _UNSAFE:
            if pattern.search(grapheme):
                yield Finding(problem, at)
                break
        else:
            if _STRAY_SELECTOR.search(grapheme):
                yield Finding(Problem.STRAY_SELECTOR, at)


def findings(text: str, *, limit: int, required: bool = True) -> list[Finding]:
    """Return all problems of one line of at most `limit` graphemes; an empty list is well."""
    if not text.strip():
        return [Finding(Problem.EMPTY)] if required else []
    if _PLAIN.fullmatch(text):
        return [Finding(Problem.TOO_LONG)] if len(text) > limit else []
    # A text far beyond the limit is refused before it is cut into clusters.
    if len(text) > limit * MAX_CODE_POINTS_IN_GRAPHEME or len(graphemes(text)) > limit:
        return [Finding(Problem.TOO_LONG)]
    return list(unsafe(text))


@cache
def _radicals() -> dict[int, str]:
    """Return radical code point -> unified ideograph."""
    return {int(row[0], 16): chr(int(row[1], 16)) for row in table("radicals.tsv")}


@cache
def _variants() -> dict[int, str]:
    """Return code point of a variant -> common form."""
    return {ord(variant): row[0] for row in table("variants.tsv") for variant in row[1]}


def radical_proposal(text: str) -> str | None:
    """Return the text with radicals replaced by the ideographs meant, or None if it has none.

    A proposal only: in a name it is the person who decides (JAPAN.md 1.7).
    """
    if not _RADICAL.search(text):
        return None
    proposed = text.translate(_radicals())
    return None if proposed == text else proposed


def search_form(text: str) -> str:
    """Return the form for comparison: width, case, radicals, selectors, variants, spaces folded.

    Spaces beside Japanese characters are dropped, so that 高橋吉男 finds 髙橋 𠮷男. Applying it
    twice changes nothing. Never show, send or store it in place of the text.
    """
    folded = text.translate(_FOLDED) if _PLAIN.fullmatch(text) else _folded(text)
    joined = " ".join(folded.split())
    return str(_SPACE_BESIDE_CJK.sub("", joined)) if " " in joined else joined


def _folded(text: str) -> str:
    folded = _SELECTOR.sub("", text)
    folded = unicodedata.normalize("NFKC", folded.translate(_radicals()))
    return unicodedata.normalize("NFKC", folded.casefold()).translate(_variants())


class _Folded(dict[int, str]):
    """What each plain character becomes, by itself as in any text; found out when first met."""

    def __missing__(self, code: int) -> str:
        self[code] = _folded(chr(code))
        return self[code]


_FOLDED = _Folded()
