"""Pages of consent: stopping. Giving stands in the sign-in, where it is asked for."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from genkan.consent import service, stopping
from genkan.kernel import clock
from genkan.kernel.ids import ResidentId, ServiceId
from genkan.ui.answers import see_other
from genkan.ui.callers import for_any_resident


@require_http_methods(["GET", "HEAD", "POST"])
@for_any_resident
def stop(request: HttpRequest, resident: ResidentId, service_id: UUID) -> HttpResponse:
    """Say what stopping means; stop."""
    asked = ServiceId(service_id)
    if request.method == "POST":
        service.withdraw(resident=resident, service=asked, now=clock.now())
        return see_other("consent:stopped", service_id=service_id)
    sharing = stopping.sharing_with(resident, asked, now=clock.now())
    return render(request, "consent/stop.html", {"sharing": sharing})


@require_safe
@for_any_resident
def stopped(request: HttpRequest, resident: ResidentId, service_id: UUID) -> HttpResponse:
    """Confirm that nothing leaves any more, and say what happens next."""
    ended = stopping.stopped_with(resident, ServiceId(service_id))
    return render(request, "consent/stopped.html", {"stopped": ended})
