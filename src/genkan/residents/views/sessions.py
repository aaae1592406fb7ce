"""Where somebody is signed in, and signing out there."""

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from genkan.kernel import clock
from genkan.kernel.errors import NotFound
from genkan.kernel.ids import AccountId
from genkan.residents.domain.devices import SIGNED_OUT
from genkan.residents.service import devices
from genkan.ui.answers import see_other
from genkan.ui.callers import for_account


@require_http_methods(["GET", "POST"])
@for_account
def sessions(request: HttpRequest, account: AccountId) -> HttpResponse:
    """Show the browsers that are signed in; end one, the others, or all."""
    if request.method == "POST":
        return _end(request, account)
    found = devices.sessions_of(
        account,
        current=_key(request),
        idle=settings.GENKAN.session_idle,
        now=clock.now(),
    )
    return render(request, "usersessions/usersession_list.html", {"sessions": found})


def _end(request: HttpRequest, account: AccountId) -> HttpResponse:
    now = clock.now()
    end = request.POST.get("end", "")
    if end == "all":
        devices.end_sessions(account, now=now)
        logout(request)
        request.session[SIGNED_OUT] = {"account": str(account), "since": now.isoformat()}
        return see_other("sso:sign_outs")
    if end == "others":
        devices.end_sessions(account, keep=_key(request), now=now)
    elif end.isascii() and end.isdigit() and len(end) < 19:  # noqa: PLR2004 - fits a bigint
        devices.end_session(account, int(end), now=now)
    else:
        raise NotFound
    return see_other("usersessions_list")


def _key(request: HttpRequest) -> str:
    return request.session.session_key or ""
