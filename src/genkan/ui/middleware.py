"""Middleware: request identifier, headers of pages, refusals. The order is in the settings.

`request_id` stands first, so that every answer carries it. `proposed_language` stands right after
Django's own choice of a language. `page_headers` stands inside Django's
session, locale and CSP middleware: what it sets, they keep. `refusals` stands before the views,
`one_persons_rows` next, before residents' own middleware.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase

from genkan.kernel.errors import Refusal
from genkan.kernel.wall import for_everybody, for_nobody
from genkan.ui import csp, languages
from genkan.ui import request_id as identifiers
from genkan.ui.errors import WrongMethod
from genkan.ui.refusals import answer

Handler = Callable[[HttpRequest], HttpResponseBase]


def request_id(get_response: Handler) -> Handler:
    """Give every request an identifier and tell it in X-Request-ID."""

    def handle(request: HttpRequest) -> HttpResponseBase:
        fresh = identifiers.begin()
        response = get_response(request)
        response.headers[identifiers.HEADER] = fresh
        return response

    return handle


def proposed_language(get_response: Handler) -> Handler:
    """Speak the language that whoever sent the resident here has proposed."""

    def handle(request: HttpRequest) -> HttpResponseBase:
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            languages.speak_as_proposed(request)
        return get_response(request)

    return handle


def page_headers(get_response: Handler) -> Handler:
    """Set what every page says about itself: language, caching, content security policy."""

    def handle(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        response.headers.setdefault("Content-Language", languages.tag_of(languages.current()))
        if _is_personal(request) and "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "no-store"
        csp.apply(request, response)
        return response

    return handle


def refusals(get_response: Handler) -> Handler:
    """Turn refusals raised by views into pages or JSON."""
    return _Refusals(get_response)


class _Refusals:
    """Django looks for `process_exception` on the middleware, so this one is an object."""

    def __init__(self, get_response: Handler) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self._get_response(request)
        if isinstance(response, HttpResponseNotAllowed) and not response.content:
            page = answer(request, WrongMethod())
            page.headers["Allow"] = response.headers["Allow"]
            return page
        return response

    def process_exception(self, request: HttpRequest, fault: Exception) -> HttpResponse | None:
        """Answer a refusal; leave everything else to the handler of failures."""
        return answer(request, fault) if isinstance(fault, Refusal) else None


def one_persons_rows(get_response: Handler) -> Handler:
    """Show a request nobody's rows until it is known whose it is; staff are shown all.

    Who that is says residents.middleware, and whom they act for says genkan.ui.callers.
    """

    def handle(request: HttpRequest) -> HttpResponseBase:
        is_staff = request.user.is_authenticated and request.user.is_staff
        with for_everybody("pages of the console") if is_staff else for_nobody():
            return get_response(request)

    return handle


def _is_personal(request: HttpRequest) -> bool:
    """Whether the answer may depend on a session: one was sent, or this request began one."""
    return settings.SESSION_COOKIE_NAME in request.COOKIES or request.session.modified
