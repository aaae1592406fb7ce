"""Items and purposes: complete in three languages, or Genkan does not start."""

import tomllib
from copy import deepcopy
from datetime import UTC, date, datetime

import pytest
from django.utils import translation

from genkan.catalogue import api as catalogue
from genkan.catalogue import values
from genkan.catalogue.domain import read_items, read_purposes
from genkan.catalogue.service import DATA
from genkan.kernel.data import DataClass
from tests.builders import MOMENT, VALUES, words

ITEMS = tomllib.loads((DATA / "items.toml").read_text("utf-8"))
PURPOSES = tomllib.loads((DATA / "purposes.toml").read_text("utf-8"))


def test_the_basic_four_and_what_belongs_to_them_are_items():
    assert list(catalogue.items()) == [
        "name",
        "name_kana",
        "name_kana_other",
        "former_name",
        "alias",
        "birthdate",
        "sex",
        "gender",
        "address",
        "email",
        "phone",
    ]


def test_every_item_is_personal_data_with_a_reason_and_an_end():
    for item in catalogue.items().values():
        assert item.data_class in {DataClass.PERSONAL, DataClass.RELATED}
        assert item.retention_days > 0
        assert item.history_days > 0
        for said in (item.name, item.asked_because, item.retention):
            assert all(said.as_mapping().values())


def test_the_purposes_are_the_five_and_only_the_law_needs_no_consent():
    assert {code: one.by_consent for code, one in catalogue.purposes().items()} == {
        "P1": False,
        "P2": True,
        "P3": True,
        "P4": True,
        "P5": True,
    }


def test_what_is_not_in_the_catalogue_is_refused_by_name():
    with pytest.raises(catalogue.UnknownItem) as refused:
        catalogue.item("blood_type")
    assert refused.value.field == "blood_type"
    with pytest.raises(catalogue.UnknownPurpose) as refused:
        catalogue.purpose("P6")
    assert refused.value.field == "P6"


def test_nobody_changes_the_catalogue_in_passing():
    with pytest.raises(TypeError):
        catalogue.items()["blood_type"] = None
    with pytest.raises(TypeError):
        catalogue.purposes()["P6"] = None


@pytest.mark.parametrize("field", list(ITEMS["name"]))
def test_an_item_that_lacks_a_field_is_refused(field):
    document = deepcopy(ITEMS)
    del document["name"][field]

    with pytest.raises(catalogue.CatalogueFaulty, match="name"):
        read_items(document)


@pytest.mark.parametrize("language", catalogue.LANGUAGES)
@pytest.mark.parametrize("field", ["name", "asked_because", "retention"])
def test_an_item_that_lacks_a_language_is_refused(field, language):
    for gone in ({}, {language: ""}):
        document = deepcopy(ITEMS)
        document["name"][field] = {
            name: text for name, text in words("text").items() if name != language
        } | gone

        with pytest.raises(catalogue.CatalogueFaulty, match=language):
            read_items(document)


@pytest.mark.parametrize("data_class", ["", "個人情報", "private", None])
def test_an_item_of_an_unknown_class_is_refused(data_class):
    document = deepcopy(ITEMS)
    document["name"]["class"] = data_class

    with pytest.raises(catalogue.CatalogueFaulty):
        read_items(document)


@pytest.mark.parametrize("field", list(PURPOSES["P4"]))
def test_a_purpose_that_lacks_a_field_is_refused(field):
    document = deepcopy(PURPOSES)
    del document["P4"][field]

    with pytest.raises(catalogue.CatalogueFaulty, match="P4"):
        read_purposes(document)


@pytest.mark.parametrize("until", [date(2024, 8, 1), date(2024, 7, 31)])
def test_a_purpose_that_ends_before_it_begins_is_refused(until):
    document = deepcopy(PURPOSES)
    document["P4"]["valid_until"] = until

    with pytest.raises(catalogue.CatalogueFaulty):
        read_purposes(document)


def test_a_purpose_holds_from_its_first_day_until_its_end_in_japan():
    document = deepcopy(PURPOSES)
    document["P4"]["valid_until"] = date(2025, 10, 14)
    purpose = read_purposes(document)["P4"]
    begins = datetime(2024, 7, 31, 15, tzinfo=UTC)
    ends = datetime(2025, 10, 13, 15, tzinfo=UTC)

    assert not purpose.in_force(begins - MOMENT)
    assert purpose.in_force(begins)
    assert purpose.in_force(ends - MOMENT)
    assert not purpose.in_force(ends)


def test_a_wording_speaks_the_readers_language_and_else_japanese():
    said = catalogue.wording("test", {"ja": "日", "ja-easy": "や", "en": "E"})

    assert [said.in_language(one) for one in ("ja", "ja-easy", "en", "fr")] == [
        "日",
        "や",
        "E",
        "日",
    ]
    assert catalogue.wording("test", said.as_mapping()) == said


@pytest.mark.parametrize(
    ("key", "content", "language", "told"),
    [
        ("name", VALUES["name"], "ja", "大阪 花子"),
        ("name", {"full": "SURYATI"}, "ja", "SURYATI"),
        ("address", VALUES["address"], "ja", "〒530-0005 大阪府大阪市北区中之島一丁目99番9号"),
        ("address", {"full": "住所不定"}, "ja", "住所不定"),
        ("birthdate", "1990-04-01", "en", "1990-04-01"),
        ("sex", "9", "en", "not stated"),
        ("sex", "7", "en", "7"),
        ("phone", "06-0000-0000", "ja", "06-0000-0000"),
    ],
)
def test_a_value_is_told_in_words(key, content, language, told):
    with translation.override(language):
        assert values.in_words(key, content, language) == told


def test_a_birthdate_is_told_in_the_calendar_of_the_page():
    assert "平成2年" in values.in_words("birthdate", "1990-04-01", "ja")


def test_interests_have_a_name_in_every_language_and_some_are_sensitive():
    assert all(all(one.name.as_mapping().values()) for one in catalogue.INTERESTS.values())
    assert {key for key, one in catalogue.INTERESTS.items() if one.sensitive} == {
        "health",
        "disability",
    }
