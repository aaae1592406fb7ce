"""Readings (furigana) in full-width katakana: accepted widely, converted visibly, matched loosely.

Source: JAPAN.md section 2. Registers are known to have enlarged small kana (ショウコ → シヨウコ)
and lost 濁点, so a difference of that kind is shown and asked about, never refused.
"""

import re
import unicodedata

import jaconv
import regex

from genkan.kernel.text.characters import Finding, Problem, findings, graphemes

MAX_LENGTH = 100
"""Graphemes of a whole reading."""

# ァ to ヺ holds small kana, ヮ ヰ ヱ ヴ ヵ ヶ; ㇰ to ㇿ are the small kana of Ainu names.
_ALLOWED = regex.compile("[ァ-ヺー・ ㇰ-ㇿ]")
_ALL_ALLOWED = re.compile("[ァ-ヺー・ ㇰ-ㇿ]*")
_AS_WRITTEN = re.compile("(?:[ァ-ヺー・]+(?: [ァ-ヺー・]+)*)?")
"""Readings that `to_katakana` would leave as they are."""

_LONG_MARK_TYPED_AS_HYPHEN = regex.compile("(?<=[ァ-ヺㇰ-ㇿ])[-\u2010-\u2015\u2212\uff0d]")
_SMALL = str.maketrans(
    "ァィゥェォッャュョヮヵヶㇰㇱㇲㇳㇴㇵㇶㇷㇸㇹㇺㇻㇼㇽㇾㇿ",
    "アイウエオツヤユヨワカケクシストヌハヒフヘホムラリルレロ",
)
_VOICING_MARKS = "\u3099\u309a"
_SEPARATORS = regex.compile(r"[・\s]")


def to_katakana(text: str) -> str:
    """Return the reading in full-width katakana, to be shown back to the person who typed it.

    Takes half-width kana, hiragana, loose voicing marks, full-width spaces and hyphens typed for
    ー. What is not kana stays, so that `findings_of` can point at it.
    """
    if _AS_WRITTEN.fullmatch(text):
        return text
    return _converted(text)


def _converted(text: str) -> str:
    wide = jaconv.h2z(text, kana=True, ascii=False, digit=False)
    composed = unicodedata.normalize("NFC", wide.replace("゛", "\u3099").replace("゜", "\u309a"))
    katakana = jaconv.hira2kata(composed)
    return str(_LONG_MARK_TYPED_AS_HYPHEN.sub("ー", " ".join(katakana.split())))


def findings_of(text: str, *, limit: int = MAX_LENGTH, required: bool = True) -> list[Finding]:
    """Return all problems of a reading that went through `to_katakana`."""
    found = findings(text, limit=limit, required=required)
    if found or _ALL_ALLOWED.fullmatch(text) or not text.strip():
        return found
    return [
        Finding(Problem.NOT_KATAKANA, at)
        for at, grapheme in enumerate(graphemes(text))
        if not _ALLOWED.fullmatch(grapheme)
    ]


def folded(text: str) -> str:
    """Return the form for matching readings: small kana enlarged, voicing and separators dropped.

    ショウコ and シヨウコ, バ and ハ, マリア・エレナ and マリアエレナ become the same. Never shown.
    """
    katakana = to_katakana(text)
    if _ALL_ALLOWED.fullmatch(katakana):
        return katakana.translate(_FOLDED)
    return _folded(katakana)


def _folded(katakana: str) -> str:
    parted = unicodedata.normalize("NFD", katakana.translate(_SMALL))
    voiceless = "".join(c for c in parted if c not in _VOICING_MARKS)
    return str(_SEPARATORS.sub("", voiceless))


_FOLDED = {
    ord(letter): _folded(letter)
    for letter in map(chr, range(0x20, 0x3200))
    if _ALL_ALLOWED.fullmatch(letter)
}
"""Each letter of a reading by itself: no two of them make a third."""


def same_reading(one: str, other: str) -> bool:
    """Whether two readings match up to what registers are known to lose."""
    return folded(one) == folded(other)
