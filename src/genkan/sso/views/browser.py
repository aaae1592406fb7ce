"""The browser in front of us, as its session describes it."""

import secrets
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from allauth.account.authentication import get_authentication_records
from django.http import HttpRequest

from genkan.kernel.ids import AccountId
from genkan.sso.domain.values import Browser

SECRET = "sso.browser"  # noqa: S105 - the name of a session entry
DESTINATIONS = "sso.destinations"
MAX_DESTINATIONS = 5
FORM_PAGES = ("/accounts/", "/oauth2/")
AMR_OF_METHOD: Mapping[str, str] = {
    "password": "pwd",
    "password_reset": "pwd",
}
"""RFC 8176 names of allauth's methods; what is not here is not told."""


def browser_of(request: HttpRequest) -> Browser:
    """Return the browser of a request; a new one has a secret that `remember` has to keep."""
    secret = request.session.get(SECRET) or secrets.token_urlsafe(32)
    if not request.user.is_authenticated:
        return Browser(secret=secret)
    records = get_authentication_records(request, request.user)
    return Browser(
        secret=secret,
        account=AccountId(request.user.pk),
        proved_at=_newest(records) or request.user.last_login,
        amr=_methods(records),
    )


def remember(request: HttpRequest, browser: Browser) -> None:
    """Keep a browser's secret in its session: signing in keeps it, signing out ends it."""
    if request.session.get(SECRET) != browser.secret:
        request.session[SECRET] = browser.secret


def _newest(records: Iterable[Mapping[str, Any]]) -> datetime | None:
    """Return when the newest proof was given; None where allauth recorded none (at sign-up)."""
    moments = [record["at"] for record in records]
    return datetime.fromtimestamp(max(moments), UTC) if moments else None


def _methods(records: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    told = (AMR_OF_METHOD.get(record["method"]) for record in records)
    return tuple(dict.fromkeys(method for method in told if method is not None))


def expect_redirect_to(request: HttpRequest, address: str) -> None:
    """Remember a client's checked address, so that forms on the way there may end at it."""
    known = [one for one in request.session.get(DESTINATIONS, []) if one != address]
    request.session[DESTINATIONS] = [*known, address][-MAX_DESTINATIONS:]


def destinations(request: HttpRequest) -> list[str]:
    """Return where forms of this page may end, for the content security policy (`ui.csp`)."""
    if not request.path_info.startswith(FORM_PAGES):
        return []
    found: list[str] = request.session.get(DESTINATIONS, [])
    return found
