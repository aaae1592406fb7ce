"""The end-session endpoint (RP-Initiated Logout)."""

from allauth.account.adapter import get_adapter
from django.core import signing
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from genkan.sso.domain.logout import Next
from genkan.sso.errors import LogoutRefused, RequestUnreadable
from genkan.sso.service import logout as service
from genkan.sso.views.authorize import as_get, form_of
from genkan.sso.views.browser import browser_of
from genkan.ui.answers import SeeOther
from genkan.ui.callers import for_everybody
from genkan.ui.csp import allow_forms_to

SALT = "genkan.sso.logout"
MAX_AGE_SECONDS = 30 * 60


@csrf_exempt
@require_http_methods(["GET", "POST"])
@for_everybody
def logout(request: HttpRequest) -> HttpResponseBase:
    """Sign out at a client's request: at once where it is surely theirs, else ask first."""
    try:
        form = form_of(request)
    except RequestUnreadable as error:
        raise LogoutRefused from error
    if request.method == "POST":
        return as_get(request, form)
    decision = service.consider(form, browser=browser_of(request))
    if decision.next is Next.CONFIRM:
        return _confirm(request, decision.address)
    if decision.next is Next.END:
        get_adapter().logout(request)
    return _signed_out(request, decision.address)


@require_POST
@for_everybody
def logout_confirm(request: HttpRequest) -> HttpResponseBase:
    """Sign out after the resident said so, and go where the checked request wanted to."""
    try:
        note = signing.loads(request.POST.get("note", ""), salt=SALT, max_age=MAX_AGE_SECONDS)
    except signing.BadSignature as error:
        raise LogoutRefused from error
    get_adapter().logout(request)
    return _signed_out(request, note["address"])


def _confirm(request: HttpRequest, address: str | None) -> HttpResponseBase:
    note = signing.dumps({"address": address}, salt=SALT)
    response = render(request, "sso/logout.html", {"note": note})
    if address is not None:
        allow_forms_to(response, address)
    return response


def _signed_out(request: HttpRequest, address: str | None) -> HttpResponseBase:
    if address is not None:
        return SeeOther(address)
    return render(request, "sso/signed_out.html")
