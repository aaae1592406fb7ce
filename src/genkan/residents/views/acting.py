"""Choosing for whom one acts, and going back to oneself."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from genkan.kernel import clock
from genkan.kernel.errors import NotFound
from genkan.kernel.ids import ResidentId
from genkan.residents.domain.guardians import Area, Role
from genkan.residents.service import acting as service
from genkan.residents.service import agreements
from genkan.terms import api as terms
from genkan.ui import acting
from genkan.ui.answers import see_other
from genkan.ui.callers import for_any_resident

ROLES = {
    Role.PARENT: _("Parent"),
    Role.GUARDIAN_OF_MINOR: _("Guardian of a minor"),
    Role.ADULT_GUARDIAN: _("Guardian of an adult"),
    Role.CURATOR: _("Curator"),
    Role.ASSISTANT: _("Assistant"),
    Role.PROXY: _("Proxy"),
}
AREAS = {
    Area.PROFILE: (_("Profile"), "residents:profile"),
    Area.SERVICES: (_("Services"), "portal:services"),
    Area.HISTORY: (_("History"), "portal:history"),
}


@require_http_methods(["GET", "HEAD", "POST"])
@for_any_resident
@acting.also_for_representatives(acting.ONESELF)
def choose(request: HttpRequest, resident: ResidentId) -> HttpResponse:
    """Show for whom one may act, and who may act for oneself; take the choice."""
    now = clock.now()
    if request.method == "POST":
        person = _person(request.POST.get("person", ""))
        service.begin(resident, person, now=now)
        acting.begin(request, person)
        return see_other("residents:acting")
    acts, others = service.people_of(resident, now=now)
    current = next((one for one in acts if one.id == acting.chosen(request)), None)
    context = {
        "acts": [(one, ROLES[one.role]) for one in acts],
        "others": [(one, ROLES[one.role]) for one in others],
        "current": current,
        "terms_wait": current is not None and _terms_wait(current, now),
        "areas": [AREAS[area] for area in Area if current is not None and area in current.scope],
    }
    return render(request, "residents/acting.html", context)


def _terms_wait(person: service.Other, now: datetime) -> bool:
    """Whether changed terms of use wait for a decision that the representative may take."""
    duty = agreements.standing_of(person.id, now=now).duty
    return Area.SERVICES in person.scope and duty in {terms.Duty.UNDECIDED, terms.Duty.REFUSED}


@require_POST
@for_any_resident
@acting.also_for_representatives(acting.ONESELF)
def stop(request: HttpRequest, resident: ResidentId) -> HttpResponse:
    """Act for oneself again."""
    acting.end(request)
    return see_other("portal:home")


def _person(typed: str) -> ResidentId:
    try:
        return ResidentId(UUID(typed))
    except ValueError:
        raise NotFound from None
