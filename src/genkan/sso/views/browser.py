"""The browser in front of us, as its session describes it."""

import secrets
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from allauth.account.authentication import get_authentication_records
from django.http import HttpRequest

from genkan.kernel.ids import AccountId
from genkan.sso.domain.values import ACR_ONE_FACTOR, ACR_TWO_FACTORS, BROWSER_SECRET, Browser

DESTINATIONS = "sso.destinations"
MAX_DESTINATIONS = 5
FORM_PAGES = ("/accounts/", "/oauth2/")
AMR_OF_METHOD: Mapping[str, str] = {
    "code": "otp",
    "password": "pwd",
    "password_reset": "pwd",
    "totp": "otp",
    "recovery_codes": "otp",
    "webauthn": "swk",
}
"""RFC 8176 names of allauth's methods; what is not here is not told.

A passkey is told as `swk`, the weaker of two: we ask for no attestation, so a key may be software.
"""
KNOWN = frozenset({"password", "password_reset"})
KEPT = frozenset({"totp", "recovery_codes"})
TWO_FACTORS = "mfa"


def browser_of(request: HttpRequest) -> Browser:
    """Return the browser of a request; a new one has a secret that `remember` has to keep."""
    secret = request.session.get(BROWSER_SECRET) or secrets.token_urlsafe(32)
    if not request.user.is_authenticated:
        return Browser(secret=secret)
    records = get_authentication_records(request, request.user)
    methods = _methods(records)
    return Browser(
        secret=secret,
        account=AccountId(request.user.pk),
        proved_at=_newest(records) or request.user.last_login,
        amr=methods,
        acr=ACR_TWO_FACTORS if TWO_FACTORS in methods else ACR_ONE_FACTOR,
        session=request.session.session_key or "",
    )


def remember(request: HttpRequest, browser: Browser) -> None:
    """Keep a browser's secret in its session: signing in keeps it, signing out ends it."""
    if request.session.get(BROWSER_SECRET) != browser.secret:
        request.session[BROWSER_SECRET] = browser.secret


def _newest(records: Iterable[Mapping[str, Any]]) -> datetime | None:
    """Return when the newest proof was given; None in sessions from before it was recorded."""
    moments = [record["at"] for record in records]
    return datetime.fromtimestamp(max(moments), UTC) if moments else None


def _methods(records: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    used = {str(record.get("type") or record["method"]): None for record in records}
    told = (AMR_OF_METHOD[name] for name in used if name in AMR_OF_METHOD)
    methods = tuple(dict.fromkeys(told))
    return (*methods, TWO_FACTORS) if _are_two_factors(frozenset(used)) else methods


def _are_two_factors(used: frozenset[str]) -> bool:
    """Whether what was used is two factors.

    A passkey is: it is kept on a device, and the device has verified the person. So is something
    known with something kept. A code from a mail never is the second one: a mailbox is opened by
    what somebody knows (NIST SP 800-63B-4 section 3.1.3.1 takes no mail as an out-of-band factor).
    """
    return "webauthn" in used or bool(used & KNOWN and used & KEPT)


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
