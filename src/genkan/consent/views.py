"""Pages of consent: deciding about one service, and stopping. Sign-in asks on its own page."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from genkan.consent import majority, service, sharing, stopping
from genkan.consent.forms import ShareForm, note_of
from genkan.kernel import clock
from genkan.kernel.ids import ResidentId, ServiceId
from genkan.ui import languages
from genkan.ui.acting import also_for_representatives
from genkan.ui.answers import see_other
from genkan.ui.callers import for_any_resident, for_resident, resident_of
from genkan.ui.notices import Notice


@require_http_methods(["GET", "HEAD", "POST"])
@for_any_resident
@also_for_representatives("services")
def stop(request: HttpRequest, resident: ResidentId, service_id: UUID) -> HttpResponse:
    """Say what stopping means; stop."""
    asked = ServiceId(service_id)
    if request.method == "POST":
        by = resident_of(request)
        service.withdraw(resident=resident, service=asked, by=by, now=clock.now())
        return see_other("consent:stopped", service_id=service_id)
    found = stopping.sharing_with(resident, asked, now=clock.now())
    return render(request, "consent/stop.html", {"sharing": found})


@require_safe
@for_any_resident
@also_for_representatives("services")
def stopped(request: HttpRequest, resident: ResidentId, service_id: UUID) -> HttpResponse:
    """Confirm that nothing leaves any more, and say what happens next."""
    ended = stopping.stopped_with(resident, ServiceId(service_id))
    return render(request, "consent/stopped.html", {"stopped": ended})


@require_http_methods(["GET", "HEAD", "POST"])
@for_resident
@also_for_representatives("services")
def share(request: HttpRequest, resident: ResidentId, service_id: UUID) -> HttpResponse:
    """Ask what a service may receive: a resident anew, or who acts for the resident."""
    asked, by, now = ServiceId(service_id), resident_of(request), clock.now()
    form = ShareForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.says() == "allow":
        service.share(resident=resident, service=asked, choice=form.choice(), by=by, now=now)
        return see_other("portal:service", service_id=service_id)
    ticked, name_form = (form.ticked(), form.name()) if form.is_bound else (None, None)
    preview = sharing.page_for(resident, asked, by=by, ticked=ticked, name_form=name_form, now=now)
    context = {
        "preview": preview,
        "shown": note_of(locale=languages.current(), now=now),
        "is_updated": form.is_bound,
        "waiting": sharing.waiting(resident, asked, now=now),
    }
    return render(request, "consent/share.html", context)


@require_safe
@for_any_resident
def your_turn(request: HttpRequest, resident: ResidentId) -> HttpResponse:
    """Show a young adult what a parent or guardian had allowed, each with yes and no."""
    found = majority.undecided(resident, now=clock.now())
    return render(request, "consent/your_turn.html", {"undecided": found})


def notice_for(resident: ResidentId) -> Notice | None:
    """Return the word at the head of every page while something waits for a young adult."""
    if not majority.undecided(resident, now=clock.now()):
        return None
    return Notice(template="consent/notices/your_turn.html", facts={})
