"""Numbers that must not be kept: My Numbers and card numbers that somebody types into a text.

A My Number (個人番号) is never collected, stored, indexed or logged; it is masked before anything
else sees the text. What only looks like one stays: our own receipt numbers above all, which carry
a letter before their digits so that they can be told apart. Source: M23; JAPAN.md section 7.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain

import regex

MARK = "■"
"""Takes the place of each digit that was masked; what stood between the digits stays."""

MY_NUMBER_LENGTH = 12
CARD_LENGTHS = range(14, 20)
CARD_BEGINS = "23456"
"""First digits that payment cards have (ISO/IEC 7812)."""

_GROUP = regex.compile(r"\d+")
_BETWEEN = regex.compile(r"[\s\-‐‑‒–—―−ー－・.]")
_OURS = regex.compile(
    r"(?:[A-Z]\s?-?|受付番号\s*[:：]?\s*|receipt\s*(?:no\.?|number)?\s*:?\s*)$", regex.IGNORECASE
)
_BEFORE = 24
"""Characters before a number in which it may be called a receipt."""


class Hidden(StrEnum):
    """What a masked number seemed to be."""

    MY_NUMBER = "my_number"
    CARD = "card"


@dataclass(frozen=True, slots=True)
class Masked:
    """A text in which no such number is left, and what was in it."""

    text: str
    hidden: frozenset[Hidden]


def masked(text: str) -> Masked:
    """Return the text with the digits of My Numbers and card numbers replaced.

    Digits count in any width, with spaces, hyphens or dots between them. A number stays if its
    check digit does not fit, if all its digits are the same, or if it is one of our receipts.
    """
    plain = "".join(_ascii_digit(character) for character in text)
    found: set[Hidden] = set()
    shown = list(text)
    for kind, groups in _numbers(plain):
        found.add(kind)
        for place in chain.from_iterable(groups):
            shown[place] = MARK
    return Masked("".join(shown), frozenset(found))


def _numbers(plain: str) -> Iterator[tuple[Hidden, list[range]]]:
    """Yield each number that is to be masked, as the places of its groups of digits."""
    groups = [range(*group.span()) for group in _GROUP.finditer(plain)]
    while groups:
        first = groups[0]
        found = None
        if not _OURS.search(plain[max(0, first.start - _BEFORE) : first.start]):
            found = _longest(plain, groups)
        if found is not None:
            yield found
        groups = groups[1 if found is None else len(found[1]) :]


def _longest(plain: str, groups: list[range]) -> tuple[Hidden, list[range]] | None:
    """Return the longest number that begins with the first group, or None."""
    digits, found = "", None
    for place, group in enumerate(groups):
        if place and not _BETWEEN.fullmatch(plain[groups[place - 1].stop : group.start]):
            break
        digits += plain[group.start : group.stop]
        if len(digits) >= CARD_LENGTHS.stop:
            break
        if kind := _kind(digits):
            found = kind, groups[: place + 1]
    return found


def is_my_number(digits: str) -> bool:
    """Whether twelve digits have the check digit of a My Number.

    Source:
        Ordinance of the Ministry of Internal Affairs 85/2014, art. 5: 11 - (sum of P x Q mod 11),
        0 where that remainder is 0 or 1; Q = n + 1 for the first six digits from the right, then
        n - 5.
    """
    if len(digits) != MY_NUMBER_LENGTH or not digits.isascii() or not digits.isdigit():
        return False
    weights = (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
    rest = sum(int(d) * w for d, w in zip(digits, weights, strict=False)) % 11
    return int(digits[-1]) == (0 if rest <= 1 else 11 - rest)


def is_card_number(digits: str) -> bool:
    """Whether digits are those of a payment card: its length, its beginning, Luhn's check digit.

    Source:
        ISO/IEC 7812-1 annex B.
    """
    if len(digits) not in CARD_LENGTHS or digits[0] not in CARD_BEGINS:
        return False
    doubled = (int(digit) * (1 + position % 2) for position, digit in enumerate(reversed(digits)))
    return sum(value // 10 + value % 10 for value in doubled) % 10 == 0


def _kind(digits: str) -> Hidden | None:
    if len(set(digits)) == 1:
        return None
    if is_my_number(digits):
        return Hidden.MY_NUMBER
    return Hidden.CARD if is_card_number(digits) else None


def _ascii_digit(character: str) -> str:
    """Return the digit that a character of any width stands for; anything else as it is."""
    if not character.isdigit() or character.isascii():
        return character
    folded = unicodedata.normalize("NFKC", character)
    return folded if len(folded) == 1 and folded.isascii() else character
