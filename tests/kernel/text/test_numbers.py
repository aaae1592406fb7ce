"""Numbers that must not be kept. The one valid My Number of the tests is H30's specimen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genkan.kernel.text.numbers import MARK, Hidden, is_card_number, is_my_number, masked

SPECIMEN = "123456789018"
CARD = "4111111111111111"
gaps = st.sampled_from(["", " ", "-", "－", "　", "・", "."])
wide = str.maketrans("0123456789", "０１２３４５６７８９")


@pytest.mark.parametrize(
    ("typed", "shown", "hidden"),
    [
        ("１２３４－５６７８－９０１８", "■■■■－■■■■－■■■■", {Hidden.MY_NUMBER}),
        ("1234 5678 9018", "■■■■ ■■■■ ■■■■", {Hidden.MY_NUMBER}),
        ("4111 1111 1111 1111", "■■■■ ■■■■ ■■■■ ■■■■", {Hidden.CARD}),
        ("123456789012", "123456789012", set()),
        ("受付番号 202607150003", "受付番号 202607150003", set()),
        ("G-202607150003", "G-202607150003", set()),
        ("000000000000", "000000000000", set()),
        ("電話は06-0000-0000です", "電話は06-0000-0000です", set()),
        (
            "1234 5678 9018 4111 1111 1111 1111",
            "■■■■ ■■■■ ■■■■ ■■■■ ■■■■ ■■■■ ■■■■",
            {Hidden.MY_NUMBER, Hidden.CARD},
        ),
        ("", "", set()),
    ],
)
def test_h30_what_is_masked_and_what_stays(typed, shown, hidden):
    found = masked(f"番号は {typed}" if typed else typed)

    assert found.text == (f"番号は {shown}" if typed else shown)
    assert found.hidden == hidden


def test_h30_a_receipt_that_is_valid_by_chance_would_be_masked_without_its_prefix():
    assert is_my_number("202607150003")
    assert masked("番号 202607150003").hidden == {Hidden.MY_NUMBER}


def test_a_longer_row_of_digits_is_not_cut_into_a_number():
    text = f"9{SPECIMEN}999999999999"

    assert masked(text).text == text


@given(st.text(), st.lists(gaps, min_size=11, max_size=11), st.booleans(), st.text())
def test_no_width_and_no_grouping_hides_it(before, between, is_wide, after):
    number = SPECIMEN.translate(wide) if is_wide else SPECIMEN
    typed = "".join(digit + gap for digit, gap in zip(number, [*between, ""], strict=True))
    text = f"{before}。{typed}。{after}"
    found = masked(text)

    assert typed not in found.text
    assert Hidden.MY_NUMBER in found.hidden
    assert len(found.text) == len(text)


@given(st.text())
def test_what_holds_no_such_number_is_the_same_text(text):
    found = masked(text)

    assert found.hidden or found.text == text
    assert masked(found.text).text == found.text


@given(st.integers(0, 10**11 - 1))
def test_one_last_digit_of_ten_fits(first):
    fitting = [last for last in range(10) if is_my_number(f"{first:011d}{last}")]

    assert len(fitting) == 1


@pytest.mark.parametrize(
    "digits", ["", "4", "12345678901a", "１２３４５６７８９０１８", CARD + "0"]
)
def test_other_shapes_are_neither(digits):
    assert not is_my_number(digits)
    assert not is_card_number(digits)


def test_marks_are_no_digits():
    assert not MARK.isdigit()
