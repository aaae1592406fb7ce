"""Pages of supervisors: who looked unusually much, or at somebody close (M22, M44)."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from genkan.console.access import for_supervisor
from genkan.kernel import clock
from genkan.kernel.ids import AccountId
from genkan.residents import api as residents
from genkan.residents.api import Staff
from genkan.ui.answers import see_other


@require_safe
@for_supervisor
def alerts(request: HttpRequest, staff: Staff) -> HttpResponse:
    """List what waits for a review."""
    context = {"alerts": residents.alerts(), "own": staff.account}
    return render(request, "console/desk/alerts.html", context)


@require_safe
@for_supervisor
def lookups(request: HttpRequest, staff: Staff, account: UUID) -> HttpResponse:
    """Show what a member of staff did lately, with their reasons; of residents the ID only."""
    context = {"lookups": residents.lookups_of(AccountId(account))}
    return render(request, "console/desk/lookups.html", context)


@require_POST
@for_supervisor
def reviewed(request: HttpRequest, staff: Staff, alert: UUID) -> HttpResponse:
    """Write that the supervisor looked into it."""
    residents.review(alert, staff.account, now=clock.now())
    return see_other("console_residents:alerts")
