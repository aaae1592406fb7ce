"""Names survive as typed; what is derived for search and checks stands beside them."""

import sys
import unicodedata
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from genkan.kernel.text import characters
from genkan.kernel.text.characters import MAX_CODE_POINTS_IN_GRAPHEME, unsafe
from genkan.kernel.text.data import table
from genkan.kernel.text.names import (
    MAX_FULL,
    Finding,
    Name,
    Problem,
    code_points,
    findings_of,
    graphemes,
    radical_proposal,
    search_form,
    truncated,
)

WATANABE = "渡\u9089\U000e0101 太郎"
KATSURAGI = "葛\U000e0100城 美葉"

# Kanji with selectors, kana, half-width, radicals, combining marks, romaji, and anything at all.
japanese = st.text(
    st.one_of(
        st.sampled_from(
            "髙橋𠮷渡邉葛﨑神\ufa19⼤⺠ｶﾞがゝー ヴ\u3000 A1１\u0301\u3099\U000e0100\ufe00\u200d"
        ),
        st.characters(),
    ),
    max_size=30,
)


def test_h01_non_bmp_name_has_five_graphemes_and_is_found_by_common_forms():
    name = Name.of_parts("髙橋", "𠮷男")

    assert name.full == "髙橋 𠮷男"
    assert len(graphemes(name.full)) == 5
    assert name.search == search_form("高橋 吉男") == search_form("高橋吉男")
    assert findings_of(name.full) == []


def test_h02_variation_sequence_is_one_character_and_is_found_by_three_spellings():
    assert len(WATANABE) == 6
    assert len(graphemes(WATANABE)) == 5
    assert {search_form(f"{family} 太郎") for family in ("渡辺", "渡邊", "渡邉")} == {
        search_form(WATANABE)
    }
    assert findings_of(WATANABE) == []


def test_h02_truncation_never_parts_base_and_selector():
    assert truncated(WATANABE, 2) == "渡\u9089\U000e0101"


def test_h03_family_name_with_a_sequence_fits_a_field_of_two_characters():
    family = KATSURAGI.split(maxsplit=1)[0]

    assert len(graphemes(family)) == 2
    assert findings_of(family, limit=2) == []
    assert code_points(family) == "U+845B U+E0100 U+57CE"


def test_h04_mononym_has_no_parts_and_none_is_made_up():
    name = Name("SURYATI")

    assert name.content() == {"full": "SURYATI"}
    assert Name.from_content(name.content()) == name
    assert search_form("suryati") == name.search


def test_h05_forty_five_capitals_are_kept_whole():
    name = "MARIA FERNANDA APARECIDA DE SOUZA LIMA NAKATA"

    assert len(name) == 45
    assert findings_of(name) == []
    assert findings_of(f"{name} {name}") == []
    assert Name(name).content() == {"full": name}


def test_h29_radical_in_a_name_is_proposed_and_never_changed_silently():
    typed = "⼤木 ⺠子"

    assert radical_proposal(typed) == "大木 民子"
    assert Name(typed).full == typed
    assert findings_of(typed) == []
    assert radical_proposal("大木 民子") is None


def test_every_radical_of_both_blocks_folds_to_an_ideograph():
    # NFKC folds all of U+2F00-2FD5 but only two of the 115 before; U+2E80 has no equivalent.
    assigned = [chr(c) for c in range(0x2E80, 0x2FD6) if unicodedata.category(chr(c)) != "Cn"]
    unfolded = [c for c in assigned if search_form(c) == c]

    assert len(assigned) == 115 + 214
    assert unfolded == ["\u2e80"]


def test_variant_table_is_flat():
    rows = list(table("variants.tsv"))
    variants = [variant for row in rows for variant in row[1]]
    common = [row[0] for row in rows]

    assert len(set(variants)) == len(variants)
    assert len(set(common)) == len(common)
    assert not set(variants) & set(common)


def test_unsafe_characters_are_refused_with_a_code_and_a_position():
    expected = {
        "": Problem.EMPTY,
        "　 ": Problem.EMPTY,
        "あ" * (MAX_FULL + 1): Problem.TOO_LONG,
        "x" * 1_000_000: Problem.TOO_LONG,
        "山\x00": Problem.CONTROL_CHARACTER,
        "山\n": Problem.CONTROL_CHARACTER,
        "山\u202e": Problem.DIRECTION_OVERRIDE,
        "山\u2066": Problem.DIRECTION_OVERRIDE,
        "山\u200b": Problem.INVISIBLE_CHARACTER,
        "山\U000e0041": Problem.INVISIBLE_CHARACTER,
        "山\u3164": Problem.INVISIBLE_CHARACTER,
        "山\ue000": Problem.PRIVATE_USE_CHARACTER,
        "山\ufffd": Problem.DAMAGED_CHARACTER,
        "山\u0378": Problem.UNASSIGNED_CHARACTER,
        "山\uffff": Problem.UNASSIGNED_CHARACTER,
        "山" + "\u0301" * MAX_CODE_POINTS_IN_GRAPHEME: Problem.TOO_MANY_MARKS,
        " \U000e0100山": Problem.STRAY_SELECTOR,
    }

    found = {text: findings_of(text) for text in expected}

    assert {text: one[0].problem for text, one in found.items()} == expected
    assert found["山\ue000"] == [Finding(Problem.PRIVATE_USE_CHARACTER, 1)]


def test_ideographs_newer_than_this_unicode_version_are_accepted():
    assert findings_of("\U000323b0\U000313a0") == []


def test_joiners_of_devanagari_names_are_accepted():
    assert findings_of("क्\u200dष") == []


@given(japanese)
def test_graphemes_joined_are_the_text(text):
    assert "".join(graphemes(text)) == text


@given(japanese)
def test_search_form_is_idempotent(text):
    assert search_form(search_form(text)) == search_form(text)


@given(japanese)
def test_search_form_ignores_normalisation_and_selectors(text):
    with_selectors = "".join(c + "\U000e0101" if c > "\u3400" else c for c in text)

    assert search_form(unicodedata.normalize("NFKC", text)) == search_form(text)
    assert search_form(with_selectors) == search_form(text)


@given(japanese, st.none() | japanese, st.none() | japanese)
def test_a_name_goes_out_and_comes_back_unchanged(full, family, given_name):
    name = Name(full, family, given_name)

    assert Name.from_content(name.content()) == name
    assert name.full == full


@given(japanese)
def test_a_proposal_has_no_radical_left_and_is_proposed_once(text):
    proposed = radical_proposal(text)

    assert proposed is None or radical_proposal(proposed) is None


@given(japanese)
def test_every_finding_points_into_the_text(text):
    assert all(0 <= (one.at or 0) < len(graphemes(text)) for one in unsafe(text))


def test_plain_characters_are_graphemes_without_problems_in_any_order():
    plain = [chr(code) for code in range(sys.maxunicode) if characters._PLAIN.fullmatch(chr(code))]
    shuffled = Random(1).sample(plain, len(plain))

    for text in ("".join(plain), "".join(shuffled), "".join(reversed(plain))):
        assert characters._GRAPHEME.findall(text) == list(text)
        assert list(unsafe(text)) == []
        assert text.translate(characters._FOLDED) == characters._folded(text)
