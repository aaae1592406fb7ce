"""Who may call a view: each decorator hands the view its caller and marks it with `caller`.

    @for_everybody   view(request, …)
    @for_account     view(request, account, …)     signed in, perhaps without an ID yet
    @for_resident    view(request, resident, …)    has an ID, nothing stands against them, and
                                                   they owe no decision (genkan.ui.notices)
    @for_any_resident   likewise                   has an ID, whatever stands against it (stopping)
    @for_operator    view(request, account, …)     staff
    @for_partner     view(request, …)              machines: no cookies, no CSRF, refusals as JSON

Whoever is not signed in is sent to the sign-in page and comes back; an account without an ID goes
to registration and comes back. Put these innermost, under `require_http_methods`.
"""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, Literal, ParamSpec

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import resolve_url
from django.urls import Resolver404, resolve
from django.views.decorators.csrf import csrf_exempt

from genkan.kernel import clock, wall
from genkan.kernel.ids import AccountId, ResidentId
from genkan.kernel.registry import Registry
from genkan.kernel.wall import acting_for
from genkan.ui import acting
from genkan.ui.addresses import way_back, with_next
from genkan.ui.answers import see_other, wants_json
from genkan.ui.errors import NotAllowed, SignInNeeded
from genkan.ui.notices import Notice, notices_for

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]
AccountView = Callable[Concatenate[HttpRequest, AccountId, P], HttpResponseBase]
ResidentView = Callable[Concatenate[HttpRequest, ResidentId, P], HttpResponseBase]
Caller = Literal["everybody", "account", "resident", "operator", "partner"]

REGISTRATION = "/register/terms"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods that look and change nothing (RFC 9110 section 9.2.1)."""

resident_resolver: Registry[Callable[[AccountId], ResidentId | None]] = Registry(
    "resident resolver"
)
"""Exactly one entry: which resident an account belongs to."""

resident_gates: Registry[Callable[[ResidentId], None]] = Registry("resident gates")
"""Each raises a Refusal when this resident may not act now, such as one who is suspended."""


def for_everybody(view: View[P]) -> View[P]:
    """Let anybody call the view, signed in or not."""

    @wraps(view)
    def call(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        return view(request, *args, **kwargs)

    return _marked(call, "everybody")


def answering_clients(view: View[P]) -> View[P]:
    """Mark a view whose answers a partner's program may wait for, such as `prompt=none`.

    Who may not act now is signed out there instead of being shown a page about themselves.
    """
    view.answers_clients = True  # type: ignore[attr-defined] # read by `answers_clients`
    return view


def answers_clients(request: HttpRequest) -> bool:
    """Whether the view of this request is marked so."""
    try:
        found = resolve(request.path_info)
    except Resolver404:
        return False
    return getattr(found.func, "answers_clients", False)


def for_account(view: AccountView[P]) -> View[P]:
    """Hand the view the signed-in account; send others to the sign-in page."""

    @wraps(view)
    def call(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        account = account_of(request)
        if account is None:
            return _sign_in(request)
        return view(request, account, *args, **kwargs)

    return _marked(call, "account")


def for_resident(view: ResidentView[P]) -> View[P]:
    """Hand the view the resident, unless a gate refuses them or they owe a decision."""

    @wraps(view)
    def gated(
        request: HttpRequest, resident: ResidentId, /, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponseBase:
        for gate in resident_gates.items().values():
            gate(resident)
        detour = _detour(request)
        return detour or view(request, resident, *args, **kwargs)

    return for_any_resident(gated)


def for_any_resident(view: ResidentView[P]) -> View[P]:
    """Hand the view the resident in whatever state; send accounts without an ID to registration."""

    @wraps(view)
    def call(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        account = account_of(request)
        if account is None:
            return _sign_in(request)
        resident = resident_resolver.only()(account)
        if resident is None:
            return _send(request, with_next(REGISTRATION, way_back(request)))
        request.notices = notices_for(resident)  # type: ignore[attr-defined] # see notices_of
        person = acting.whose(request, resident, view, now=clock.now())
        with acting_for(*{resident, person}):
            return view(request, person, *args, **kwargs)

    return _marked(call, "resident")


def for_operator(view: AccountView[P]) -> View[P]:
    """Hand the view the account of a member of staff; refuse everybody else."""

    @wraps(view)
    def call(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        account = account_of(request)
        if account is None:
            return _sign_in(request)
        if not request.user.is_staff:
            raise NotAllowed
        with wall.for_everybody("staff look people up, each with a reason on record"):
            return view(request, account, *args, **kwargs)

    return _marked(call, "operator")


def for_partner(view: View[P]) -> View[P]:
    """Let machines call the view; it checks their credentials by its own protocol."""

    @csrf_exempt
    @wraps(view)
    def call(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        with wall.for_everybody("a partner's program speaks of many people"):
            return view(request, *args, **kwargs)

    return _marked(call, "partner")


def account_of(request: HttpRequest) -> AccountId | None:
    """Return the account that is signed in, or None."""
    return AccountId(request.user.pk) if request.user.is_authenticated else None


def resident_of(request: HttpRequest) -> ResidentId | None:
    """Return the resident that is signed in, or None; for pages that serve everybody."""
    account = account_of(request)
    return None if account is None else resident_resolver.only()(account)


def _detour(request: HttpRequest) -> HttpResponse | None:
    """Return the way to a decision that is owed and pressing; refuse deeds until it is made."""
    owed = next((notice.duty for notice in notices_of(request) if notice.duty), None)
    if owed is None:
        return None
    if request.method not in SAFE:
        raise owed.refusal
    if not owed.is_pressing:
        return None
    if wants_json(request):
        raise owed.refusal
    return _send(request, with_next(owed.address, way_back(request)))


def notices_of(request: HttpRequest) -> tuple[Notice, ...]:
    """Return what the resident of this page is to be told; nothing on pages for others."""
    found: tuple[Notice, ...] = getattr(request, "notices", ())
    return found


def _marked(call: View[P], caller: Caller) -> View[P]:
    call.caller = caller  # type: ignore[attr-defined]  # read by the architecture test and by wants_json
    return call


def _sign_in(request: HttpRequest) -> HttpResponse:
    if wants_json(request):
        raise SignInNeeded
    return _send(request, with_next(resolve_url(settings.LOGIN_URL), way_back(request)))


def _send(request: HttpRequest, address: str) -> HttpResponse:
    """Redirect; a fragment asked for by HTMX makes the whole page move."""
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return see_other(address)
