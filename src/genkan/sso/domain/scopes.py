"""Scopes, and the standard claims they ask for.

Source:
    OpenID Connect Core 1.0 sections 5.1, 5.4 and 11.
"""

from collections.abc import Mapping
from types import MappingProxyType

OPENID = "openid"
PERSON_DATA = "person_data"
"""Opens the person-data API; it asks for no claim at userinfo."""

OFFLINE_ACCESS = "offline_access"
"""Opens a refresh token; granted only where the resident was asked (Core section 11)."""

CLAIMS_OF_SCOPE: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "profile": ("name", "family_name", "given_name", "gender", "birthdate"),
        "email": ("email", "email_verified"),
        "address": ("address",),
        "phone": ("phone_number", "phone_number_verified"),
    }
)
SUPPORTED = frozenset({OPENID, OFFLINE_ACCESS, PERSON_DATA, *CLAIMS_OF_SCOPE})
STANDARD = frozenset({OPENID, *CLAIMS_OF_SCOPE})
STANDARD_CLAIMS = frozenset(name for names in CLAIMS_OF_SCOPE.values() for name in names)
KANA = "ja-Kana-JP"
"""The one language and script besides its own in which a claim can be told (Core section 5.2)."""
IN_KANA: Mapping[str, str] = MappingProxyType(
    {name: f"{name}#{KANA}" for name in ("name", "family_name", "given_name")}
)
"""Claims that can, as they are called then."""
KNOWN_CLAIMS = STANDARD_CLAIMS | frozenset(IN_KANA.values())


def parse(text: str) -> frozenset[str]:
    """Return the scopes of a space-separated list; an empty one for an empty text."""
    return frozenset(text.split(" ")) - {""}


def understood(text: str) -> frozenset[str]:
    """Return the scopes we know; others are ignored (Core section 3.1.2.1)."""
    return parse(text) & SUPPORTED


def claims_of(scopes: frozenset[str]) -> frozenset[str]:
    """Return the standard claims that scopes ask for."""
    return frozenset(name for scope in scopes for name in CLAIMS_OF_SCOPE.get(scope, ()))


def as_text(scopes: frozenset[str]) -> str:
    """Return scopes as the wire has them, in a stable order, openid first."""
    return " ".join(sorted(scopes, key=lambda scope: (scope != OPENID, scope)))
