"""Addresses stay as typed; codes, levels and parts are read beside them."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genkan.kernel.text.addresses import (
    Address,
    Level,
    Street,
    check_digit,
    findings_of,
    fold_hyphens,
    is_lg_code,
    level_of,
    lookup,
    municipalities,
    municipality,
    place_of,
    postal_code_of,
    prefectures,
    radical_proposal,
    street_of,
    towns_of,
)
from genkan.kernel.text.characters import Finding, Problem, search_form

HYPHENS = "-‐‑‒–—―−ー－ｰ"


def an_address(**changes):
    parts = Address.at(place_of("271276", "中之島"), "一丁目99番").content() | changes
    return Address.from_content(parts)


def test_check_digits_of_prefecture_and_cities():
    codes = ("270008", "271004", "271403", "273830", "262102")

    assert all(is_lg_code(code) for code in codes)
    assert [check_digit(code[:5]) for code in codes] == ["8", "4", "3", "0", "2"]
    assert not any(is_lg_code(code) for code in ("270009", "27000", "999999", "２７０００８", ""))


@pytest.mark.parametrize("five", ["", "2710", "271040", "２７１００", "2710x"])
def test_a_check_digit_needs_five_digits(five):
    with pytest.raises(ValueError, match="five digits"):
        check_digit(five)


@given(st.integers(1000, 47999))
def test_one_wrong_digit_is_noticed(number):
    five = f"{number:05d}"
    code = five + check_digit(five)
    # Modulus 11 with one digit folds remainders 0 and 10, so the last of the five can hide.
    changed = code[:4] + str((int(code[4]) + 1) % 10) + code[5]

    assert is_lg_code(code)
    assert not is_lg_code(changed) or check_digit(changed[:5]) == code[5]


def test_the_table_has_the_forty_one_municipalities_and_thirty_one_wards():
    known = municipalities()
    wards = [one for one in known if one.ward]

    assert len(known) == 72
    assert len({one.city_code for one in known}) == 43
    assert len([one for one in wards if one.city_code == "271004"]) == 24
    assert len([one for one in wards if one.city_code == "271403"]) == 7
    assert all(is_lg_code(one.lg_code) and is_lg_code(one.city_code) for one in known)
    assert all(towns_of(one.lg_code) for one in known)
    assert municipality("273830").full == "南河内郡千早赤阪村"
    assert municipality("271462").name == "堺市北区"
    assert municipality("262102").prefecture == "京都府"
    assert municipality("999999") is None
    assert len(prefectures()) == 47


@pytest.mark.parametrize(
    "typed",
    [
        "5300005",
        "530-0005",
        "〒530-0005",
        "５３０－０００５",
        "530ー0005",
        " 〒 530 0005 ",
        "530−0005",
    ],
)
def test_a_postal_code_is_understood_however_it_is_typed(typed):
    assert postal_code_of(typed) == "5300005"


@pytest.mark.parametrize(
    "typed", ["", "530", "53000050", "53O0005", "五三〇〇〇〇五", "-530000", "x" * 9999]
)
def test_what_is_no_postal_code_is_none(typed):
    assert postal_code_of(typed) is None


def test_a_postal_code_fills_prefecture_municipality_code_and_town():
    [place] = lookup("5300005")

    assert (place.prefecture, place.municipality, place.lg_code, place.town, place.town_kana) == (
        "大阪府",
        "大阪市北区",
        "271276",
        "中之島",
        "ナカノシマ",
    )
    assert lookup("0000000") == []


def test_a_postal_code_shared_by_two_wards_gives_both():
    assert {place.municipality for place in lookup("5990000")} == {"堺市中区", "堺市東区"}


def test_a_tower_with_codes_of_its_own_is_a_building_in_its_town():
    [place] = lookup("5306101")

    assert (place.town, place.building) == ("中之島", "中之島ダイビル 1階")


def test_a_town_with_several_codes_is_found_by_the_general_one():
    assert place_of("272086", "畠中").postal_code == "5970072"
    assert place_of("273830", "大字水分") == place_of("273830", "水分")
    assert place_of("271276", "存在しない町") is None


def test_every_row_of_the_table_belongs_to_a_known_municipality():
    for one in municipalities():
        for place in towns_of(one.lg_code):
            assert place.municipality == one.full
            assert place in lookup(place.postal_code)


def test_h11_cho_stays_cho_and_the_number_is_told_apart():
    address = Address.at(place_of("271462", "新金岡町"), "5丁999番地")

    assert address.full == "大阪府堺市北区新金岡町5丁999番地"
    assert street_of(address.street) == Street("5丁999番地", 5, "丁", None, "999番地")
    assert level_of(address) is Level.TOWN
    assert findings_of(address) == {}


def test_h12_a_word_as_block_number_is_kept_and_needs_no_digits():
    address = Address.at(place_of("271284", "久太郎町"), "四丁目渡辺99号")

    assert address.full == "大阪府大阪市中央区久太郎町四丁目渡辺99号"
    assert street_of(address.street) == Street("四丁目渡辺99号", 4, "丁目", "渡辺", "99号")
    assert findings_of(address) == {}
    assert findings_of(an_address(street="四丁目渡辺")) == {}


def test_h13_a_village_has_no_chome_and_that_is_no_error():
    address = Address.from_content(
        Address.at(place_of("273830", "水分"), "9999番地の9").content() | {"town": "大字水分"}
    )

    assert address.full == "大阪府南河内郡千早赤阪村大字水分9999番地の9"
    assert street_of(address.street) == Street("9999番地の9", number="9999番地の9")
    assert level_of(address) is Level.TOWN
    assert findings_of(address) == {}


def test_h29_pasted_radical_is_proposed_found_and_kept_until_she_agrees():
    typed = an_address(municipality="⼤阪市北区")

    assert radical_proposal(typed.municipality) == "大阪市北区"
    assert typed.full == "大阪府⼤阪市北区中之島一丁目99番"
    assert typed.search == an_address().search
    assert search_form("⼤阪") == search_form("大阪")


def test_levels_never_depend_on_the_street():
    assert level_of(an_address(town="架空町")) is Level.MUNICIPALITY
    assert level_of(an_address(lg_code="131016")) is Level.UNKNOWN


def test_problems_are_named_by_field():
    broken = an_address(
        postal_code="530-0005", lg_code="271275", street=" ", building="x" * 101, town="山\x00"
    )

    assert findings_of(broken) == {
        "postal_code": [Finding(Problem.NOT_A_POSTAL_CODE)],
        "lg_code": [Finding(Problem.NOT_A_MUNICIPALITY_CODE)],
        "street": [Finding(Problem.EMPTY)],
        "building": [Finding(Problem.TOO_LONG)],
        "town": [Finding(Problem.CONTROL_CHARACTER, 1)],
    }


@pytest.mark.parametrize("hyphen", HYPHENS)
def test_all_hyphens_fold_between_digits_and_nowhere_else(hyphen):
    assert fold_hyphens(f"1{hyphen}2{hyphen}3") == "1-2-3"
    assert fold_hyphens(f"１{hyphen}２") == "１-２"
    assert fold_hyphens(f"センタ{hyphen}1{hyphen}") == f"センタ{hyphen}1{hyphen}"


def test_streets_written_with_hyphens():
    assert street_of("1ー2ー3") == Street("1ー2ー3", 1, None, None, "2-3")
    assert street_of("99-9") == Street("99-9", number="99-9")
    assert street_of("十二丁目99") == Street("十二丁目99", 12, "丁目", None, "99")


@given(st.text(st.sampled_from("0１一十丁目番地渡辺号のー-－ ") | st.characters(), max_size=20))
def test_reading_a_street_never_loses_the_raw_text(raw):
    assert street_of(raw).raw == raw


@given(st.text(st.sampled_from("0１２a" + HYPHENS), max_size=20))
def test_folding_hyphens_is_idempotent_and_keeps_all_else(text):
    folded = fold_hyphens(text)

    assert fold_hyphens(folded) == folded
    assert [c for c in folded if c not in HYPHENS] == [c for c in text if c not in HYPHENS]


@given(st.text(max_size=20), st.text(max_size=20), st.none() | st.text(min_size=1, max_size=9))
def test_an_address_goes_out_and_comes_back_unchanged(town, street, building):
    address = an_address(town=town, street=street, building=building)

    assert Address.from_content(address.content()) == address
    assert street in address.full


@given(st.text(max_size=12))
def test_only_seven_digits_are_a_postal_code(text):
    code = postal_code_of(text)

    assert code is None or (len(code) == 7 and code.isascii() and code.isdecimal())
    assert code is None or [c for c in unicodedata.normalize("NFKC", text) if c.isdecimal()] == [
        *code
    ]
