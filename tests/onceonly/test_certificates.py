"""Partners' door for certificates: every fault has its status and its name, and changes nothing."""

import json

import pytest
from joserfc import jws

from genkan.kernel.ids import new_id
from tests.builders import DAY, a_client
from tests.onceonly.handing_in import hand_in, is_open

pytestmark = pytest.mark.usefixtures("committed")


def test_a_certificate_closes_the_disposal(asked, certificate):
    disposal, _ = asked

    response = hand_in(disposal, certificate())

    assert (response.status, response.json()) == (
        201,
        {"disposal": str(disposal.id), "state": "certified"},
    )
    assert not is_open(disposal)


def test_the_same_certificate_again_is_welcome(asked, certificate):
    disposal, _ = asked
    token = certificate()
    first = hand_in(disposal, token)

    again = hand_in(disposal, token)

    assert (again.status, again.json()) == (200, first.json())


def test_another_certificate_comes_too_late(asked, certificate):
    disposal, _ = asked
    hand_in(disposal, certificate())

    response = hand_in(disposal, certificate())

    assert (response.status, response.json()["error"]) == (409, "already_certified")


REQUIRED = [
    "iss",
    "sub",
    "aud",
    "iat",
    "exp",
    "jti",
    "disposal",
    "provisions",
    "outcome",
    "method",
    "copies",
    "completed_at",
    "responsible",
]


@pytest.mark.parametrize("member", [name for name in REQUIRED if name != "iss"])
def test_each_member_that_is_missing_is_named(refused, certificate, member):
    token = certificate(**{member: None})

    assert refused(token) == (400, "invalid_certificate", member)


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("sub", "somebody else"),
        ("aud", "https://elsewhere.example"),
        ("aud", []),
        ("aud", ["http://127.0.0.1:8000", "https://elsewhere.example"]),
        ("aud", {}),
        ("iat", "now"),
        ("iat", True),
        ("iat", -1),
        ("iat", 10**400),
        ("exp", "later"),
        ("exp", 10**400),
        ("exp", []),
        ("jti", ""),
        ("jti", 5),
        ("disposal", "not a uuid"),
        ("disposal", 5),
        ("disposal", ["x"]),
        ("provisions", []),
        ("provisions", "all"),
        ("provisions", {}),
        ("provisions", ["not a uuid"]),
        ("provisions", [None]),
        ("outcome", "kept"),
        ("outcome", ["disposed"]),
        ("method", "burnt"),
        ("method", ["erased"]),
        ("method", {}),
        ("copies", ""),
        ("copies", "   "),
        ("copies", "a\0b"),
        ("copies", "x" * 2_001),
        ("copies", ["none"]),
        ("responsible", ""),
        ("responsible", "a\0b"),
        ("responsible", 5),
        ("completed_at", "yesterday"),
        ("completed_at", "2026-11-23"),
        ("completed_at", "2026-11-23T10:00:00"),
        ("completed_at", "0001-01-01T00:00:00+14:00"),
        ("completed_at", "9999-12-31T23:59:59-14:00"),
        ("completed_at", 1_700_000_000),
    ],
)
def test_each_member_of_a_wrong_shape_is_named(refused, certificate, member, value):
    assert refused(certificate(**{member: value})) == (400, "invalid_certificate", member)


def test_half_a_character_is_no_text(refused, partner, asked, certificate):
    payload = json.loads(jws.extract_compact(certificate().encode()).payload)
    for member in ("copies", "responsible", "jti"):
        half = partner.signed(json.dumps(payload | {member: "\ud800"}).encode())
        assert refused(half) == (400, "invalid_certificate", member)


@pytest.mark.parametrize(
    ("seconds", "member"),
    [
        ({"iat": -600, "exp": -1}, "exp"),
        ({"iat": 0, "exp": 0}, "exp"),
        ({"iat": 0, "exp": 661}, "exp"),
        ({"iat": 120, "exp": 300}, "iat"),
        ({"iat": -3600, "exp": 10}, "exp"),
    ],
)
def test_a_certificate_has_ten_minutes(refused, certificate, now, seconds, member):
    moments = {name: int(now.timestamp()) + value for name, value in seconds.items()}

    assert refused(certificate(**moments)) == (400, "invalid_certificate", member)


def test_a_certificate_of_a_disposal_in_the_future_or_before_the_request_is_refused(
    refused, certificate, now
):
    for moment in (now + DAY, now - DAY):
        told = refused(certificate(completed_at=moment.isoformat()))
        assert told == (400, "invalid_certificate", "completed_at")


def test_a_certificate_covers_exactly_what_was_asked(refused, certificate, asked):
    _, provisions = asked
    some = [str(one) for one in provisions]

    for listed in (some[:1], [*some, str(new_id())], [some[0], str(new_id())]):
        told = refused(certificate(provisions=listed))
        assert told == (400, "invalid_certificate", "provisions")


def test_a_certificate_for_another_disposal_does_not_fit_this_one(refused, certificate):
    assert refused(certificate(disposal=str(new_id()))) == (
        400,
        "invalid_certificate",
        "disposal",
    )


def test_a_disposal_nobody_asked_for_is_unknown(partner, asked, now):
    _, provisions = asked
    nowhere = new_id()

    response = hand_in(nowhere, partner.certificate(nowhere, provisions, now=now))

    assert (response.status, response.json()["error"]) == (404, "unknown_disposal")


def test_another_services_disposal_is_unknown_too(refused, asked, now):
    disposal, provisions = asked
    other = a_client(now=now)

    told = refused(other.certificate(disposal.id, provisions, now=now))

    assert told[:2] == (404, "unknown_disposal")
