"""What services answered when they were told that a session is over (B4)."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from genkan.kernel import clock
from genkan.kernel.ids import AccountId
from genkan.partners import api as partners
from genkan.residents.api import SIGNED_OUT
from genkan.sso.domain.logout_tokens import SignOut
from genkan.sso.service.logouts import sign_outs_of
from genkan.ui import languages
from genkan.ui.answers import see_other
from genkan.ui.callers import account_of, for_everybody

SHOWN_TO_OWNER = timedelta(hours=24)
SHOWN_AFTERWARDS = timedelta(minutes=10)
"""To a browser that has just signed out everywhere; then whoever sits there sees nothing."""


@require_safe
@for_everybody
def sign_outs(request: HttpRequest) -> HttpResponse:
    """Show each service's answer, to its owner or right after signing out everywhere."""
    now = clock.now()
    whose = _whose(request, now)
    if whose is None:
        return see_other("account_login")
    account, since = whose
    found = [_line(one) for one in sign_outs_of(account, since=since)]
    context = {"found": found, "is_out": account_of(request) is None}
    return render(request, "sso/sign_outs.html", context)


def _whose(request: HttpRequest, now: datetime) -> tuple[AccountId, datetime] | None:
    """Return whose sign-outs may be shown here, and since when.

    None if nobody is signed in, and nobody has signed out everywhere just now.
    """
    account = account_of(request)
    if account is not None:
        return account, now - SHOWN_TO_OWNER
    note: dict[str, str] = request.session.get(SIGNED_OUT, {})
    since = datetime.fromisoformat(note["since"]) if note else None
    if since is None or now - since > SHOWN_AFTERWARDS:
        return None
    return AccountId(UUID(note["account"])), since


def _line(one: SignOut) -> dict[str, Any]:
    name = partners.service(one.service).name.in_language(languages.current())
    return {"service": name, "at": one.at, "answer": one.answer, "confirmed_at": one.confirmed_at}
