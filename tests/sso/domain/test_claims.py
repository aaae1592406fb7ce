"""The claims parameter, and standard claims made of catalogue items."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genkan.sso.domain import claims, scopes
from genkan.sso.domain.claims import (
    Datum,
    Wish,
    fulfilled,
    in_locales,
    parse,
    wanted_at_userinfo,
    wishes,
)
from genkan.sso.errors import InvalidRequest


def test_the_parameter_keeps_its_two_members_and_forgets_others():
    document = {"userinfo": {"name": None}, "id_token": None, "x": {"y": 1}}

    assert parse(json.dumps(document)) == {"userinfo": {"name": None}}


@pytest.mark.parametrize(
    ("member", "wish"),
    [
        (None, Wish()),
        ({}, Wish()),
        ({"essential": True}, Wish(essential=True)),
        ({"value": "a"}, Wish(values=("a",))),
        ({"values": ["a", "b"]}, Wish(values=("a", "b"))),
        ({"value": "a", "values": ["b"]}, Wish(values=("a",))),
        ({"essential": False, "purpose": "ignored"}, Wish()),
        ({"value": 1.5}, Wish(values=(1.5,))),
    ],
)
def test_a_wish_is_read_as_core_says(member, wish):
    assert wishes({"userinfo": {"name": member}}, "userinfo") == {"name": wish}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "null",
        "1",
        "{",
        '{"userinfo": []}',
        '{"userinfo": "name"}',
        '{"userinfo": {"name": true}}',
        '{"userinfo": {"name": "x"}}',
        '{"userinfo": {"name": {"essential": "yes"}}}',
        '{"userinfo": {"name": {"values": "a"}}}',
        '{"id_token": {"acr": {"values": {}}}}',
        '{"userinfo": {"name": null, "name": null}}',
        '{"userinfo": {}, "userinfo": {}}',
        '{"userinfo": {"name": {"value": NaN}}}',
        '{"userinfo": {"name": {"value": 1e999}}}',
        '{"userinfo": {"name": {"value": "\\u0000"}}}',
        '{"userinfo": {"\\ud800": null}}',
        "[" * 5000,
        json.dumps({"userinfo": {str(number): None for number in range(61)}}),
        json.dumps({"userinfo": {"name": {"value": "x" * 8000}}}),
    ],
)
def test_anything_else_is_refused(text):
    with pytest.raises(InvalidRequest, match="claims"):
        parse(text)


@given(
    st.text(max_size=200)
    | st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["userinfo", "id_token", "name", "essential", "value", "values"]),
                inner,
                max_size=3,
            )
        ),
    ).map(json.dumps)
)
def test_any_text_is_read_or_refused(text):
    try:
        document = parse(text)
    except InvalidRequest:
        return
    claims.wanted_at_userinfo(frozenset({"openid"}), document)
    claims.wanted_in_id_token(document)


def test_scopes_ask_for_their_claims_and_the_parameter_adds_to_them():
    wanted = claims.wanted_at_userinfo(
        frozenset({"openid", "email"}),
        parse('{"userinfo": {"birthdate": {"essential": true}, "shoe_size": null}}'),
    )

    assert wanted == {
        "email": Wish(),
        "email_verified": Wish(),
        "birthdate": Wish(essential=True),
    }


def test_the_id_token_carries_only_what_the_parameter_asks_there():
    document = parse('{"id_token": {"name": null, "auth_time": null}, "userinfo": {"email": null}}')

    assert claims.wanted_in_id_token(document) == {"name": Wish()}


def test_openid_and_person_data_ask_for_no_claim():
    assert claims.wanted_at_userinfo(frozenset({"openid", "person_data"}), {}) == {}


ADDRESS = {
    "postal_code": "530-0005",
    "prefecture": "大阪府",
    "municipality": "大阪市北区",
    "town": "中之島",
    "street": "一丁目99番9号",
    "building": "玄関ビル",
    "full": "大阪府大阪市北区中之島一丁目99番9号 玄関ビル",
}
DATA = {
    "name": Datum({"full": "葛󠄀城 𠮷男", "family": "葛󠄀城", "given": "𠮷男"}, verified=False),
    "birthdate": Datum("1990-04-01", verified=True),
    "sex": Datum("2", verified=False),
    "email": Datum("a@resident.example", verified=True),
    "phone": Datum("000-0000-0000", verified=False),
    "address": Datum(ADDRESS, verified=False),
}
EVERYTHING = dict.fromkeys(scopes.STANDARD_CLAIMS, Wish())


def test_claims_are_made_of_items_with_names_exactly_as_stored():
    assert fulfilled(EVERYTHING, DATA) == {
        "name": "葛󠄀城 𠮷男",
        "family_name": "葛󠄀城",
        "given_name": "𠮷男",
        "birthdate": "1990-04-01",
        "gender": "female",
        "email": "a@resident.example",
        "email_verified": True,
        "phone_number": "000-0000-0000",
        "phone_number_verified": False,
        "address": {
            "formatted": "大阪府大阪市北区中之島一丁目99番9号 玄関ビル",
            "street_address": "中之島 一丁目99番9号 玄関ビル",
            "locality": "大阪市北区",
            "region": "大阪府",
            "postal_code": "530-0005",
            "country": "JP",
        },
    }


def test_what_was_not_released_is_left_out_essential_or_not():
    wanted = {"name": Wish(essential=True), "email_verified": Wish(essential=True)}

    assert fulfilled(wanted, {}) == {}


def test_a_mononym_has_no_parts():
    made = fulfilled(EVERYTHING, {"name": Datum({"full": "スカルノ"}, verified=False)})

    assert made == {"name": "スカルノ"}


@pytest.mark.parametrize(
    ("code", "claim"), [("1", "male"), ("2", "female"), ("0", None), ("9", None)]
)
def test_sex_is_told_only_where_core_has_a_word(code, claim):
    made = fulfilled({"gender": Wish()}, {"sex": Datum(code, verified=False)})

    assert made.get("gender") == claim


@pytest.mark.parametrize(
    ("stored", "claim"), [("1990-04-01", "1990-04-01"), ("1990-04", "1990"), ("1990", "1990")]
)
def test_a_partial_birthdate_is_told_as_core_allows(stored, claim):
    made = fulfilled({"birthdate": Wish()}, {"birthdate": Datum(stored, verified=False)})

    assert made == {"birthdate": claim}


def test_an_item_of_another_shape_makes_no_claim():
    odd = {"name": Datum("text", verified=False), "address": Datum("text", verified=False)}

    assert fulfilled({"name": Wish(), "address": Wish()}, odd) == {}


@pytest.mark.parametrize(
    ("wish", "told"),
    [
        (Wish(values=("1990-04-01",)), True),
        (Wish(values=("1990-04-02",)), False),
        (Wish(values=("x", "1990-04-01")), True),
        (Wish(values=()), False),
    ],
)
def test_a_claim_with_another_value_than_wished_for_is_left_out(wish, told):
    assert bool(fulfilled({"birthdate": wish}, DATA)) is told


def test_true_is_not_one():
    assert fulfilled({"email_verified": Wish(values=(1,))}, DATA) == {}


def test_items_behind_claims():
    assert claims.items_for({"given_name", "email_verified"}) == {"name", "email"}


def test_scopes_as_text_begin_with_openid():
    assert scopes.as_text(frozenset({"email", "openid", "address"})) == "openid address email"


KANA = Datum({"full": "カツラギ ヨシオ", "family": "カツラギ", "given": "ヨシオ"}, verified=True)


@pytest.mark.parametrize("tags", ["ja-Kana-JP", "fr ja-kana-jp", "ja-Kana"])
def test_who_prefers_kana_gets_names_in_kana_beside_those_as_they_are(tags):
    document = in_locales({}, frozenset({"openid", "profile"}), tags.split())

    wanted = wanted_at_userinfo(frozenset({"openid", "profile"}), document)
    told = fulfilled(wanted, DATA | {"name_kana": KANA})

    assert told["family_name"] == "葛󠄀城"
    assert told["family_name#ja-Kana-JP"] == "カツラギ"
    assert told["name#ja-Kana-JP"] == "カツラギ ヨシオ"
    assert "birthdate#ja-Kana-JP" not in told


@pytest.mark.parametrize("tags", ["", "en", "ja", "ja-Latn-JP"])
def test_other_locales_change_nothing(tags):
    document = {"userinfo": {"name": None}}

    assert in_locales(document, frozenset({"profile"}), tags.split()) is document


def test_kana_is_wished_for_where_the_name_is_and_a_wish_of_the_clients_stays():
    document = {"userinfo": {"name#ja-Kana-JP": {"essential": True}}, "id_token": {"name": None}}

    found = in_locales(document, frozenset({"openid"}), ["ja-Kana-JP"])

    assert found["userinfo"] == {"name#ja-Kana-JP": {"essential": True}}
    assert found["id_token"] == {"name": None, "name#ja-Kana-JP": None}
    assert in_locales({}, frozenset({"openid", "email"}), ["ja-Kana-JP"]) == {}
