"""What a client wants to learn at one place: plain claims, and claims that somebody checked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from genkan.sso.domain import claims, verified_claims
from genkan.sso.domain.claims import Datum, Wishes
from genkan.sso.domain.verified_claims import VerifiedWish


@dataclass(frozen=True, slots=True)
class Wanted:
    """Wishes for standard claims, and elements of `verified_claims`; false if there are none."""

    plain: Wishes
    verified: tuple[VerifiedWish, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.plain or self.verified)

    @property
    def items(self) -> frozenset[str]:
        """Return the catalogue items that have to be released for it."""
        return claims.items_for(self.plain.keys() | verified_claims.names(self.verified))

    def fulfilled(self, data: Mapping[str, Datum], *, now: datetime) -> dict[str, object]:
        """Return the claims that released items allow, and that are what was wished for."""
        checked = verified_claims.fulfilled(self.verified, data, now=now)
        return {**claims.fulfilled(self.plain, data), **checked}


def at_userinfo(granted: frozenset[str], document: Mapping[str, object]) -> Wanted:
    """Return what is wanted at userinfo: by scope, and by the `claims` parameter."""
    plain = claims.wanted_at_userinfo(granted, document)
    return Wanted(plain, verified_claims.wishes(document, "userinfo"))


def in_id_token(document: Mapping[str, object]) -> Wanted:
    """Return what is wanted in the ID token: by the `claims` parameter alone."""
    return Wanted(claims.wanted_in_id_token(document), verified_claims.wishes(document, "id_token"))


def check(document: Mapping[str, object]) -> None:
    """Check the form of what a `claims` parameter says of verified claims.

    Raises:
        InvalidRequest: it is not what Identity Assurance says.
    """
    for place in claims.PLACES:
        verified_claims.wishes(document, place)
