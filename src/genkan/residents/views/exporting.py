"""What residents adds to the export: the profile with origins and history, interests, account."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from genkan.catalogue import api as catalogue
from genkan.kernel import clock
from genkan.kernel.export import Data, Line
from genkan.kernel.ids import ResidentId
from genkan.kernel.text.characters import code_points, needs_code_points
from genkan.residents.domain.people import Past, Value
from genkan.residents.domain.protection import ProtectionRequest
from genkan.residents.service import export, profile, protection
from genkan.residents.views.showing import text_of
from genkan.ui.moments import in_words

ORIGINS = {
    "card": gettext_lazy("from the My Number Card"),
    "counter": gettext_lazy("checked at a counter"),
    "self_declared": gettext_lazy("declared by yourself"),
}


def data(resident: ResidentId) -> Data:
    """Return what we hold about somebody, by what it is.

    A file ends up where others find it: while the address is protected, no value in it tells the
    place (A9).
    """
    held = profile.profile_of(resident)
    hides = held.is_protected(clock.now())
    past = profile.past_values_of(resident)
    return {
        "state": str(held.state),
        "values": [_fields(value, hides_place=hides) for value in held.values.values()],
        "history": [_fields(one, hides_place=hides) | {"until": one.until} for one in past],
        "protection": [_request(one) for one in protection.protection_history(resident)],
        "interests": profile.interests_of(resident),
        "account": export.account_facts(resident),
    }


def _request(one: ProtectionRequest) -> dict[str, object]:
    """Return what was asked for and decided; the evidence stays at the counter."""
    return {
        "aim": str(one.aim),
        "requested_at": one.requested_at,
        "begins_at": one.begins_at,
        "ends_at": one.ends_at,
        "decided_at": one.decided_at,
        "approved": one.approved,
    }


def _fields(value: Value, *, hides_place: bool) -> dict[str, object]:
    hidden = hides_place and catalogue.reveals_place(value.item, value.content)
    return {
        "item": value.item,
        "content": None if hidden else value.content,
        "hidden": hidden,
        "origin": str(value.origin),
        "as_of": value.as_of,
        "verified": value.verified,
    }


def lines(resident: ResidentId, language: str) -> Sequence[Line]:
    """Return the same for reading."""
    held = profile.profile_of(resident)
    hides = held.is_protected(clock.now())
    values = [held.values[item] for item in catalogue.items() if item in held.values]
    now = [_line(value, language, hides_place=hides) for value in values]
    exact = [line for value in values for line in _exactly(value, language)]
    before = [_line(past, language, hides_place=hides) for past in profile.past_values_of(resident)]
    picks = [
        interest.name.in_language(language)
        for interest in catalogue.INTERESTS.values()
        if interest.key in profile.interests_of(resident)
    ]
    separator = ", " if language == "en" else "、"
    return [*now, *exact, *before, Line(_("Interests"), separator.join(picks))]


def _exactly(value: Value, language: str) -> Iterator[Line]:
    """Yield the code points of a name that looks like another, or not at all, elsewhere (H03)."""
    if value.item not in {"name", "name_kana"}:
        return
    text = text_of(value.item, value.content, language)
    if needs_code_points(text):
        label = catalogue.item(value.item).name.in_language(language)
        yield Line(_("%(item)s, character by character") % {"item": label}, code_points(text))


def _line(value: Value, language: str, *, hides_place: bool) -> Line:
    hidden = hides_place and catalogue.reveals_place(value.item, value.content)
    told = {
        "text": _("hidden") if hidden else text_of(value.item, value.content, language),
        "origin": str(ORIGINS.get(value.origin, value.origin)),
        "since": in_words(value.as_of, language),
    }
    if isinstance(value, Past):
        told["until"] = in_words(value.until, language)
        text = _("%(text)s (%(origin)s; from %(since)s until %(until)s)") % told
    else:
        text = _("%(text)s (%(origin)s; %(since)s)") % told
    return Line(catalogue.item(value.item).name.in_language(language), text)
