"""The three languages: what they are called, and what HTML and HTTP call them."""

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import get_language

EASY = "ja-easy"
OWN_NAMES = {"ja": "日本語", EASY: "やさしい にほんご", "en": "English"}
"""Each language in its own words, so that its readers find it."""


@dataclass(frozen=True, slots=True)
class Language:
    """One choice of the language switch."""

    code: str
    name: str
    tag: str
    is_current: bool


def current() -> str:
    """Return the code of the language being spoken: `ja`, `ja-easy` or `en`."""
    return get_language() or settings.LANGUAGE_CODE


def tag_of(code: str) -> str:
    """Return the BCP 47 tag for `lang` and Content-Language: easy Japanese is Japanese."""
    return "ja" if code == EASY else code


def choices() -> list[Language]:
    """Return the languages of this site in the order of the settings."""
    spoken = current()
    codes = [code for code, _ in settings.LANGUAGES]
    return [Language(code, OWN_NAMES[code], tag_of(code), code == spoken) for code in codes]
