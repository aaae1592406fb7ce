"""A resident's linked account at a service: how it stands, and unlinking (M18)."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from genkan.kernel import clock
from genkan.kernel.ids import ResidentId, ServiceId
from genkan.partners import api as partners
from genkan.sso.domain.failures import State
from genkan.sso.domain.linking import Conflict
from genkan.sso.service import bars, conflicts, linking, links, rules
from genkan.ui.answers import see_other
from genkan.ui.callers import for_resident

INVALID = 422


@require_safe
@for_resident
def account(request: HttpRequest, resident: ResidentId, service_id: UUID) -> HttpResponse:
    """Show whether an account is linked, since when, and what staff still decide."""
    asked, now = ServiceId(service_id), clock.now()
    found = linking.account_of(resident, asked)
    waiting = conflicts.waiting_for(resident, asked)
    link = links.standing(resident, asked)
    if found is None and link is None and not waiting:
        raise bars.failure(asked, State.NOT_LINKED, {}, now=now)
    known = rules.rules_of(asked)
    context = {
        "service": partners.service(asked),
        "account": found,
        "link": link,
        "conflicts": [
            {"opened_at": one.opened_at, "role": _role(one, resident)} for one in waiting
        ],
        "old_login_ends_on": known.old_login_ends_on,
        "old_login_works": known.old_login_works(now),
    }
    return render(request, "sso/account.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_resident
def unlink(request: HttpRequest, resident: ResidentId, service_id: UUID) -> HttpResponse:
    """Say what unlinking means; unlink. With applications under way it has to be said twice."""
    asked, now = ServiceId(service_id), clock.now()
    found = linking.account_of(resident, asked)
    link = links.standing(resident, asked)
    if link is None:
        raise bars.failure(asked, State.NOT_LINKED, {}, now=now)
    open_matters = 0 if found is None else found.open_matters
    is_sure = not open_matters or "sure" in request.POST
    if request.method == "POST" and is_sure:
        linking.unlink(resident, asked, now=now)
        return see_other("portal:services")
    known = rules.rules_of(asked)
    context = {
        "service": partners.service(asked),
        "open_matters": open_matters,
        "old_login_ends_on": known.old_login_ends_on,
        "old_login_works": known.old_login_works(now),
        "not_said": request.method == "POST",
    }
    status = INVALID if request.method == "POST" else 200
    return render(request, "sso/unlink.html", context, status=status)


def _role(one: Conflict, resident: ResidentId) -> str:
    if one.holder == one.resident:
        return "both"
    return "claims" if one.resident == resident else "holds"
