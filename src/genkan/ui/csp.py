"""Content security policy: what a page may load, and where its forms may lead.

Chromium applies `form-action` to the redirects that follow a form as well, so a form whose answer
sends the browser on to a partner (allow or deny on the consent page, the sign-in that precedes it)
needs that partner's origin in the policy of the page it stands on. Two doors widen it, for one
response each:

- a view that knows the partner: `allow_forms_to(response, redirect_uri)`;
- a feature that can tell it from the request (a sign-in page with a pending authorization): an
  entry in `form_destinations`, which returns addresses already checked against its register.

The console (Wagtail's admin) runs inline scripts and frames its own previews: it has a policy of
its own.
"""

from collections.abc import Callable, Iterable
from typing import Any

from csp.constants import NONE, SELF, UNSAFE_INLINE
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from genkan.kernel.registry import Registry
from genkan.ui.addresses import origin_of

Directives = dict[str, Any]

FAILURE = 500
CONSOLE_PREFIX = "/console/"

DIRECTIVES: Directives = {
    "default-src": [SELF],
    "img-src": [SELF, "data:"],
    "object-src": [NONE],
    "base-uri": [NONE],
    "form-action": [SELF],
    "frame-ancestors": [NONE],
}
CONSOLE_DIRECTIVES: Directives = {
    **DIRECTIVES,
    "script-src": [SELF, UNSAFE_INLINE],
    "style-src": [SELF, UNSAFE_INLINE],
    "img-src": [SELF, "data:", "blob:"],
    "frame-ancestors": [SELF],
}
POLICY: Directives = {"DIRECTIVES": DIRECTIVES}

form_destinations: Registry[Callable[[HttpRequest], Iterable[str]]] = Registry("form destinations")
"""Each returns addresses that forms on this request's page may end at, after redirects."""


def allow_forms_to(response: HttpResponseBase, *addresses: str) -> None:
    """Let forms on this page end at the origins of `addresses`, which are checked already."""
    update = getattr(response, "_csp_update", {})
    known = update.get("form-action", [])
    origins = [origin_of(address) for address in addresses]
    response._csp_update = {**update, "form-action": [*known, *origins]}  # type: ignore[attr-defined] # noqa: SLF001  # django-csp's documented door


def apply(request: HttpRequest, response: HttpResponseBase) -> None:
    """Choose the policy of one response; django-csp writes it."""
    if request.path_info.startswith(CONSOLE_PREFIX):
        response._csp_config = CONSOLE_DIRECTIVES  # type: ignore[attr-defined] # noqa: SLF001  # as above
        return
    if response.status_code >= FAILURE:  # no form of a feature there, and its store may be down
        return
    for destinations in form_destinations.items().values():
        allow_forms_to(response, *destinations(request))
