"""The My Number Card against what we hold: as rules, without a database."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genkan.kernel.ids import ResidentId, new_id
from genkan.residents.domain.card import (
    ITEMS,
    OPEN,
    Card,
    CardCheck,
    CardCheckId,
    CardUnreadable,
    Pick,
    Verdict,
    address_form,
    changes,
    compare,
    is_same_person,
    read_address,
)
from genkan.residents.domain.people import Origin, Value
from genkan.residents.domain.readings import OTHER

NOON = datetime(2026, 7, 15, 3, 0, tzinfo=UTC)
CLAIMS = {
    "sub": "x",
    "name": "上田　祥子",
    "name_kana": "ウエダ　シヨウコ",
    "address": "大阪府守口市京阪本通２丁目９９９番地",
    "birthdate": "19620814",
    "gender": "2",
}
HOME = {
    "postal_code": "5700083",
    "prefecture": "大阪府",
    "municipality": "守口市",
    "lg_code": "272094",
    "town": "京阪本通",
    "street": "二丁目999番地",
    "building": None,
    "full": "大阪府守口市京阪本通二丁目999番地",
}
HELD = {
    "name": {"full": "上田 祥子", "family": "上田", "given": "祥子"},
    "name_kana": {"full": "ウエダ ショウコ"},
    "birthdate": "1962-08-14",
    "sex": "2",
    "address": HOME,
}


def held(**changes):
    contents = {key: one for key, one in (HELD | changes).items() if one is not None}
    return {
        item: Value(
            item=item,
            content=content,
            origin=Origin.SELF_DECLARED,
            as_of=NOON - timedelta(days=1),
            verified=False,
        )
        for item, content in contents.items()
    }


def card(**changes):
    told = {key: one for key, one in (CLAIMS | changes).items() if one is not None}
    return Card.from_claims(told)


def verdicts(own, shown):
    return {one.item: one.verdict.value for one in compare(own, shown)}


def settled(own, shown, **picks):
    return changes(own, compare(own, shown), picks, since=NOON)


def opened(changed):
    return [(item, value) for item, value in changed.items() if value is not None]


def test_h07_reading_is_alike_and_everything_else_the_same():
    assert verdicts(held(), card()) == {
        "name": "same",
        "name_kana": "alike",
        "birthdate": "same",
        "sex": "same",
        "address": "alike",
    }


@pytest.mark.parametrize(
    ("item", "own", "shown", "verdict"),
    [
        ("name", {"full": "髙橋 𠮷男"}, {"name": "高橋　吉男"}, "alike"),
        ("name", {"full": "渡\u9089\U000e0101 太郎"}, {"name": "渡辺 太郎"}, "alike"),
        ("name", {"full": "SURYATI"}, {"name": "ＳＵＲＹＡＴＩ"}, "alike"),
        ("name", {"full": "山口 さくら"}, {"name": "井上　さくら"}, "different"),
        ("name_kana", {"full": "ウエダ シヨウコ"}, {}, "same"),
        ("name_kana", {"full": "ウエタ シヨウコ"}, {}, "alike"),
        ("name_kana", {"full": "カミダ ショウコ"}, {}, "different"),
        ("name_kana", None, {}, "new"),
        ("birthdate", "1945", {"birthdate": "19450000"}, "same"),
        ("birthdate", "1945", {"birthdate": "1945-05"}, "different"),
        ("birthdate", "1962-08-15", {}, "different"),
        ("sex", "9", {}, "new"),
        ("sex", None, {}, "new"),
        ("sex", "1", {}, "different"),
        ("address", {**HOME, "full": "大阪府守口市京阪本通2-999"}, {}, "alike"),
        (
            "address",
            {**HOME, "full": f"{HOME['full']} コーポ101", "building": "コーポ101"},
            {},
            "alike",
        ),
        ("address", {**HOME, "full": "大阪府守口市京阪本通二丁目998番地"}, {}, "different"),
        ("address", HOME, {"address": "北海道札幌市中央区北一条西99丁目"}, "unread"),
        ("address", None, {"address": "大阪府守口市"}, "unread"),
        ("address", HOME, {"address": {"formatted": HOME["full"]}}, "same"),
    ],
)
def test_verdict(item, own, shown, verdict):
    assert verdicts(held(**{item: own}), card(**shown))[item] == verdict


def test_what_the_card_lacks_is_not_compared():
    lacking = card(name_kana=None, gender="3", address=None)

    assert set(verdicts(held(), lacking)) == {"name", "birthdate"}


@pytest.mark.parametrize(
    ("claims", "iso"),
    [
        ({"birthdate": "1962-08-14"}, "1962-08-14"),
        ({"birthdate": "19620814"}, "1962-08-14"),
        ({"birthdate": "19620800"}, "1962-08"),
        ({"birthdate": "1962"}, "1962"),
        ({"birthdate": "19620014"}, "1962"),
    ],
)
def test_birth_date_keeps_its_precision(claims, iso):
    assert card(**claims).content("birthdate") == iso


@pytest.mark.parametrize(
    ("claims", "field"),
    [
        ({"name": None}, "name"),
        ({"name": " "}, "name"),
        ({"name": 1}, "name"),
        ({"name": "上\u0000田"}, "name"),
        ({"name": "上" * 401}, "name"),
        ({"birthdate": None}, "birthdate"),
        ({"birthdate": "昭和37年"}, "birthdate"),
        ({"birthdate": "19621314"}, "birthdate"),
        ({"address": {"formatted": 3}}, "address"),
    ],
)
def test_what_is_not_a_card_is_refused_by_its_field_and_without_its_value(claims, field):
    with pytest.raises(CardUnreadable) as refused:
        card(**claims)

    assert str(refused.value) == field


def test_reading_that_is_no_kana_is_left_out():
    assert "name_kana" not in card(name_kana="UEDA").lines


def test_number_that_nobody_asked_for_is_never_read():
    shown = card(individual_number="123456789018", my_number="123456789018")

    assert "123456789018" not in repr(shown)
    assert set(shown.lines) == set(ITEMS)


@pytest.mark.parametrize(
    ("own", "shown", "same"),
    [
        ({}, {}, True),
        ({"name": {"full": "井上 祥子"}, "address": None}, {}, True),
        ({"birthdate": "1962-08-15"}, {}, True),
        ({"name": {"full": "上田 太郎"}, "birthdate": "1960-01-01"}, {}, False),
        ({"name": None, "birthdate": None}, {}, False),
    ],
    ids=["all", "married and moved", "mistyped", "from the same home", "nothing held"],
)
def test_card_of_the_same_person_agrees_in_name_or_birth_date(own, shown, same):
    assert is_same_person(held(**own), card(**shown)) is same


@pytest.mark.parametrize(
    ("line", "town", "street"),
    [
        ("大阪府守口市京阪本通２丁目９９９番地", "京阪本通", "２丁目９９９番地"),
        ("大阪府堺市北区新金岡町５丁９９９番地", "新金岡町", "５丁９９９番地"),
        ("大阪府大阪市中央区久太郎町四丁目渡辺９９号", "久太郎町", "四丁目渡辺９９号"),
    ],
)
def test_address_is_parted_at_a_town_of_the_table_and_the_street_stays_as_written(
    line, town, street
):
    found = read_address(line)

    assert (found.town, found.street, found.full) == (town, street, line)


@pytest.mark.parametrize(
    "line",
    ["", "東京都千代田区千代田1-1", "大阪府守口市", "大阪府守口市無い町1", "大阪府守口市京阪本通"],
)
def test_address_of_an_unknown_place_has_no_parts(line):
    assert read_address(line) is None


def test_place_of_a_protected_address_is_left_out():
    assert "address" not in card().without(frozenset({"address"})).lines


texts = st.sampled_from(
    ["1", "12", "二", "十二", "丁目", "番", "番地の", "号", "-", "−", "町", " "]
)


WIDE = str.maketrans("12", "１２")


@given(parts=st.lists(texts, max_size=12))
def test_width_and_spaces_make_no_other_address(parts):
    plain, wide = "".join(parts), "\u3000".join(parts).translate(WIDE)

    assert address_form(plain) == address_form(wide)


names = st.sampled_from(["上田 祥子", "上田　祥子", "髙橋 𠮷男", "高橋吉男", "山口 さくら"])
own_values = st.fixed_dictionaries(
    {
        "name": names.map(lambda full: {"full": full}) | st.none(),
        "name_kana": st.sampled_from([{"full": "ウエダ ショウコ"}, {"full": "タカハシ"}, None]),
        "birthdate": st.sampled_from(["1962-08-14", "1962", None]),
        "sex": st.sampled_from(["0", "1", "2", "9", None]),
        "address": st.sampled_from([HOME, {**HOME, "full": "大阪府池田市城南一丁目9番"}, None]),
    }
)
shown_values = st.fixed_dictionaries(
    {
        "name": names,
        "name_kana": st.sampled_from(["ウエダ　シヨウコ", "タカハシ", None]),
        "birthdate": st.sampled_from(["19620814", "19620000"]),
        "gender": st.sampled_from(["1", "2", "3", None]),
        "address": st.sampled_from([CLAIMS["address"], "北海道札幌市", None]),
    }
)
choices = st.dictionaries(st.sampled_from(ITEMS), st.sampled_from(Pick))


@given(own=own_values, shown=shown_values, picks=choices)
def test_nothing_held_is_replaced_by_something_else_without_a_pick(own, shown, picks):
    before = held(**own)

    for item, value in opened(settled(before, card(**shown), **picks)):
        was = before.get(item)
        if item == OTHER:
            continue
        if value.content != (was and was.content):
            assert picks.get(item) is Pick.TAKE


@given(own=own_values, shown=shown_values, picks=choices)
def test_only_what_the_card_bears_out_counts_as_confirmed(own, shown, picks):
    before, says = held(**own), card(**shown)
    found = verdicts(before, says)

    for item, value in opened(settled(before, says, **picks)):
        if value.verified and value.content != says.content(item) and item != OTHER:
            assert found[item] in {Verdict.SAME, Verdict.ALIKE}
        if item in ITEMS:
            assert value.verified == (value.origin == Origin.CARD)


def test_reading_taken_in_place_of_quite_another_leaves_none_beside_it():
    own = held(name_kana={"full": "カミダ ショウコ"}, name_kana_other={"full": "カミタ シヨウコ"})

    changed = settled(own, card(), name_kana=Pick.TAKE)

    assert changed["name_kana"].content == {"full": "ウエダ シヨウコ"}
    assert changed["name_kana_other"] is None


def test_reading_that_a_counter_saw_stays_where_it_is_kept():
    own = held()
    own["name_kana"] = replace(own["name_kana"], origin=Origin.COUNTER, verified=True)

    assert "name_kana" not in settled(own, card(), name_kana=Pick.KEEP)
    assert settled(own, card(), name_kana=Pick.TAKE)["name_kana"].origin == "card"


@given(own=own_values, shown=shown_values)
def test_without_picks_only_what_agrees_is_touched(own, shown):
    before, says = held(**own), card(**shown)
    found = verdicts(before, says)

    assert {item for item, verdict in found.items() if verdict == "same"} <= set(
        settled(before, says)
    )
    assert all(
        before[item].content == value.content for item, value in settled(before, says).items()
    )


def a_check(**changes):
    facts = {
        "id": CardCheckId(new_id()),
        "resident": ResidentId(new_id()),
        "begun_at": NOON,
        "nonce": "n",
        "verifier": "v",
    }
    return CardCheck(**facts | changes)


def test_what_came_back_is_decided_about_once_and_within_fifteen_minutes():
    back = a_check(returned_at=NOON, card=card())
    instant = timedelta(microseconds=1)

    assert back.can_be_confirmed(NOON + OPEN - instant)
    assert not back.can_be_confirmed(NOON + OPEN)
    assert not a_check(returned_at=NOON).can_be_confirmed(NOON)
    assert not a_check(returned_at=NOON, card=card(), confirmed_at=NOON).can_be_confirmed(NOON)
