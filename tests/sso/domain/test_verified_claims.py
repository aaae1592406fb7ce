"""Verified claims: only what was checked, only under the conditions asked for (SSO.md P1.6)."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genkan.sso.domain import claims, verified_claims, wanted
from genkan.sso.domain.claims import Datum
from genkan.sso.errors import InvalidRequest

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
MOVED = datetime(2025, 4, 1, 0, 0, tzinfo=UTC)
BORN = datetime(2026, 1, 15, 9, 0, tzinfo=UTC)
CARD, COUNTER = verified_claims.TRUST_FRAMEWORKS


def datum(content, origin, as_of, *, verified=True):
    return Datum(content, verified=verified, origin=origin, as_of=as_of)


DATA = {
    "name": datum({"full": "大阪 花子", "family": "大阪", "given": "花子"}, "card", MOVED),
    "birthdate": datum("1990-04-01", "card", BORN),
    "address": datum({"full": "大阪市北区", "municipality": "大阪市北区"}, "counter", BORN),
    "sex": datum("2", "self_declared", BORN, verified=False),
}
ANY = {"trust_framework": None}


def told(verification, names=None, data=DATA, **more):
    asked = {"verification": verification, "claims": names or {"birthdate": None}} | more
    document = {"userinfo": {"verified_claims": asked}}
    found = verified_claims.wishes(document, "userinfo")
    return verified_claims.fulfilled(found, data, now=NOW).get("verified_claims")


def test_a_checked_claim_comes_with_how_it_was_checked():
    assert told(ANY) == {
        "verification": {"trust_framework": CARD},
        "claims": {"birthdate": "1990-04-01"},
    }


def test_what_nobody_checked_is_never_told():
    assert told(ANY, {"gender": None}) is None
    assert told(ANY, {"gender": None, "birthdate": None})["claims"] == {"birthdate": "1990-04-01"}
    declared = {"birthdate": datum("1990-04-01", "self_declared", BORN)}
    assert told(ANY, data=declared) is None


def test_claims_checked_in_two_ways_are_two_elements():
    card, counter = told(ANY, {"name": None, "address": None})

    assert (card["verification"], counter["verification"]) == (
        {"trust_framework": CARD},
        {"trust_framework": COUNTER},
    )
    assert (set(card["claims"]), set(counter["claims"])) == ({"name"}, {"address"})


@pytest.mark.parametrize(
    ("condition", "frameworks"),
    [
        (None, [CARD]),
        ({"value": CARD}, [CARD]),
        ({"value": COUNTER}, []),
        ({"values": [COUNTER, CARD]}, [CARD]),
        ({"values": ["eidas"]}, []),
        ({"essential": True}, [CARD]),
    ],
)
def test_the_trust_framework_is_a_condition(condition, frameworks):
    found = told({"trust_framework": condition})

    assert ([found["verification"]["trust_framework"]] if found else []) == frameworks


def test_the_time_is_of_the_oldest_value_and_may_be_limited():
    both = {"name": None, "birthdate": None}
    age = int((NOW - MOVED).total_seconds())

    assert told(ANY | {"time": None}, both)["verification"]["time"] == "2025-04-01T00:00:00Z"
    assert told(ANY | {"time": {"max_age": age}}, both) is not None
    assert told(ANY | {"time": {"max_age": age - 1}}, both) is None
    assert told(ANY | {"time": {"max_age": 10**30}}, both) is not None


@pytest.mark.parametrize(
    ("filters", "seen"),
    [
        ([{"type": {"value": "document"}}], {"type": "document"}),
        (
            [{"type": {"value": "vouch"}}, {"type": {"value": "document"}}],
            {"type": "document"},
        ),
        ([{"type": {"value": "electronic_record"}}], None),
        (
            [{"type": None, "check_details": [{"check_method": {"value": "vcrypt"}}]}],
            {"type": "document", "check_details": [{"check_method": "vcrypt"}]},
        ),
        ([{"type": None, "check_details": [{"check_method": {"value": "vpip"}}]}], None),
        (
            [{"type": None, "document_details": {"type": {"values": ["passport", "idcard"]}}}],
            {
                "type": "document",
                "document_details": {"type": "idcard", "issuer": {"country_code": "JPN"}},
            },
        ),
        ([{"type": None, "document_details": {"type": {"value": "passport"}}}], None),
        ([{"type": None, "document_details": {"serial_number": {"value": "1"}}}], None),
        ([{"type": "document"}], None),
    ],
)
def test_evidence_is_filtered_and_told_as_far_as_asked(filters, seen):
    found = told(ANY | {"evidence": filters})

    assert (found["verification"]["evidence"] if found else None) == (seen and [seen])


def test_a_condition_on_something_we_cannot_tell_leaves_the_element_out():
    assert told(ANY | {"assurance_level": {"value": "high"}}) is None
    assert told(ANY | {"assurance_level": None}) is not None


def test_a_value_that_is_not_the_wished_one_leaves_out_the_claim_alone():
    asked = {"birthdate": {"value": "1991-01-01"}, "family_name": {"values": ["大阪", "堺"]}}

    assert told(ANY, asked)["claims"] == {"family_name": "大阪"}
    assert told(ANY, {"birthdate": {"value": "1991-01-01"}}) is None


def test_several_elements_are_answered_each():
    element = {"verification": {"trust_framework": {"value": CARD}}, "claims": {"name": None}}
    other = {"verification": {"trust_framework": {"value": COUNTER}}, "claims": {"address": None}}
    found = verified_claims.wishes({"id_token": {"verified_claims": [element, other]}}, "id_token")

    assert len(verified_claims.fulfilled(found, DATA, now=NOW)["verified_claims"]) == 2


@pytest.mark.parametrize(
    "asked",
    [
        "x",
        [],
        {},
        {"verification": {}, "claims": {"name": None}},
        {"verification": None, "claims": {"name": None}},
        {"verification": {"time": None}, "claims": {"name": None}},
        {"verification": ANY},
        {"verification": ANY, "claims": {}},
        {"verification": ANY, "claims": ["name"]},
        {"verification": ANY, "claims": {"name": "x"}},
        {"verification": ANY, "claims": {"name": {"purpose": "ab"}}},
        {"verification": ANY, "claims": {"name": {"purpose": "a" * 301}}},
        {"verification": ANY, "claims": {"name": {"purpose": 3}}},
        {"verification": ANY | {"time": 5}, "claims": {"name": None}},
        {"verification": ANY | {"time": {"max_age": "1"}}, "claims": {"name": None}},
        {"verification": ANY | {"time": {"max_age": -1}}, "claims": {"name": None}},
        {"verification": ANY | {"evidence": []}, "claims": {"name": None}},
        {"verification": ANY | {"evidence": ["document"]}, "claims": {"name": None}},
        [{"verification": ANY, "claims": {"name": None}}] * 11,
    ],
)
def test_a_malformed_request_is_refused(asked):
    with pytest.raises(InvalidRequest):
        wanted.check(claims.parse(json.dumps({"userinfo": {"verified_claims": asked}})))


SHAPES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["value", "values", "max_age", "type", "check_details", "essential", "purpose"]
            ),
            inner,
            max_size=3,
        )
    ),
    max_leaves=12,
)


@given(
    st.dictionaries(
        st.sampled_from(["trust_framework", "time", "evidence", "assurance_level"]), SHAPES
    ),
    st.dictionaries(st.sampled_from([*verified_claims.CLAIMS, "sub", "x"]), SHAPES),
)
def test_whatever_is_asked_is_refused_or_answered_with_checked_values_alone(verification, names):
    asked = {"verification": verification, "claims": names}
    try:
        found = verified_claims.wishes({"userinfo": {"verified_claims": asked}}, "userinfo")
    except InvalidRequest:
        return
    for data in (DATA, {"sex": DATA["sex"]}):
        answer = verified_claims.fulfilled(found, data, now=NOW)
        assert "gender" not in json.dumps(answer)


def test_plain_wishes_stay_what_they_are_beside_verified_ones():
    document = {
        "userinfo": {
            "email": None,
            "verified_claims": {"verification": ANY, "claims": {"birthdate": None}},
        }
    }
    asked = wanted.at_userinfo(frozenset({"openid"}), document)

    assert asked.items == {"email", "birthdate"}
    assert asked.fulfilled(DATA, now=NOW + timedelta(days=1)) == {
        "verified_claims": {
            "verification": {"trust_framework": CARD},
            "claims": {"birthdate": "1990-04-01"},
        }
    }
