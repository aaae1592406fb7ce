"""Reading a value in full: at once with a reason, or with a second person's yes (A9, H14)."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from genkan.catalogue import api as catalogue
from genkan.console.access import for_counter, on_open_record
from genkan.console.desk.forms import UnmaskForm
from genkan.console.wording import language
from genkan.kernel import clock
from genkan.kernel.errors import NotFound
from genkan.kernel.ids import ResidentId
from genkan.residents import api as residents
from genkan.residents.api import Staff, Unmasking, UnmaskingId
from genkan.ui.answers import see_other

INVALID = 422
YES = {"approve": True, "decline": False}


@require_http_methods(["GET", "POST"])
@on_open_record
def unmask(request: HttpRequest, staff: Staff, resident: ResidentId, item: str) -> HttpResponse:
    """Ask why a value is needed in full, and show it once."""
    if item not in catalogue.items():
        raise NotFound
    needs_two = residents.needs_two(resident, item, now=clock.now())
    asked = residents.unmasking_of(staff.account, resident, item) if needs_two else None
    if asked is not None and request.method == "POST" and "show" in request.POST:
        return _shown(request, staff, resident, item, asked.because())
    if asked is not None and (asked.waits(clock.now()) or asked.is_readable(clock.now())):
        return _standing(request, asked)
    form = UnmaskForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and not needs_two:
        return _shown(request, staff, resident, item, form.because())
    if form.is_valid():
        residents.ask_unmasking(staff.account, resident, item, form.because(), now=clock.now())
        return see_other("console_residents:unmask", resident, item)
    context = _about(resident, item) | {"form": form, "needs_two": needs_two}
    status = INVALID if form.is_bound else 200
    return render(request, "console/desk/unmask.html", context, status=status)


def _shown(
    request: HttpRequest,
    staff: Staff,
    resident: ResidentId,
    item: str,
    because: residents.Because,
) -> HttpResponse:
    value = residents.unmask(staff.account, resident, item, because, now=clock.now())
    context = _about(resident, item) | {"value": value}
    return render(request, "console/desk/unmasked.html", context)


def _standing(request: HttpRequest, asked: Unmasking) -> HttpResponse:
    """Say that a request waits, or offer the one look that was approved."""
    readable = asked.is_readable(clock.now())
    context = _about(asked.resident, asked.item) | {"is_readable": readable}
    return render(request, "console/desk/unmask_waits.html", context)


def _about(resident: ResidentId, item: str) -> dict[str, object]:
    label = catalogue.item(item).name.in_language(language())
    return {"resident": resident, "item": item, "label": label}


@require_safe
@for_counter
def waiting(request: HttpRequest, staff: Staff) -> HttpResponse:
    """List the looks that wait for a second person."""
    found = residents.waiting_unmaskings(now=clock.now())
    lines = [
        _about(one.resident, one.item)
        | {"asked": one, "email": email, "is_own": one.asked_by == staff.account}
        for one, email in found
    ]
    return render(request, "console/desk/unmaskings.html", {"lines": lines})


@require_POST
@for_counter
def decide(request: HttpRequest, staff: Staff, asked: UUID) -> HttpResponse:
    """Say yes or no to a look, as a second person."""
    approved = YES.get(request.POST.get("decision", ""))
    if approved is None:
        raise NotFound
    residents.decide_unmasking(
        UnmaskingId(asked), by=staff.account, approved=approved, now=clock.now()
    )
    return see_other("console_residents:unmaskings")
