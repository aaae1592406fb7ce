"""The three languages: what they are called, what HTML and HTTP call them, who proposes which."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import activate, get_language

from genkan.kernel import clock

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


PROPOSED = "ui.proposed_language"
PROPOSED_FOR = timedelta(minutes=30)
"""As long as somebody may take for what they were sent here to do."""


def propose(request: HttpRequest, tags: Sequence[str]) -> None:
    """Speak the first of these languages that we have on the next pages, and on this one.

    What a resident has chosen comes first. Without any of ours the last proposal is forgotten.

    Args:
        request: of the page; its session remembers.
        tags: BCP 47, best first; `en-GB` is English (RFC 4647 section 3.4).
    """
    found = next((code for tag in tags if (code := _ours(tag)) is not None), None)
    if found is None:
        request.session.pop(PROPOSED, None)
        return
    request.session[PROPOSED] = [found, (clock.now() + PROPOSED_FOR).timestamp()]
    speak_as_proposed(request)


def speak_as_proposed(request: HttpRequest) -> None:
    """Speak the language that was proposed, unless the resident has chosen one."""
    if settings.LANGUAGE_COOKIE_NAME in request.COOKIES:
        return
    code, until = request.session.get(PROPOSED, (None, 0))
    if code is not None and clock.now().timestamp() < until:
        activate(code)


def _ours(tag: str) -> str | None:
    """Return our code for a tag, or None: subtags are left out from the end until one is ours."""
    codes = {code for code, _ in settings.LANGUAGES}
    parts = tag.lower().split("-")
    shorter = ("-".join(parts[:end]) for end in range(len(parts), 0, -1))
    return next((code for code in shorter if code in codes), None)
