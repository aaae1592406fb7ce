"""Authorization details: one once-only request, for one procedure, in the client's words.

Source:
    RFC 9396; SSO.md P1.5. Our one type says which attributes a procedure needs and for which
    purpose; what is granted is never more than what the resident allows the service.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from genkan.kernel import strict_json
from genkan.sso.errors import InvalidAuthorizationDetails

ONCE_ONLY = "urn:genkan:once-only"
TYPES = (ONCE_ONLY,)
MAX_DETAILS_LENGTH = 8_000
MAX_DETAILS = 10
MAX_TEXT_LENGTH = 200
_MEMBERS = frozenset({"type", "procedure", "attributes", "purpose", "evidence_id"})


@dataclass(frozen=True, slots=True)
class Offered:
    """What a service may ask for at all: by its published offer and the agreement behind it."""

    attributes: frozenset[str] = frozenset()
    purpose: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """One once-only request.

    Attributes:
        procedure: what the client calls the procedure; the resident reads it.
        attributes: keys of catalogue items, as listed.
        purpose: of the agreement; None where the client names none.
        evidence_id: the client's own name for this piece of evidence; None for none.
    """

    procedure: str
    attributes: tuple[str, ...]
    purpose: str | None = None
    evidence_id: str | None = None

    def document(self) -> dict[str, Any]:
        """Return it as it travels."""
        told = {"purpose": self.purpose, "evidence_id": self.evidence_id}
        return {
            "type": ONCE_ONLY,
            "procedure": self.procedure,
            "attributes": list(self.attributes),
            **{name: value for name, value in told.items() if value is not None},
        }


def parse(text: str) -> tuple[Detail, ...]:
    """Return the parameter `authorization_details`; an empty text is none.

    Raises:
        InvalidAuthorizationDetails: not a list of objects of a type that we know, or one of them
            has a member that is missing, wrong or not of its type (RFC 9396 section 5).
    """
    if not text:
        return ()
    if len(text) > MAX_DETAILS_LENGTH:
        raise InvalidAuthorizationDetails("authorization_details is too long")
    try:
        document = strict_json.loads(text)
    except ValueError as error:
        raise InvalidAuthorizationDetails("authorization_details is not JSON") from error
    if not isinstance(document, list) or not 0 < len(document) <= MAX_DETAILS:
        raise InvalidAuthorizationDetails(f"a list of 1 to {MAX_DETAILS} objects is expected")
    return tuple(map(_detail, document))


def _detail(value: object) -> Detail:
    if not isinstance(value, dict) or value.get("type") not in TYPES:
        raise InvalidAuthorizationDetails(f"type must be one of {', '.join(TYPES)}")
    if unknown := sorted(set(value) - _MEMBERS):
        raise InvalidAuthorizationDetails(f"{ONCE_ONLY} has no member {unknown[0]}")
    procedure = _text(value, "procedure")
    if procedure is None:
        raise InvalidAuthorizationDetails("procedure is missing")
    return Detail(
        procedure=procedure,
        attributes=_keys(value.get("attributes")),
        purpose=_text(value, "purpose"),
        evidence_id=_text(value, "evidence_id"),
    )


def _keys(value: object) -> tuple[str, ...]:
    keys = value if isinstance(value, list) else []
    known = [key for key in keys if isinstance(key, str)]
    if not keys or len(set(known)) < len(keys):
        raise InvalidAuthorizationDetails("attributes must be a list of different catalogue keys")
    return tuple(known)


def _text(value: Mapping[str, object], name: str) -> str | None:
    text = value.get(name)
    if text is None:
        return None
    if not isinstance(text, str) or not 0 < len(text.strip()) <= MAX_TEXT_LENGTH:
        raise InvalidAuthorizationDetails(f"{name} must be a text of 1 to {MAX_TEXT_LENGTH}")
    if not text.isprintable():
        raise InvalidAuthorizationDetails(f"{name} holds a character that cannot be shown")
    return text


def check(asked: Iterable[Detail], types: Iterable[str], offered: Offered) -> None:
    """Hold details against what the client may ask for.

    Args:
        asked: well-formed ones.
        types: what the client is registered for.
        offered: what its service may ask for.

    Raises:
        InvalidAuthorizationDetails: a type that the client is not registered for, an attribute
            outside of offer or agreement, or another purpose.
    """
    for detail in asked:
        if ONCE_ONLY not in types:
            raise InvalidAuthorizationDetails(f"the client is not registered for {ONCE_ONLY}")
        if extra := sorted(set(detail.attributes) - offered.attributes):
            raise InvalidAuthorizationDetails(f"not in the offer: {', '.join(extra)}")
        if detail.purpose not in (None, offered.purpose):
            raise InvalidAuthorizationDetails("purpose is not that of the agreement")


def granted(asked: Iterable[Detail], allowed: frozenset[str]) -> tuple[Mapping[str, Any], ...]:
    """Return what of the details the resident allows, as it is kept and told.

    A request of which nothing is allowed stays, with no attributes: leaving it out would open all.
    """
    return tuple(
        detail.document() | {"attributes": [key for key in detail.attributes if key in allowed]}
        for detail in asked
    )


def attributes(kept: Iterable[Mapping[str, Any]]) -> frozenset[str] | None:
    """Return the attributes that granted details open; None where nothing was said in detail."""
    once_only = [detail for detail in kept if detail.get("type") == ONCE_ONLY]
    if not once_only:
        return None
    return frozenset(key for detail in once_only for key in detail["attributes"])
