"""Middleware: a session that an intervention has ended is over with the next request (M22).

It knows whose request it is, so from here on the database shows their rows (genkan.kernel.wall).

It asks the database each time, so it holds in every process from the moment the intervention has
committed. It stands last, next to `ui.middleware.refusals`.
"""

from collections.abc import Callable
from datetime import UTC, datetime

from allauth.account.authentication import get_authentication_records
from django.contrib import auth
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from genkan.kernel import clock
from genkan.kernel.wall import acting_for
from genkan.residents.domain.interventions import Door
from genkan.residents.errors import Suspended
from genkan.residents.service import interventions
from genkan.ui.callers import account_of, answers_clients
from genkan.ui.refusals import answer

Handler = Callable[[HttpRequest], HttpResponseBase]


def interventions_hold(get_response: Handler) -> Handler:
    """End sessions of residents who are stopped, and those from before a sign-in was asked for."""

    def handle(request: HttpRequest) -> HttpResponseBase:
        account = None if getattr(request.user, "is_staff", False) else account_of(request)
        door = interventions.door_of(account) if account is not None else None
        if door is not None and door.is_stopped:
            auth.logout(request)
            return get_response(request) if answers_clients(request) else _told(request)
        if door is not None and door.sign_in_after is not None:
            _ask_afresh(request, door, door.sign_in_after)
        if door is None:
            return get_response(request)
        with acting_for(door.resident):
            return get_response(request)

    return handle


def _told(request: HttpRequest) -> HttpResponseBase:
    return answer(request, Suspended())


def _ask_afresh(request: HttpRequest, door: Door, since: datetime) -> None:
    """Sign out whoever signed in before; note that somebody has signed in since."""
    signed_in_at = _newest_proof(request)
    if signed_in_at is None or signed_in_at < since:
        auth.logout(request)
    elif door.asked_for:
        interventions.signed_in_afresh(door.resident, now=clock.now())


def _newest_proof(request: HttpRequest) -> datetime | None:
    """Return when this session was last proved; None where nothing was recorded."""
    moments = [one["at"] for one in get_authentication_records(request, request.user)]
    return datetime.fromtimestamp(max(moments), UTC) if moments else None
