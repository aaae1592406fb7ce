"""The `claims` parameter, and standard claims made of catalogue items.

Source:
    OpenID Connect Core 1.0 section 5.5 (the parameter), 5.1 (the claims), 5.5.1 (essential, value,
    values; a claim that is not available is left out, essential or not).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from genkan.kernel import strict_json
from genkan.sso.domain import scopes
from genkan.sso.errors import InvalidRequest

MAX_CLAIMS_LENGTH = 8_000
MAX_CLAIMS = 60
PLACES = ("userinfo", "id_token")
NOT_PLAIN = "verified_claims"
"""A member with a form of its own: see `domain.verified_claims`."""
NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a client wishes of one claim.

    Attributes:
        essential: the client says it cannot do without.
        values: the claim is wanted only if it is one of these; None for any.
    """

    essential: bool = False
    values: tuple[object, ...] | None = None

    def accepts(self, value: object) -> bool:
        """Whether a claim with this value is what was wished for."""
        return self.values is None or any(_same(value, wanted) for wanted in self.values)


Wishes = Mapping[str, Wish]


def parse(text: str) -> Mapping[str, object]:
    """Return the `claims` parameter as a JSON object, with members other than the two left out.

    Raises:
        InvalidRequest: not a JSON object of the form of Core section 5.5, a name occurs twice, or
            it is too large.
    """
    if len(text) > MAX_CLAIMS_LENGTH:
        raise InvalidRequest("claims is too long")
    try:
        document = strict_json.loads(text)
    except ValueError as error:
        raise InvalidRequest("claims is not a JSON object") from error
    if not isinstance(document, dict):
        raise InvalidRequest("claims is not a JSON object")
    known = {place: document[place] for place in PLACES if document.get(place) is not None}
    for place in known:
        wishes(known, place)
    return known


def wishes(document: Mapping[str, object], place: str) -> Wishes:
    """Return what is wished for at `place`, "userinfo" or "id_token", by claim name.

    Raises:
        InvalidRequest: the member is not an object of wishes.
    """
    member = document.get(place)
    if member is None:
        return {}
    if not isinstance(member, dict) or len(member) > MAX_CLAIMS:
        raise InvalidRequest(f"claims.{place} is not an object of at most {MAX_CLAIMS} claims")
    plain = {name: value for name, value in member.items() if name != NOT_PLAIN}
    return {name: _wish(place, name, value) for name, value in plain.items()}


def _wish(place: str, name: str, value: object) -> Wish:
    if value is None:
        return Wish()
    if not isinstance(value, dict):
        raise InvalidRequest(f"claims.{place}.{name} is neither null nor an object")
    essential = value.get("essential", False)
    if not isinstance(essential, bool):
        raise InvalidRequest(f"claims.{place}.{name}.essential is not a boolean")
    listed = value.get("values")
    if listed is not None and not isinstance(listed, list):
        raise InvalidRequest(f"claims.{place}.{name}.values is not a list")
    if "value" in value:
        return Wish(essential, (value["value"],))
    return Wish(essential, None if listed is None else tuple(listed))


def _same(one: object, other: object) -> bool:
    """Compare JSON values; true is not 1."""
    return type(one) is type(other) and one == other


def wanted_at_userinfo(granted: frozenset[str], document: Mapping[str, object]) -> Wishes:
    """Return the standard claims wanted at userinfo: by scope, and by the `claims` parameter.

    Claims that are not standard are left out silently (Core section 5.5).
    """
    by_scope = dict.fromkeys(scopes.claims_of(granted), Wish())
    asked = wishes(document, "userinfo")
    return {
        name: wish for name, wish in {**by_scope, **asked}.items() if name in scopes.KNOWN_CLAIMS
    }


def wanted_in_id_token(document: Mapping[str, object]) -> Wishes:
    """Return the standard claims wanted in the ID token: by the `claims` parameter alone."""
    asked = wishes(document, "id_token")
    return {name: wish for name, wish in asked.items() if name in scopes.KNOWN_CLAIMS}


def in_locales(
    document: Mapping[str, object], granted: frozenset[str], tags: Iterable[str]
) -> Mapping[str, object]:
    """Return the `claims` parameter with wishes for claims in the scripts that are preferred.

    Names are told in kana too, beside what they are: with a consent that has the kana in it.

    Args:
        document: the parameter, validated.
        granted: scopes, which ask for claims at userinfo.
        tags: `claims_locales`; other languages than we have are ignored (Core section 5.2).
    """
    kana = scopes.KANA.lower()
    if not any(tag.lower() in (kana, kana.removesuffix("-jp")) for tag in tags):
        return document
    wanted = {
        "userinfo": wanted_at_userinfo(granted, document),
        "id_token": wanted_in_id_token(document),
    }
    more = {
        place: {scopes.IN_KANA[name]: None for name in names if name in scopes.IN_KANA}
        for place, names in wanted.items()
    }
    asked = {place: document.get(place) or {} for place in PLACES}
    joined = {place: {**more[place], **asked[place]} for place in PLACES}  # type: ignore[dict-item] # `parse` has seen to it
    return {place: wishes for place, wishes in joined.items() if wishes}


@dataclass(frozen=True, slots=True)
class Datum:
    """A released item: its content, in the payload's JSON shape, and whether it is verified.

    Attributes:
        origin: where it comes from; empty where nobody asks.
        as_of: when it was true.
    """

    content: object
    verified: bool
    origin: str = ""
    as_of: datetime = NEVER


ITEM_OF_CLAIM: Mapping[str, str] = {
    "name": "name",
    "family_name": "name",
    "given_name": "name",
    "birthdate": "birthdate",
    "gender": "sex",
    "email": "email",
    "email_verified": "email",
    "phone_number": "phone",
    "phone_number_verified": "phone",
    "address": "address",
    **dict.fromkeys(scopes.IN_KANA.values(), "name_kana"),
}
_GENDERS = {"1": "male", "2": "female"}


def items_for(names: Iterable[str]) -> frozenset[str]:
    """Return the catalogue items that claims are made of."""
    return frozenset(ITEM_OF_CLAIM[name] for name in names)


def fulfilled(wanted: Wishes, data: Mapping[str, Datum]) -> dict[str, object]:
    """Return the claims that can be made of released items and are what was wished for.

    Args:
        wanted: standard claims alone.
        data: released items by catalogue key.
    """
    made = {name: _made(name, data.get(ITEM_OF_CLAIM[name])) for name in wanted}
    return {
        name: value
        for name, value in made.items()
        if value is not None and wanted[name].accepts(value)
    }


def _made(name: str, datum: Datum | None) -> object:
    if datum is None:
        return None
    if name in ("email_verified", "phone_number_verified"):
        return datum.verified
    shape = _SHAPES.get(name)
    return datum.content if shape is None else shape(datum.content)


def _part(name: str) -> "Shape":
    def part(content: object) -> object:
        return content.get(name) if isinstance(content, dict) else None

    return part


def _birthdate(content: object) -> object:
    """Return ISO 8601; Core allows a year alone, and has no form for year and month."""
    text = str(content)
    return text if len(text) in (len("1990"), len("1990-01-01")) else text[:4]


def _gender(content: object) -> object:
    """Return the claim for ISO/IEC 5218 codes 1 and 2; 0 (not known) and 9 are left out."""
    return _GENDERS.get(str(content))


def _address(content: object) -> object:
    """Return Core's address claim (section 5.1.1) of an address in Japan."""
    if not isinstance(content, dict):
        return None
    named = {
        "formatted": content.get("full"),
        "street_address": " ".join(
            part for key in ("town", "street", "building") if (part := content.get(key))
        ),
        "locality": content.get("municipality"),
        "region": content.get("prefecture"),
        "postal_code": content.get("postal_code"),
        "country": "JP",
    }
    return {name: value for name, value in named.items() if value}


Shape = Callable[[object], object]

_SHAPES: Mapping[str, Shape] = {
    "name": _part("full"),
    "family_name": _part("family"),
    "given_name": _part("given"),
    "birthdate": _birthdate,
    "gender": _gender,
    "address": _address,
    scopes.IN_KANA["name"]: _part("full"),
    scopes.IN_KANA["family_name"]: _part("family"),
    scopes.IN_KANA["given_name"]: _part("given"),
}
