"""Small answers that views give."""

from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import resolve_url

HTML, JSON = "text/html", "application/json"


class SeeOther(HttpResponseRedirect):
    """303: the deed is done, read the result there (RFC 9110 section 15.4.4)."""

    status_code = 303


def see_other(to: str, *args: object, **kwargs: object) -> SeeOther:
    """Redirect to a route by name with its arguments, or to a path, after a POST."""
    return SeeOther(resolve_url(to, *args, **kwargs))


def wants_json(request: HttpRequest) -> bool:
    """Whether the client prefers JSON over a page, or the address is one for machines."""
    match = request.resolver_match
    if match is not None and getattr(match.func, "caller", None) == "partner":
        return True
    return request.get_preferred_type([HTML, JSON]) == JSON
