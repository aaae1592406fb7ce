"""The language switch, and the handlers of Django's own errors."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_POST

from genkan.kernel.errors import NotFound
from genkan.ui import request_id
from genkan.ui.addresses import wanted_next
from genkan.ui.answers import see_other, wants_json
from genkan.ui.callers import for_everybody
from genkan.ui.context import Shell
from genkan.ui.errors import BadRequest, NotAllowed, StalePage, TooManyRequests, UnknownLanguage
from genkan.ui.refusals import answer


@require_POST
@for_everybody
def language(request: HttpRequest) -> HttpResponse:
    """Remember the chosen language in a cookie and go back to the page.

    Raises:
        UnknownLanguage: none of ours.
    """
    chosen = request.POST.get("language", "")
    if chosen not in dict(settings.LANGUAGES):
        raise UnknownLanguage(field="language")
    response = see_other(wanted_next(request))
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        chosen,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        path=settings.LANGUAGE_COOKIE_PATH,
        domain=settings.LANGUAGE_COOKIE_DOMAIN,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request that Django found malformed."""
    return answer(request, BadRequest())


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer Django's PermissionDenied."""
    return answer(request, NotAllowed())


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer an address that leads nowhere."""
    return answer(request, NotFound())


def stale_page(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose CSRF token is missing or old: say that nothing changed, and lead back."""
    return answer(request, StalePage())


def too_many_requests(request: HttpRequest) -> HttpResponse:
    """Answer somebody who came too often; allauth's limits use it through `handler429`."""
    return answer(request, TooManyRequests())


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer after a failure of ours without touching database or session; tell the request id."""
    identifier = request_id.current()
    if wants_json(request):
        return JsonResponse({"error": "ui.server_error", "request_id": identifier}, status=500)
    context = {"shell": Shell(None), "request_id": identifier}
    return HttpResponse(render_to_string("ui/failure.html", context), status=500)
