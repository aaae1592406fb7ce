"""Where a resident is signed in at services, and signing out there (M15, B4)."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from genkan.kernel import clock
from genkan.kernel.errors import NotFound
from genkan.kernel.ids import ResidentId
from genkan.ledger import api as ledger
from genkan.partners import api as partners
from genkan.sso.domain.values import SessionId
from genkan.sso.service.sessions import end_at_services, signed_in
from genkan.sso.views.browser import browser_of
from genkan.ui.answers import see_other
from genkan.ui.callers import account_of, for_any_resident

ALL = "all"


@require_http_methods(["GET", "HEAD", "POST"])
@for_any_resident
def sessions(request: HttpRequest, resident: ResidentId) -> HttpResponse:
    """Show where the resident is signed in; sign out of one service there, or of all."""
    account, now = account_of(request), clock.now()
    assert account is not None, "a resident has signed in"
    if request.method == "POST":
        chosen = _chosen(request.POST.get("end", ""))
        by = ledger.Actor.resident(resident)
        if not end_at_services(account, chosen, by=by, now=now) and chosen is not None:
            raise NotFound
        return see_other("sso:sign_outs")
    found = signed_in(account, browser_of(request), now=now)
    names = {one.id: one.name for one in partners.services()}
    lines = [{"session": one, "service": names[one.service]} for one in found]
    return render(request, "sso/sessions.html", {"lines": lines})


def _chosen(text: str) -> list[SessionId] | None:
    """Return which session is to end, or None for all.

    Raises:
        NotFound: neither is said.
    """
    if text == ALL:
        return None
    try:
        return [SessionId(UUID(text))]
    except ValueError as error:
        raise NotFound from error
