"""How the console says things: whom an article is for, a text in the operator's language."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from genkan.delivery.api import Asked, Audience, Condition, conditions
from genkan.ui import moments

SHOWN = 3
"""Names in a sentence before the rest is counted."""


def language() -> str:
    """Return the language of this screen."""
    return get_language() or "ja"


def said(texts: Mapping[str, str]) -> str:
    """Return a text kept by language, in the operator's, or in Japanese."""
    return texts.get(language()) or texts.get("ja", "")


def moment(value: date | datetime | None) -> str:
    """Return a date, or a moment in Japan's time, in the operator's language; "" for none."""
    return "" if value is None else moments.in_words(value, language())


def audience_sentence(audience: Audience) -> str:
    """Return whom an article is for, in one line."""
    asked = conditions(audience, language=language())
    if not asked:
        return _("Everybody")
    return pgettext("between conditions", "; ").join(_words(condition) for condition in asked)


def _words(condition: Condition) -> str:
    if condition.asked is Asked.AGE:
        return _ages(condition)
    names = _names(condition.names)
    if condition.asked is Asked.RESIDENCE:
        return _("lives in %(names)s") % {"names": names}
    return _("interested in %(names)s") % {"names": names}


def _names(names: Iterable[str]) -> str:
    known = list(names)
    line = pgettext("between names", ", ").join(known[:SHOWN])
    if len(known) > SHOWN:
        return _("%(names)s and %(more)d more") % {"names": line, "more": len(known) - SHOWN}
    return line


def _ages(condition: Condition) -> str:
    low, high = condition.min_age, condition.max_age
    if high is None:
        return _("aged %(low)d or older") % {"low": low}
    if low is None:
        return _("aged %(high)d or younger") % {"high": high}
    if low == high:
        return _("aged %(low)d") % {"low": low}
    return _("aged %(low)d to %(high)d") % {"low": low, "high": high}
