"""What the profile form takes, turns down and keeps."""

from datetime import date

import pytest

from genkan.catalogue import api as catalogue
from genkan.kernel.text import addresses
from genkan.residents.forms.profile import FIELDS_OF, ProfileForm, as_fields
from tests.residents.conftest import H01

TODAY = date(2026, 7, 15)


def form(**changes):
    return ProfileForm(H01 | changes, today=TODAY, language="ja")


def values(**changes):
    filled = form(**changes)
    assert filled.is_valid(), filled.errors
    return filled.values()


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("name", ""),
        ("name", "あ" * 101),
        ("name", "タロウ\0"),
        ("name", "太郎\n次郎"),
        ("name", "太\u202e郎"),
        ("name", "太\ue000郎"),
        ("name", "太\ufffd郎"),
        ("name_kana", "山田"),
        ("birthdate", "きのう"),
        ("birthdate", "2027-01-01"),
        ("birthdate", "1872-01-01"),
        ("birthdate", "1985-02-30"),
        ("birthdate", "昭和64年1月8日"),
        ("birthdate", "1945"),
        ("birthdate", "1" * 5000),
        ("sex", "3"),
        ("postal_code", "123"),
        ("prefecture", "東京府"),
        ("municipality", "大阪市"),
        ("municipality", "横浜市"),
        ("street", ""),
        ("street", "番" * 101),
        ("phone", "000-1234-5678"),
        ("phone", "電話"),
        ("phone", "1" * 10_000),
    ],
)
def test_problem_is_told_at_its_field_and_everything_typed_stays(field, typed):
    filled = form(**{field: typed})

    assert list(filled.errors) == [field]
    others = {name: value for name, value in H01.items() if name != field}
    assert all(str(filled[name].value()) == value for name, value in others.items())


def test_era_that_did_not_have_the_day_is_answered_with_the_one_meant():
    assert "平成元年1月8日" in str(form(birthdate="昭和64年1月8日").errors["birthdate"])


def test_partial_date_goes_to_the_counter():
    assert form(birthdate="昭和20年").errors["birthdate"].as_data()[0].code == "partial"


@pytest.mark.parametrize(
    "typed",
    ["1971-03-09", "昭和46年3月9日", "S46.3.9", "昭和四十六年三月九日", "19710309", "1971/3/9"],
)
def test_birth_date_is_read_in_any_usual_spelling(typed):
    assert values(birthdate=typed)["birthdate"] == "1971-03-09"


@pytest.mark.parametrize("typed", ["たかはし よしお", "ﾀｶﾊｼ ﾖｼｵ", "タカハシ　ヨシオ"])
def test_kana_becomes_full_width_katakana(typed):
    assert values(name_kana=typed)["name_kana"] == {"full": "タカハシ ヨシオ"}


def test_nothing_is_made_up_from_a_full_name():
    assert values(family_name="", given_name="")["name"] == {"full": "髙橋 𠮷男"}


def test_long_name_of_variants_is_counted_as_readers_count():
    name = "\u9089\U000e0101" * 100
    assert values(name=name)["name"]["full"] == name


def test_outer_spaces_are_dropped_and_inner_ones_stay():
    assert values(name="\u3000髙橋\u3000𠮷男 ")["name"]["full"] == "髙橋\u3000𠮷男"


def test_sex_left_open_is_no_value_and_declining_is_one():
    assert values(sex="")["sex"] is None
    assert values(sex="9")["sex"] == "9"


def test_address_has_the_shape_of_the_interface():
    assert values()["address"] == {
        "postal_code": "5600003",
        "prefecture": "大阪府",
        "municipality": "豊中市",
        "lg_code": "272035",
        "town": "東豊中町",
        "street": "三丁目999番地",
        "building": None,
        "full": "大阪府豊中市東豊中町三丁目999番地",
    }


@pytest.mark.parametrize(
    ("prefecture", "municipality", "code"),
    [
        ("大阪府", "大阪市北区", "271276"),
        ("大阪府", "千早赤阪村", "273830"),
        ("大阪府", "南河内郡千早赤阪村", "273830"),
        ("大阪府", "大阪市", ""),
        ("東京都", "千代田区", ""),
    ],
)
def test_municipality_is_found_by_its_name(prefecture, municipality, code):
    assert addresses.lg_code_of(prefecture, municipality, "") == code


def test_sakai_keeps_its_cho():
    address = values(municipality="堺市北区", town="新金岡町", street="5丁999番地")["address"]
    assert address["full"] == "大阪府堺市北区新金岡町5丁999番地"


def test_address_outside_the_prefecture_is_taken_as_typed():
    address = values(prefecture="京都府", municipality="八幡市", town="", postal_code="614-8373")
    assert address["address"]["municipality"] == "八幡市"


def test_phone_is_stored_in_plain_digits():
    assert values(phone="０６ー１２３４ー５６７８")["phone"] == "06-1234-5678"


def test_every_item_says_why_it_is_asked():
    filled = form()
    for item, (first, *_) in FIELDS_OF.items():
        reason = catalogue.item(item).asked_because.ja
        assert reason in str(filled.fields[first].help_text)


def test_postal_code_fills_in_the_place_and_touches_nothing_else():
    filled = form(
        prefecture="東京都", municipality="", town="", postal_code="５６０−０００３"
    ).with_places()

    assert filled["municipality"].value() == "豊中市"
    assert filled["town"].value() == "東豊中町"
    assert filled["prefecture"].value() == "大阪府"
    assert filled["name"].value() == H01["name"]
    assert not filled.is_bound


def test_unknown_postal_code_fills_in_nothing():
    filled = form(postal_code="999-9999").with_places()

    assert (filled["municipality"].value(), len(filled.places)) == ("豊中市", 0)


def test_contents_become_fields_and_fields_contents():
    contents = {item: content for item, content in values(phone="06-1234-5678").items() if content}
    again = ProfileForm(as_fields(contents), today=TODAY, language="ja")

    assert again.is_valid(), again.errors
    assert {k: v for k, v in again.values().items() if v} == contents
