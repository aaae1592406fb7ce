"""Readings: accepted in any kana, shown in full-width katakana, matched with folding."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genkan.kernel.text import kana
from genkan.kernel.text.characters import Finding, Problem

readings = st.text("ァアィイカガキャパヴヵヶヮヰヱヲンッツー・ ", max_size=20)
typed_kana = st.text(
    st.sampled_from("ｱｶﾞﾊﾟｯｰ･あかがぱっゔゐゑゎゕアカガヴー・ 　-−\u3099\u309a゛゜")
    | st.characters(),
    max_size=20,
)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("ﾀｶﾊｼ ﾖｼｵ", "タカハシ ヨシオ"),
        ("たかはし　よしお", "タカハシ ヨシオ"),
        ("ﾊﾞﾊﾟｳﾞ", "バパヴ"),
        ("か\u3099く", "ガク"),
        ("か゛く", "ガク"),
        ("ゐゑゎ", "ヰヱヮ"),
        ("ﾏﾘｱ･ｴﾚﾅ", "マリア・エレナ"),
        ("しょうこ", "ショウコ"),
        ("スーパ－", "スーパー"),
    ],
)
def test_what_is_typed_is_shown_in_full_width_katakana(typed, shown):
    assert kana.to_katakana(typed) == shown
    assert kana.findings_of(shown) == []


def test_h07_reading_of_the_register_matches_with_folding_and_both_differ():
    declared, registered = "ウエダ ショウコ", "ウエダ シヨウコ"

    assert kana.same_reading(declared, registered)
    assert kana.same_reading(declared, "ウエタ シヨウコ")
    assert not kana.same_reading(declared, "ウエダ サチコ")
    assert kana.to_katakana(declared) != kana.to_katakana(registered)


def test_h04_long_and_plain_kana_of_a_mononym_pass():
    assert kana.findings_of("スルヤティ") == []


def test_what_is_not_kana_is_pointed_at():
    assert kana.findings_of(kana.to_katakana("タカ橋")) == [Finding(Problem.NOT_KATAKANA, 2)]
    assert kana.findings_of("") == [Finding(Problem.EMPTY)]
    assert kana.findings_of("ア" * 101) == [Finding(Problem.TOO_LONG)]
    assert kana.findings_of("ア\u202e")[0].problem is Problem.DIRECTION_OVERRIDE


@given(typed_kana)
def test_conversion_is_idempotent(text):
    assert kana.to_katakana(kana.to_katakana(text)) == kana.to_katakana(text)


@given(readings)
def test_a_reading_in_katakana_stays_as_it_is(text):
    assert kana.to_katakana(text) == " ".join(text.split())


@given(typed_kana)
def test_folding_is_idempotent_and_blind_to_width(text):
    assert kana.folded(kana.folded(text)) == kana.folded(text)


@given(readings)
def test_folding_is_blind_to_what_registers_lose(text):
    lost = "".join(c for c in unicodedata.normalize("NFD", text) if c not in "\u3099\u309a")
    enlarged = text.replace("ョ", "ヨ").replace("ッ", "ツ").replace("ャ", "ヤ")

    assert kana.same_reading(text, lost)
    assert kana.same_reading(text, enlarged)


def test_letters_of_readings_are_folded_one_by_one_as_a_whole_text_is():
    letters = [chr(code) for code in kana._FOLDED]
    text = "".join(letters)

    assert len(letters) > 90
    assert [kana.folded(letter) for letter in letters] == [kana._folded(one) for one in letters]
    assert kana.folded(text) == kana._folded(text)


@given(readings)
def test_a_reading_that_is_as_it_should_be_is_left_alone(text):
    spaced = " ".join(text.split())

    assert kana._AS_WRITTEN.fullmatch(spaced)
    assert kana.to_katakana(spaced) == kana._converted(spaced) == spaced
