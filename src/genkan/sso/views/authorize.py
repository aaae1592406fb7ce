"""The authorization endpoint."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from genkan.kernel import clock, wire
from genkan.sso.domain.authorize import Answer
from genkan.sso.errors import RequestUnreadable
from genkan.sso.service import authorize as service
from genkan.sso.views.answers import deliver
from genkan.sso.views.browser import browser_of, remember
from genkan.ui import acting
from genkan.ui.answers import SeeOther, see_other
from genkan.ui.callers import answering_clients, for_everybody

MAX_POSTED_BYTES = 12_000


def form_of(request: HttpRequest) -> wire.Form:
    """Return the parameters of a query or a posted form.

    Raises:
        RequestUnreadable: neither can be read.
    """
    try:
        if request.method == "POST":
            return wire.read_form(
                request.META | {"wsgi.input": request}, max_bytes=MAX_POSTED_BYTES
            )
        return wire.parse_form(wire.query_of(request.META))
    except wire.Unreadable as error:
        raise RequestUnreadable from error


def as_get(request: HttpRequest, form: wire.Form) -> HttpResponseBase:
    """Turn a client's POST into the same GET.

    A browser sends no SameSite=Lax cookie with a form that another site posts, and sends it with
    the GET that follows.
    """
    pairs = [(name, value) for name in form.values for value in form.every(name)]
    return SeeOther(f"{request.path}?{urlencode(pairs)}")


@csrf_exempt
@require_http_methods(["GET", "POST"])
@answering_clients
@for_everybody
def authorize(request: HttpRequest) -> HttpResponseBase:
    """Take in an authorization request: answer it, or send the resident where they are asked."""
    form = form_of(request)
    if request.method == "POST":
        return as_get(request, form)
    acting.end(request)
    browser = browser_of(request)
    begun = service.begin(form, browser=browser, now=clock.now())
    if isinstance(begun, Answer):
        if browser.account is not None:
            remember(request, browser)
        return deliver(request, begun)
    remember(request, browser)
    return see_other("sso:interaction", begun)
