"""Verified claims: what somebody checked, told with how and when it was checked.

A service that must know rather than be told asks for `verified_claims`. Two ways of checking exist
here: the electronic certificate of a My Number card, and a person at a counter. What a resident
declared, and nobody checked, is never told here.

A condition that cannot be met leaves the whole element out without a word; a claim whose value is
not the wished one is left out alone.

Source:
    OpenID Identity Assurance Schema Definition 1.0 section 5; OpenID Connect for Identity Assurance
    Claims Registration 1.0; OpenID Connect for Identity Assurance 1.0 sections 5 and 6.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

from genkan.sso.domain import claims
from genkan.sso.domain.claims import Datum, Wishes
from genkan.sso.errors import InvalidRequest

MEMBER = claims.NOT_PLAIN
MAX_ELEMENTS = 10
PURPOSE_LENGTHS = range(3, 301)
CLAIMS = ("name", "family_name", "given_name", "birthdate", "gender", "address")
"""Standard claims that somebody can have checked, in the order of discovery."""

Way = Mapping[str, Any]

WAYS: Mapping[str, Way] = MappingProxyType(
    {
        "card": {
            "trust_framework": "urn:genkan:trust:card",
            "evidence": {
                "type": "document",
                "check_details": [{"check_method": "vcrypt"}],
                "document_details": {"type": "idcard", "issuer": {"country_code": "JPN"}},
            },
        },
        "counter": {
            "trust_framework": "urn:genkan:trust:counter",
            "evidence": {"type": "document", "check_details": [{"check_method": "vpip"}]},
        },
    }
)
"""How a value was checked, by its origin: at a counter, which document was shown is not kept."""
TRUST_FRAMEWORKS = tuple(way["trust_framework"] for way in WAYS.values())


@dataclass(frozen=True, slots=True)
class VerifiedWish:
    """One element asked for: conditions on the verification, and the claims wanted with it."""

    verification: Mapping[str, Any]
    wanted: Wishes


def wishes(document: Mapping[str, object], place: str) -> tuple[VerifiedWish, ...]:
    """Return what is wished for as verified claims at `place`, "userinfo" or "id_token".

    Raises:
        InvalidRequest: the member has not the form that Identity Assurance gives it.
    """
    member = document.get(place)
    asked = member.get(MEMBER) if isinstance(member, dict) else None
    if asked is None:
        return ()
    elements = asked if isinstance(asked, list) else [asked]
    if not 1 <= len(elements) <= MAX_ELEMENTS:
        raise InvalidRequest(f"{MEMBER} must be 1 to {MAX_ELEMENTS} elements")
    return tuple(_element(element) for element in elements)


def _element(element: object) -> VerifiedWish:
    if not isinstance(element, dict):
        raise InvalidRequest(f"{MEMBER} must be an object or a list of objects")
    verification, wanted = element.get("verification"), element.get("claims")
    if not isinstance(verification, dict) or "trust_framework" not in verification:
        raise InvalidRequest(f"{MEMBER}.verification must be an object with trust_framework")
    if not isinstance(wanted, dict) or not wanted:
        raise InvalidRequest(f"{MEMBER}.claims must be an object of at least one claim")
    _check_shapes(verification)
    for name, one in wanted.items():
        _check_purpose(name, one)
    read = claims.wishes({MEMBER: wanted}, MEMBER)
    return VerifiedWish(verification, {name: read[name] for name in read if name in CLAIMS})


def _check_shapes(verification: Mapping[str, Any]) -> None:
    evidence = verification.get("evidence")
    if evidence is not None and not (
        isinstance(evidence, list) and evidence and all(isinstance(one, dict) for one in evidence)
    ):
        raise InvalidRequest(f"{MEMBER}.verification.evidence must be a list of objects")
    time = verification.get("time")
    if time is None:
        return
    max_age = time.get("max_age", 0) if isinstance(time, dict) else None
    if isinstance(max_age, bool) or not isinstance(max_age, int) or max_age < 0:
        raise InvalidRequest(f"{MEMBER}.verification.time.max_age must be a number of seconds")


def _check_purpose(name: str, one: object) -> None:
    """A purpose has 3 to 300 characters; residents read the offer's reason, which was reviewed."""
    if not isinstance(one, dict) or "purpose" not in one:
        return
    purpose = one["purpose"]
    if not isinstance(purpose, str) or len(purpose) not in PURPOSE_LENGTHS:
        raise InvalidRequest(f"{MEMBER}.claims.{name}.purpose must have 3 to 300 characters")


def names(asked: Iterable[VerifiedWish]) -> frozenset[str]:
    """Return the standard claims wanted, so that their items are released."""
    return frozenset(name for one in asked for name in one.wanted)


def fulfilled(
    asked: Sequence[VerifiedWish], data: Mapping[str, Datum], *, now: datetime
) -> Mapping[str, object]:
    """Return `{"verified_claims": …}` for what can be told, or an empty object.

    Args:
        asked: as `wishes` read it.
        data: released items by catalogue key.
        now: for `max_age`.
    """
    told = [
        element
        for one in asked
        for element in (_told(one, origin, data, now=now) for origin in WAYS)
        if element is not None
    ]
    if not told:
        return {}
    return {MEMBER: told[0] if len(told) == 1 else told}


def _told(
    asked: VerifiedWish, origin: str, data: Mapping[str, Datum], *, now: datetime
) -> dict[str, Any] | None:
    """Return one element for the values of one origin, or None where a condition is not met."""
    checked = {
        key: datum for key, datum in data.items() if datum.verified and datum.origin == origin
    }
    wanted = {name: wish for name, wish in asked.wanted.items() if _item(name) in checked}
    if not wanted:
        return None
    since = min(checked[_item(name)].as_of for name in wanted)
    verification = _verification(asked.verification, WAYS[origin], since, now=now)
    found = claims.fulfilled(wanted, checked)
    if verification is None or not found:
        return None
    return {"verification": verification, "claims": found}


def _item(name: str) -> str:
    return claims.ITEM_OF_CLAIM[name]


def _verification(
    asked: Mapping[str, Any], way: Way, since: datetime, *, now: datetime
) -> dict[str, Any] | None:
    """Return the verification as far as it was asked for, or None if a condition is not met."""
    told: dict[str, Any] = {"trust_framework": way["trust_framework"]}
    if not _accepts(asked["trust_framework"], way["trust_framework"]):
        return None
    if "time" in asked:
        max_age = (asked["time"] or {}).get("max_age")
        if max_age is not None and now - since > timedelta(seconds=min(max_age, 10**9)):
            return None
        told["time"] = f"{since.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    if asked.get("evidence"):
        evidence = _evidence(asked["evidence"], way["evidence"])
        if evidence is None:
            return None
        told["evidence"] = [evidence]
    others = set(asked) - {"trust_framework", "time", "evidence"}
    return None if any(_is_condition(asked[name]) for name in others) else told


def _accepts(asked: object, value: object) -> bool:
    """Whether a value meets `null`, `{"value": …}` or `{"values": […]}`."""
    if not isinstance(asked, dict):
        return asked is None
    if "value" in asked:
        return bool(asked["value"] == value)
    listed = asked.get("values")
    return listed is None or (isinstance(listed, list) and value in listed)


def _is_condition(asked: object) -> bool:
    """Whether something we cannot tell was made a condition."""
    return isinstance(asked, dict) and bool({"value", "values", "max_age"} & set(asked))


def _evidence(asked: Sequence[Mapping[str, Any]], held: Way) -> dict[str, Any] | None:
    """Return our evidence as far as the first fitting filter asks; filters are joined by or."""
    for one in asked:
        if all(_fits(one[name], held.get(name)) for name in one):
            return {"type": held["type"]} | {name: held[name] for name in one if name in held}
    return None


def _fits(asked: object, held: object) -> bool:
    """Whether a part of our evidence meets a filter, which may go deeper (IDA section 6)."""
    if isinstance(asked, list):
        return isinstance(held, list) and any(_fits(a, h) for a in asked for h in held)
    if not isinstance(asked, dict):
        return asked is None
    if {"value", "values"} & set(asked):
        return _accepts(asked, held)
    parts = held if isinstance(held, dict) else {}
    return all(_fits(asked[name], parts.get(name)) for name in asked)
