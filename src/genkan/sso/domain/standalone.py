"""A client without a linked service: it gets one of its own, with an offer made of its scopes.

So nothing flows past the one chain: what such a client may know is offered item by item, every item
optional, and consented to like anything else. It is for trying the provider out, not for partners.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlsplit

from genkan.sso.domain import claims, scopes
from genkan.sso.domain.metadata import Metadata

TRIAL = timedelta(days=365)
CONSENT_DAYS = 90
DISPOSAL_DAYS = 14
PURPOSE = "P3"
CORPORATE_NUMBER = "7000000000002"
"""Nobody's number, with a right check digit: a trial has no organisation behind it."""
NOWHERE = "http://127.0.0.1:80/"
LONGEST_HOST = 180

Wording = Mapping[str, str]


def _said(ja: str, ja_easy: str, en: str) -> Wording:
    return {"ja": ja, "ja-easy": ja_easy, "en": en}


def _same(text: str) -> Wording:
    return _said(text, text, text)


def _front(uris: Sequence[str]) -> str:
    """Return the root of the place a client lives at, in a form that a partner's file may have."""
    parts = urlsplit(uris[0]) if uris else urlsplit(NOWHERE)
    is_near = parts.scheme != "https" or len(parts.netloc) > LONGEST_HOST
    return NOWHERE if is_near else f"https://{parts.netloc}/"


def offered_items(wanted: Metadata) -> list[str]:
    """Return the catalogue items behind a client's scopes, in a stable order."""
    return sorted(claims.items_for(scopes.claims_of(wanted.scopes)))


def plan(wanted: Metadata, *, slug: str, sector: str, today: date) -> dict[str, Any]:
    """Return a partner's file for a client that nobody admitted, as `partners.apply` reads it."""
    name = wanted.name or slug
    items = offered_items(wanted) or ["name"]
    reason = _said("接続を試すため", "つながるか ためすため", "To try the connection out")
    return {
        "organisation": {
            "name": _said("接続試験", "つながるか ためす ところ", "Trial of connections"),
            "corporate_number": CORPORATE_NUMBER,
            "address": "-",
            "contact": "-",
        },
        "service": {
            "slug": slug,
            "sector": sector,
            "name": _same(name),
            "description": _said(
                "接続の試験に使うサービスです。",
                "つながるか ためす サービスです。",
                "A service for trying the connection out.",
            ),
            "home_url": _front(wanted.redirect_uris),
            "webhook_url": _front(wanted.redirect_uris),
        },
        "agreement": {
            "purpose": PURPOSE,
            "items": items,
            "handling": _said(
                "試験のためだけに使います。",
                "ためすため だけに つかいます。",
                "Used for the trial alone.",
            ),
            "valid_from": today,
            "valid_until": today + TRIAL,
        },
        "offer": {
            "specific_purpose": reason,
            "days": CONSENT_DAYS,
            "disposal_days": DISPOSAL_DAYS,
            "on_stopping": _said(
                "試験が終わります。", "ためすのが おわります。", "The trial ends."
            ),
            "disposal_rule": _said("消去します。", "けします。", "Erased."),
            "items": [{"key": key, "required": False, "reason": reason} for key in items],
        },
    }
