"""The resident's pages."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from genkan.delivery import api as delivery
from genkan.kernel import clock
from genkan.kernel.ids import ResidentId, ServiceId
from genkan.portal import service
from genkan.portal.launcher import launcher
from genkan.residents import api as residents
from genkan.ui.acting import also_for_representatives, chosen
from genkan.ui.answers import see_other
from genkan.ui.callers import account_of, for_everybody, for_resident, resident_of

FEED = 10


@require_safe
@for_everybody
def home(request: HttpRequest) -> HttpResponseBase:
    """Show a resident what fits; show anybody else what this is."""
    account = account_of(request)
    resident = resident_of(request)
    if resident is not None and chosen(request) is not None:
        return see_other("residents:acting")
    if resident is not None:
        return _resident_home(request)
    if account is not None:
        return see_other("residents:start")
    feed = delivery.public_feed(clock.now(), limit=FEED, language=_language())
    return render(request, "portal/landing.html", {"feed": feed})


@for_resident
def _resident_home(request: HttpRequest, resident: ResidentId) -> HttpResponse:
    now = clock.now()
    facts = delivery.facts_of(resident, now=now)
    before = request.GET.get("before") or None
    feed = delivery.feed(facts, now, limit=FEED + 1, before=before, language=_language())
    linked = service.linked_services(resident, now=now)
    shown = feed[:FEED]
    context = {
        "feed": shown,
        "older": shown[-1].cursor if len(feed) > FEED else None,
        "children": []
        if before
        else service.news_for_children(resident, language=_language(), now=now),
        "is_first_page": before is None,
        "linked": linked,
        "protected_until": residents.protected_until(resident, now),
        "latest": service.latest_events(resident, language=_language()),
    }
    return render(request, "portal/home.html", context)


@require_safe
@for_resident
@also_for_representatives("services")
def services(request: HttpRequest, resident: ResidentId) -> HttpResponse:
    """Show the linked services, what each may receive, and what else there is."""
    wanted = request.GET.get("q", "").strip()
    found = launcher(resident, wanted=wanted, now=clock.now())
    return render(request, "portal/services.html", {"launcher": found})


@require_safe
@for_resident
@also_for_representatives("services")
def linked_service(request: HttpRequest, resident: ResidentId, service_id: UUID) -> HttpResponse:
    """Show one linked service: what it may receive, and what it has received."""
    now = clock.now()
    linked = service.linked_service(resident, ServiceId(service_id), now=now)
    received = service.received(resident, now=now, service=ServiceId(service_id))
    context = {"linked": linked, "received": received}
    return render(request, "portal/service.html", context)


@require_safe
@for_resident
@also_for_representatives("history")
def history(request: HttpRequest, resident: ResidentId) -> HttpResponse:
    """Show who received the resident's data, and everything else that was done."""
    before = _moment(request.GET.get("before", ""))
    events, older = service.events(resident, language=_language(), before=before)
    context = {
        "received": [] if before else service.received(resident, now=clock.now()),
        "events": events,
        "older": older.isoformat() if older else None,
        "is_first_page": before is None,
    }
    return render(request, "portal/history.html", context)


def _moment(text: str) -> datetime | None:
    """Return where an older page begins; a place that nobody gave out is the first page."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _language() -> str:
    return get_language() or "ja"
