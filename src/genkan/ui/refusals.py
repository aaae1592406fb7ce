"""How a refusal is told: as a page to people, as `{"error": code}` to machines.

The page of the code `app.state` is the template `app/refusals/state.html`, which extends
`ui/refusal.html` and says what happened and what to do next.
"""

from collections.abc import Iterator
from http import HTTPStatus
from importlib import import_module
from importlib.util import find_spec

from django.apps import apps
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string

from genkan.kernel.errors import Refusal
from genkan.kernel.wire import RETRY_AFTER
from genkan.ui.addresses import page_before
from genkan.ui.answers import wants_json

PACKAGE = "genkan."


def template_of(code: str) -> str:
    """Return the template that tells a refusal: `app.state` in `app/refusals/state.html`.

    Raises:
        ValueError: the code is not `app.state`.
    """
    app, dot, state = code.partition(".")
    if not (dot and app.isidentifier() and state.isidentifier()):
        raise ValueError(f"{code!r} is not app.state")
    return f"{app}/refusals/{state}.html"


def answer(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """Return the refusal as this client reads it, with its status."""
    headers = (
        {"Retry-After": RETRY_AFTER} if refusal.status == HTTPStatus.SERVICE_UNAVAILABLE else {}
    )
    if wants_json(request):
        body = {"error": refusal.code}
        if refusal.field is not None:
            body["field"] = refusal.field
        return JsonResponse(body, status=refusal.status, headers=headers)
    context = {"refusal": refusal, "page_before": page_before(request)}
    page = render_to_string(template_of(refusal.code), context, request)
    return HttpResponse(page, status=refusal.status, headers=headers)


def every_refusal() -> list[type[Refusal]]:
    """Return all refusals that Genkan's apps define, by code; for the test of their pages."""
    for app in apps.get_app_configs():
        module = f"{app.name}.errors"
        if app.name.startswith(PACKAGE) and find_spec(module) is not None:
            import_module(module)
    found = {kind for kind in _below(Refusal) if kind.__module__.startswith(PACKAGE)}
    return sorted((kind for kind in found if hasattr(kind, "code")), key=lambda kind: kind.code)


def _below(kind: type[Refusal]) -> Iterator[type[Refusal]]:
    for child in kind.__subclasses__():
        yield child
        yield from _below(child)
