"""Leaving: what happens, the decision, the way back, and progress to the last service (M10)."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from genkan.kernel import clock
from genkan.kernel.ids import ResidentId
from genkan.portal import service
from genkan.portal.forms import LeaveForm
from genkan.portal.views.proof import proved_recently
from genkan.residents import api as residents
from genkan.ui.answers import see_other
from genkan.ui.callers import for_any_resident


@require_http_methods(["GET", "HEAD", "POST"])
@for_any_resident
def leave(request: HttpRequest, resident: ResidentId) -> HttpResponseBase:
    """Say what leaving means and begin it; afterwards, show how far it has come."""
    leaving = residents.leaving_of(resident)
    if leaving is None:
        return _decide(request, resident)
    now = clock.now()
    context = {
        "leaving": leaving,
        "can_be_undone": leaving.can_be_undone(now),
        "asked": service.asked_to_dispose(resident, now=now),
        "limit_days": settings.GENKAN.closing_limit.days,
    }
    return render(request, "portal/leaving.html", context)


@proved_recently
def _decide(request: HttpRequest, resident: ResidentId) -> HttpResponse:
    now = clock.now()
    form = LeaveForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        residents.request_leaving(resident, now=now)
        return see_other("portal:leave")
    context = {
        "form": form,
        "undo_until": now + settings.GENKAN.cooling_off,
        "days": settings.GENKAN.cooling_off.days,
        "limit_days": settings.GENKAN.closing_limit.days,
        "linked": service.linked_services(resident, now=now),
    }
    return render(request, "portal/leave.html", context, status=422 if form.is_bound else 200)


@require_POST
@for_any_resident
def undo(request: HttpRequest, resident: ResidentId) -> HttpResponse:
    """Take the leaving back."""
    residents.undo_leaving(resident, now=clock.now())
    return see_other("portal:home")
