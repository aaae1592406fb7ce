"""Which passwords are refused because guessing programs try them first."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from genkan.residents.domain.passwords import plain_forms, says_too_little

REFUSED = [
    "password123",
    "P@ssw0rd2026!",
    "ｐａｓｓｗｏｒｄ１２３",
    "passwordpassword",
    "sakura20260401",
    "Genkan-2026-07",
    "玄関2026070711",
    "12345678901",
    "abcdefghijkl",
    "aaaaaaaaaaaa",
    "ababababababab",
]
TAKEN = [
    "katsu-don-7-mado",
    "correct-horse-battery",
    "うめぼしと橋とラジオ",
    "x9!kQe2#LmPz",
    "tanuki bicycle 雨",
]


@pytest.mark.parametrize("password", REFUSED)
def test_password_that_many_use_is_refused_in_its_disguises(password):
    with pytest.raises(ValidationError) as refused:
        validate_password(password)

    assert "password_too_common" in {one.code for one in refused.value.error_list}


@pytest.mark.parametrize("password", TAKEN)
def test_password_that_nobody_guesses_is_taken(password):
    validate_password(password)


@given(st.text(max_size=200))
def test_any_text_is_looked_at_without_failing(password):
    assert isinstance(says_too_little(password), bool)
    assert all(plain_forms(password))
