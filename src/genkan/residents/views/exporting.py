"""What residents adds to the export: the profile with origins and history, interests, account."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from genkan.catalogue import api as catalogue
from genkan.kernel.export import Data, Line
from genkan.kernel.ids import ResidentId
from genkan.residents.domain.people import Past, Value
from genkan.residents.service import export, profile
from genkan.residents.views.showing import text_of
from genkan.ui.moments import in_words

ORIGINS = {
    "card": gettext_lazy("from the My Number Card"),
    "counter": gettext_lazy("checked at a counter"),
    "self_declared": gettext_lazy("declared by yourself"),
}


def data(resident: ResidentId) -> Data:
    """Return what we hold about somebody, by what it is."""
    held = profile.profile_of(resident)
    return {
        "state": str(held.state),
        "values": [_fields(value) for value in held.values.values()],
        "history": [
            _fields(past) | {"until": past.until} for past in profile.past_values_of(resident)
        ],
        "interests": profile.interests_of(resident),
        "account": export.account_facts(resident),
    }


def _fields(value: Value) -> dict[str, object]:
    return {
        "item": value.item,
        "content": value.content,
        "origin": str(value.origin),
        "as_of": value.as_of,
        "verified": value.verified,
    }


def lines(resident: ResidentId, language: str) -> Sequence[Line]:
    """Return the same for reading."""
    held = profile.profile_of(resident)
    now = [_line(held.values[item], language) for item in catalogue.items() if item in held.values]
    before = [_line(past, language) for past in profile.past_values_of(resident)]
    picks = [
        interest.name.in_language(language)
        for interest in catalogue.INTERESTS.values()
        if interest.key in profile.interests_of(resident)
    ]
    separator = ", " if language == "en" else "、"
    return [*now, *before, Line(_("Interests"), separator.join(picks))]


def _line(value: Value, language: str) -> Line:
    told = {
        "text": text_of(value.item, value.content, language),
        "origin": str(ORIGINS.get(value.origin, value.origin)),
        "since": in_words(value.as_of, language),
    }
    if isinstance(value, Past):
        told["until"] = in_words(value.until, language)
        text = _("%(text)s (%(origin)s; from %(since)s until %(until)s)") % told
    else:
        text = _("%(text)s (%(origin)s; %(since)s)") % told
    return Line(catalogue.item(value.item).name.in_language(language), text)
