"""A resident's own data: look at it, correct it, say what interests."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from genkan.catalogue import api as catalogue
from genkan.kernel import clock
from genkan.kernel.clock import day_in_japan
from genkan.kernel.errors import NotFound
from genkan.kernel.ids import ResidentId
from genkan.residents.domain.people import Profile
from genkan.residents.domain.readings import OTHER
from genkan.residents.forms.interests import InterestsForm
from genkan.residents.forms.profile import FIELDS_OF, ProfileForm, as_fields
from genkan.residents.service import card, profile
from genkan.residents.service.acting import profile_seen_by
from genkan.residents.service.guardians import must_be_free_to_change_birthdate
from genkan.residents.views.showing import Line, lines_of
from genkan.ui import languages
from genkan.ui.acting import also_for_representatives
from genkan.ui.addresses import wanted_next
from genkan.ui.answers import see_other
from genkan.ui.callers import for_any_resident, for_resident, resident_of


@require_safe
@for_any_resident
@also_for_representatives("profile")
def show(request: HttpRequest, resident: ResidentId) -> HttpResponse:
    """Show all values with where they come from and since when, and what held before.

    While the address is protected, what tells the place is shown only when asked for: somebody may
    be looking over the shoulder.
    """
    now, language = clock.now(), languages.current()
    viewer = resident_of(request) or resident
    held = profile_seen_by(viewer, resident, now=now)
    contents = {item: value.content for item, value in held.values.items()}
    shown = {line.item: line for line in lines_of(contents, language)}
    picks = profile.interests_of(resident)
    hides_place = held.is_protected(now) and "show" not in request.GET
    context = {
        "entries": [
            _entry(item, shown.get(item), held, language) | {"hidden": _tells(item, hides_place)}
            for item in catalogue.items()
            if item != OTHER or item in held.values
        ],
        "past": [
            {"line": lines_of({past.item: past.content}, language)[0], "value": past}
            for past in (profile.past_values_of(resident) if viewer == resident else ())
            if not _tells(past.item, hides_place)
        ],
        "card_is_on": card.is_on(),
        "protected_until": held.protected_until if held.is_protected(now) else None,
        "interests": [
            interest.name.in_language(language)
            for interest in catalogue.INTERESTS.values()
            if interest.key in picks
        ],
    }
    return render(request, "residents/profile.html", context)


def _tells(item: str, hides_place: bool) -> bool:  # noqa: FBT001 - reads as a sentence
    return hides_place and item in catalogue.place_items()


def _entry(item: str, line: Line | None, held: Profile, language: str) -> dict[str, object]:
    return {
        "item": item,
        "label": catalogue.item(item).name.in_language(language),
        "line": line,
        "value": held.values.get(item),
        "can_change": item in FIELDS_OF,
    }


@require_http_methods(["GET", "POST"])
@for_resident
def change(request: HttpRequest, resident: ResidentId, item: str) -> HttpResponse:
    """Change one item: the new value opens where the old one closes."""
    if item not in FIELDS_OF:
        raise NotFound
    if item == "birthdate":
        must_be_free_to_change_birthdate(resident, now=clock.now())
    now, language = clock.now(), languages.current()
    held = profile.profile_of(resident)
    begins_empty = _tells(item, held.is_protected(now))
    form = ProfileForm(
        request.POST or None,
        today=day_in_japan(now),
        language=language,
        items=[item],
        initial={} if begins_empty else as_fields({item: held.content(item)}),
    )
    if item == "address" and request.POST.get("action") == "fill_address":
        form = form.with_places()
    elif form.is_valid():
        profile.change_values(resident, form.values(), now=now)
        return see_other("residents:profile")
    label = catalogue.item(item).name.in_language(language)
    context = {"form": form, "item": item, "label": label}
    status = 422 if form.is_bound else 200
    return render(request, "residents/profile_change.html", context, status=status)


@require_http_methods(["GET", "POST"])
@for_resident
def interests(request: HttpRequest, resident: ResidentId) -> HttpResponse:
    """Ask what interests; skipping is an answer like any other."""
    now = clock.now()
    if request.POST.get("decision") == "skip":
        profile.skip_interests(resident, now=now)
        return see_other(wanted_next(request))
    form = InterestsForm(
        request.POST if request.method == "POST" else None,
        language=languages.current(),
        initial=profile.interests_of(resident),
    )
    if form.is_valid():
        profile.answer_interests(resident, form.picks(), now=now)
        return see_other(wanted_next(request))
    context = {"form": form, "next": wanted_next(request)}
    status = 422 if form.is_bound else 200
    return render(request, "residents/interests.html", context, status=status)
