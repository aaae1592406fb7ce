"""How the console says whom an article is for."""

import pytest
from django.utils.translation import override

from genkan.console.wording import audience_sentence, said
from genkan.delivery.api import Audience

FOUR = frozenset({"272035", "272051", "272108", "271004"})


@pytest.mark.parametrize(
    ("audience", "sentence"),
    [
        (Audience(), "全員"),
        (Audience(min_age=65), "65歳以上"),
        (Audience(max_age=18), "18歳以下"),
        (Audience(min_age=18, max_age=18), "18歳"),
        (Audience(min_age=0, max_age=6), "0〜6歳"),
        (Audience(municipalities=FOUR), "お住まい：大阪市、豊中市、吹田市 ほか1"),
        (
            Audience(municipalities=frozenset({"271276"}), interests=frozenset({"tax"})),
            "お住まい：大阪市北区 ／ 興味：税・手続き",
        ),
        (Audience(interests=frozenset({"gone"})), "興味：gone"),
    ],
)
def test_an_audience_is_one_line(audience, sentence):
    with override("ja"):
        assert audience_sentence(audience) == sentence


def test_an_audience_is_said_in_english_too():
    with override("en"):
        assert audience_sentence(Audience(max_age=6, interests=frozenset({"childcare"}))) == (
            "aged 6 or younger; interested in Raising children"
        )


@pytest.mark.parametrize(
    ("language", "text"), [("ja", "申請"), ("en", "Applications"), ("ja-easy", "申請")]
)
def test_a_text_that_is_missing_in_a_language_comes_in_japanese(language, text):
    with override(language):
        assert said({"ja": "申請", "en": "Applications"}) == text
