"""The parameter authorization_details (RFC 9396): what is understood, allowed and granted."""

import json

import pytest

from genkan.sso.domain import details
from genkan.sso.domain.details import ONCE_ONLY, Detail, Offered
from genkan.sso.errors import InvalidAuthorizationDetails

GOOD = {
    "type": ONCE_ONLY,
    "procedure": "保育所の申し込み",
    "attributes": ["name", "address"],
    "purpose": "P3",
    "evidence_id": "e-1",
}
OFFER = Offered(frozenset({"name", "address", "email"}), "P3")


def parsed(*changes, **more):
    return details.parse(json.dumps([GOOD | change for change in changes or ({},)] or more))


def without(name):
    return {member: value for member, value in GOOD.items() if member != name}


def test_good_details_are_read_and_written_back():
    (detail,) = parsed()

    assert detail == Detail(
        procedure="保育所の申し込み",
        attributes=("name", "address"),
        purpose="P3",
        evidence_id="e-1",
    )
    assert detail.document() == GOOD
    assert details.parse("") == ()


@pytest.mark.parametrize("name", ["purpose", "evidence_id"])
def test_members_that_may_be_missing(name):
    (detail,) = details.parse(json.dumps([without(name)]))

    assert detail.document() == without(name)


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "{}",
        "[]",
        "[1]",
        "null",
        json.dumps([GOOD] * 11),
        json.dumps([GOOD | {"type": "payment_initiation"}]),
        json.dumps([GOOD | {"more": 1}]),
        json.dumps([without("type")]),
        json.dumps([without("procedure")]),
        json.dumps([without("attributes")]),
        json.dumps([GOOD | {"attributes": []}]),
        json.dumps([GOOD | {"attributes": ["name", "name"]}]),
        json.dumps([GOOD | {"attributes": ["name", 7]}]),
        json.dumps([GOOD | {"attributes": "name"}]),
        json.dumps([GOOD | {"procedure": " "}]),
        json.dumps([GOOD | {"procedure": "x" * 201}]),
        json.dumps([GOOD | {"procedure": "a\nb"}]),
        json.dumps([GOOD | {"procedure": "\u202eevil"}]),
        json.dumps([GOOD | {"purpose": 3}]),
        '[{"type": "urn:genkan:once-only", "type": "x"}]',
        " " * 8001,
    ],
    ids=range(22),
)
def test_what_is_not_understood_is_refused(text):
    with pytest.raises(InvalidAuthorizationDetails):
        details.parse(text)


@pytest.mark.parametrize(
    ("types", "offered"),
    [
        (frozenset(), OFFER),
        ({ONCE_ONLY}, Offered()),
        ({ONCE_ONLY}, Offered(frozenset({"name"}), "P3")),
        ({ONCE_ONLY}, Offered(OFFER.attributes, "P1")),
    ],
    ids=["type", "no-offer", "attribute", "purpose"],
)
def test_what_the_client_may_not_ask_for_is_refused(types, offered):
    details.check(parsed(), {ONCE_ONLY}, OFFER)

    with pytest.raises(InvalidAuthorizationDetails):
        details.check(parsed(), types, offered)


def test_what_is_granted_is_what_is_allowed():
    asked = parsed({}, {"attributes": ["email"]})

    kept = details.granted(asked, frozenset({"name", "birthdate"}))

    assert [one["attributes"] for one in kept] == [["name"], []]
    assert details.attributes(kept) == {"name"}
    assert details.attributes(details.granted(asked, frozenset())) == frozenset()
    assert details.attributes(()) is None
