"""What services call to link accounts: confirm, ask, tell, end, merge (M18).

Each is a POST of a form by a client that proves itself as at the token endpoint; JSON comes back.
"""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_POST

from genkan.kernel import clock, wire
from genkan.sso.domain.linking import Conflict, LinkInConflict
from genkan.sso.domain.steps import Door
from genkan.sso.domain.values import Client
from genkan.sso.errors import OAuthError
from genkan.sso.service import linking
from genkan.sso.service.linking import Standing
from genkan.sso.service.proof import prove
from genkan.ui.callers import for_partner

MAX_BYTES = 16_384
Deed = Callable[[Client, wire.Form], Standing]


@require_POST
@for_partner
def confirm(request: HttpRequest) -> JsonResponse:
    """Link an account: 201 when it is linked now, 200 when it was before, 409 for a conflict."""
    return _answer(request, lambda client, form: linking.confirm(client, form, now=clock.now()))


@require_POST
@for_partner
def state(request: HttpRequest) -> JsonResponse:
    """Say how an account stands."""
    return _answer(request, linking.state)


@require_POST
@for_partner
def matters(request: HttpRequest) -> JsonResponse:
    """Take in how many applications of an account are under way."""
    return _answer(request, linking.tell_matters)


@require_POST
@for_partner
def end(request: HttpRequest) -> JsonResponse:
    """Unlink an account."""
    return _answer(request, lambda client, form: linking.end(client, form, now=clock.now()))


@require_POST
@for_partner
def merge(request: HttpRequest) -> JsonResponse:
    """Take in that one account became part of another."""
    return _answer(request, _merged)


def _merged(client: Client, form: wire.Form) -> Standing:
    found = linking.merge(client, form, now=clock.now())
    if isinstance(found, Conflict):
        raise LinkInConflict(str(found.reason), conflict=str(found.id))
    return found


def _answer(request: HttpRequest, deed: Deed) -> JsonResponse:
    try:
        form = wire.read_form(request.META | {"wsgi.input": request}, max_bytes=MAX_BYTES)
        found = deed(_client(request, form), form)
    except wire.Unreadable as error:
        told = {"error": "invalid_request", "error_description": str(error)}
        return JsonResponse(told, status=error.status, headers=wire.PRIVATE)
    except OAuthError as error:
        return _refused(error)
    status = HTTPStatus.CREATED if found.is_new else HTTPStatus.OK
    return JsonResponse(found.document(), status=status, headers=wire.PRIVATE)


def _client(request: HttpRequest, form: wire.Form) -> Client:
    """Return the client that a request proves to come from."""
    authorization = request.headers.get("Authorization")
    proven = prove(authorization, form, Door.LINKS, now=clock.now())
    if isinstance(proven, OAuthError):
        raise proven
    return proven.client


def _refused(error: OAuthError) -> JsonResponse:
    headers = dict(wire.PRIVATE)
    if error.status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = 'Basic realm="genkan"'
    return JsonResponse(error.document(), status=error.status, headers=headers)
