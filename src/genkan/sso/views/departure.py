"""The page before a resident leaves for a service for the first time (M15, B5)."""

from uuid import UUID

from allauth.mfa.adapter import get_adapter
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from genkan.consent import api as consent
from genkan.kernel import clock
from genkan.kernel.ids import ResidentId, ServiceId
from genkan.partners import api as partners
from genkan.sso.domain.values import ACR_TWO_FACTORS
from genkan.sso.service import departures
from genkan.sso.views.browser import browser_of
from genkan.ui.addresses import origin_of
from genkan.ui.answers import SeeOther
from genkan.ui.callers import for_resident
from genkan.ui.csp import allow_forms_to


@require_http_methods(["GET", "HEAD", "POST"])
@for_resident
def leave_for(request: HttpRequest, resident: ResidentId, service_id: UUID) -> HttpResponseBase:
    """Say once who runs a service, where it is and what it will need; then lead there."""
    this, now = ServiceId(service_id), clock.now()
    service = partners.service(this)
    departures.must_be_open(this, now=now)
    start = departures.start_of(service)
    if request.method == "POST":
        departures.leave_for(resident, this, now=now)
        return SeeOther(start.address)
    if departures.is_known(resident, this):
        return SeeOther(start.address)
    context = {
        "service": service,
        "origin": origin_of(start.address),
        "needs_two_factors": start.needs_two_factors,
        "has_two_factors": browser_of(request).acr == ACR_TWO_FACTORS,
        "can_two_factors": get_adapter().is_mfa_enabled(request.user),
        "preview": consent.preview(resident, this, now=now),
        "barred": departures.doors(resident, now=now)[this].barred,
    }
    response = render(request, "sso/leave_for.html", context)
    allow_forms_to(response, start.address)
    return response
