"""Pages of the counter: find a resident, open the record."""

from datetime import datetime

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from genkan.catalogue import api as catalogue
from genkan.console import resident_panels
from genkan.console.access import for_counter, on_open_record
from genkan.console.desk.forms import PageForm, ReasonForm, SearchForm
from genkan.console.masking import masked_line, masked_value
from genkan.console.wording import language
from genkan.kernel import clock
from genkan.kernel.ids import ResidentId
from genkan.residents import api as residents
from genkan.residents.api import BORNE_OUT, Profile, Staff
from genkan.ui.answers import see_other

PAGE = 20
INVALID = 422


@require_http_methods(["GET", "POST"])
@for_counter
def search(request: HttpRequest, staff: Staff) -> HttpResponse:
    """Ask whom staff look for and why; list who is found, masked."""
    form = SearchForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        status = INVALID if form.is_bound else 200
        return render(request, "console/desk/search.html", {"form": form}, status=status)
    now = clock.now()
    found = residents.find(staff.account, form.wanted(), form.because(), now=now)
    page = Paginator(found.people, PAGE).get_page(PageForm(request.POST).number())
    context = {
        "form": form,
        "page": page,
        "lines": [_found(one, now) for one in page],
        "more": found.more,
    }
    return render(request, "console/desk/found.html", context)


@require_http_methods(["GET", "POST"])
@for_counter
def open_record(request: HttpRequest, staff: Staff, resident: ResidentId) -> HttpResponse:
    """Ask why a record is to be opened, and open it."""
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        residents.open_record(staff.account, ResidentId(resident), form.because(), now=clock.now())
        return see_other("console_residents:show", resident)
    status = INVALID if form.is_bound else 200
    context = {"form": form, "resident": resident}
    return render(request, "console/desk/open.html", context, status=status)


@require_safe
@on_open_record
def show(request: HttpRequest, staff: Staff, resident: ResidentId) -> HttpResponse:
    """Show a resident's state and masked values, and what other topics add."""
    held = residents.profile_of(resident)
    is_protected = residents.is_protected(resident, clock.now())
    context = {
        "held": held,
        "name": masked_value(held, "name", is_protected=is_protected),
        "lines": _lines(held, is_protected=is_protected),
        "is_protected": is_protected,
        "panels": resident_panels.shown(request, resident),
    }
    return render(request, "console/desk/resident.html", context)


def _found(held: Profile, now: datetime) -> dict[str, object]:
    is_protected = residents.is_protected(held.resident, now)
    return {"resident": held, "shown": masked_line(held, is_protected=is_protected)}


def _lines(held: Profile, *, is_protected: bool) -> list[dict[str, object]]:
    """Return a line for each item of the catalogue: its name, masked value, origin."""
    return [
        {
            "item": key,
            "label": item.name.in_language(language()),
            "value": held.values.get(key),
            "can_check": key in BORNE_OUT,
            "masked": masked_value(held, key, is_protected=is_protected),
        }
        for key, item in catalogue.items().items()
    ]
