"""The client registration and configuration endpoints (RFC 7591, RFC 7592): for machines, as JSON.

Source:
    RFC 7591 section 3; RFC 7592 section 2; RFC 6750 section 3.
"""

import logging
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from allauth.core import ratelimit
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_http_methods

from genkan.kernel import clock, strict_json, wire
from genkan.sso.domain import bearer
from genkan.sso.errors import InvalidClientMetadata, InvalidToken, OAuthError
from genkan.sso.service import registrations
from genkan.ui.callers import for_partner

LOG = logging.getLogger(__name__)
MAX_BODY_BYTES = 64 * 1024
LIMITS = {"client_registration": "300/m/ip"}
"""A test suite registers a client for each module, and deletes it again."""

P = ParamSpec("P")
Endpoint = Callable[Concatenate[HttpRequest, P], HttpResponse]


def _as_json(view: Endpoint[P]) -> Endpoint[P]:
    """Answer refusals as these protocols do, and nobody too often."""

    @wraps(view)
    def call(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if ratelimit.consume_or_429(request, action="client_registration", config=LIMITS):
            return _told({"error": "temporarily_unavailable"}, 429)
        try:
            return view(request, *args, **kwargs)
        except wire.Unreadable as error:
            told = {"error": "invalid_request", "error_description": str(error)}
            return _told(told, error.status)
        except OAuthError as error:
            LOG.info("sso.registration_refused", extra={"error": error.error})
            answer = _told(error.document(), error.status)
            if isinstance(error, InvalidToken):
                answer.headers["WWW-Authenticate"] = bearer.challenge(error)
            return answer

    return call


@require_http_methods(["POST"])
@for_partner
@_as_json
def register(request: HttpRequest) -> HttpResponse:
    """Register a client by an initial access token."""
    document = _document(request)
    return _told(registrations.register(_token(request), document, now=clock.now()), 201)


@require_http_methods(["GET", "PUT", "DELETE"])
@for_partner
@_as_json
def registration(request: HttpRequest, client_id: str) -> HttpResponse:
    """Show, change or delete a registration to whoever holds its token."""
    if request.method == "PUT":
        document = _document(request)
        told = registrations.change(client_id, _token(request), document, now=clock.now())
        return _told(told, 200)
    if request.method == "DELETE":
        registrations.delete(client_id, _token(request), now=clock.now())
        return _private(HttpResponse(status=204))
    return _told(registrations.described(client_id, _token(request)), 200)


def _token(request: HttpRequest) -> str | None:
    return wire.bearer_of(request.headers.get("Authorization", ""))


def _document(request: HttpRequest) -> dict[str, Any]:
    """Return the JSON object of a request's body.

    Raises:
        Unreadable: it is too large (413) or of another type (415).
        InvalidClientMetadata: it is no JSON object, or one that can be read in two ways.
    """
    body = wire.read_body(request.META, max_bytes=MAX_BODY_BYTES)
    if request.content_type != "application/json":
        raise wire.Unreadable(415, "the body must be application/json")
    try:
        document = strict_json.loads(body)
    except ValueError as error:
        raise InvalidClientMetadata("the body", str(error)) from error
    if not isinstance(document, dict):
        raise InvalidClientMetadata("the body", "must be a JSON object")
    return document


def _told(document: Mapping[str, object], status: int) -> HttpResponse:
    return _private(JsonResponse(document, status=status))


def _private(answer: HttpResponse) -> HttpResponse:
    for name, value in wire.PRIVATE.items():
        answer.headers[name] = value
    return answer
