"""Addresses a browser may be sent to: paths of this site and nothing else."""

import unicodedata
from urllib.parse import urlencode, urlsplit

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

HOME = "/"


def safe_path(candidate: str | None) -> str | None:
    """Return `candidate` if it is a path of this site, else None.

    A path begins with one slash. Refused are other hosts in every disguise that browsers undo (two
    slashes, a backslash for a slash, a tab or line break between them), control, invisible and
    space characters, and addresses above 2,048 characters.

    Source:
        WHATWG URL Standard, section 4.4: tabs and line breaks are dropped, a backslash is a slash.
    """
    if not candidate or not candidate.startswith("/"):
        return None
    if any(unicodedata.category(sign)[0] in "CZ" for sign in candidate):
        return None
    if not url_has_allowed_host_and_scheme(candidate, allowed_hosts=None):
        return None
    return candidate


def wanted_next(request: HttpRequest, default: str = HOME) -> str:
    """Return the path in the request's `next` (posted or asked for), or `default`."""
    asked = request.POST.get("next") or request.GET.get("next")
    return safe_path(asked) or default


def with_next(address: str, path: str) -> str:
    """Return `address` with `path` as its `next`; the home page needs none."""
    return address if path == HOME else f"{address}?{urlencode({'next': path})}"


def origin_of(address: str) -> str:
    """Return scheme, host and port of an address; for a scheme without a host the scheme alone.

    Both are sources as CSP writes them: `https://shinsei.example`, `jp.example.app:`.
    """
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else f"{parts.scheme}:"


def page_before(request: HttpRequest) -> str:
    """Return the path of our page that led here, or the home page.

    The Referer is believed only for its path on this very host.
    """
    try:
        parts = urlsplit(request.headers.get("Referer", ""))
    except ValueError:  # an address no browser sends, such as http://[::1
        return HOME
    if parts.netloc != request.META.get("HTTP_HOST", ""):
        return HOME
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    return safe_path(path) or HOME


def way_back(request: HttpRequest) -> str:
    """Return the path to reload after an interruption: this page, or the one that posted here."""
    if request.method in {"GET", "HEAD"}:
        return safe_path(request.get_full_path()) or HOME
    return page_before(request)
