"""Japanese, easy Japanese and English: chosen before sign-in, remembered in a cookie."""

import re
from http.cookies import SimpleCookie
from pathlib import Path

import polib
import pytest
from django.utils import translation
from django.utils.translation import gettext, ngettext
from tests.ui.test_safe_paths import EVIL

from genkan.ui import languages

APPS = Path(languages.__file__).parents[1]
LOCALES = languages.__file__.replace("languages.py", "locale")


def choose(visitor, language, to="/form"):
    return visitor.post("/language", {"language": language, "next": to})


@pytest.mark.parametrize(
    ("language", "tag", "words"),
    [
        ("ja", "ja", "本文へ移動"),
        ("ja-easy", "ja", "ほんぶんへ いく"),
        ("en", "en", "Skip to the main content"),
    ],
)
def test_chosen_language_is_spoken_on_the_next_page(visitor, language, tag, words):
    response = choose(visitor, language)
    assert (response.status_code, response.headers["Location"]) == (303, "/form")
    page = visitor.get("/form")
    text = page.content.decode()
    assert words in text
    assert f'<html lang="{tag}" data-language="{language}">' in text
    assert page.headers["Content-Language"] == tag


def test_choice_is_kept_for_a_year_and_out_of_reach_of_scripts(visitor, settings):
    cookie = SimpleCookie(choose(visitor, "ja-easy").cookies)[settings.LANGUAGE_COOKIE_NAME]
    assert (cookie.value, cookie["max-age"]) == ("ja-easy", 31536000)
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")


def test_unknown_language_is_refused_and_nothing_is_remembered(visitor, settings):
    for wrong in ("fr", "", "ja_Easy", "<script>"):
        response = choose(visitor, wrong)
        assert response.status_code == 400
        assert settings.LANGUAGE_COOKIE_NAME not in response.cookies
        assert "<script>" not in response.content.decode()


@pytest.mark.parametrize("path", EVIL)
def test_changing_the_language_never_leads_off_the_site(visitor, path):
    assert choose(visitor, "en", path).headers["Location"] == "/"


def test_language_is_changed_by_a_form_with_a_token(visitor):
    strict = type(visitor)(enforce_csrf_checks=True)
    assert strict.post("/language", {"language": "en"}).status_code == 403
    assert strict.get("/language").status_code == 405


@pytest.mark.parametrize(
    ("accepted", "spoken"), [("en-GB,en;q=0.9", "en"), ("ja", "ja"), ("zh-CN,zh;q=0.9", "ja")]
)
def test_first_visit_follows_the_browser_else_japanese(visitor, accepted, spoken):
    page = visitor.get("/", headers={"Accept-Language": accepted})
    assert page.headers["Content-Language"] == spoken


def test_forged_cookie_falls_back(visitor, settings):
    visitor.cookies[settings.LANGUAGE_COOKIE_NAME] = "../../etc"
    assert visitor.get("/").headers["Content-Language"] == "ja"


def test_switch_marks_the_current_language_and_names_each_in_its_own_words(visitor):
    choose(visitor, "ja-easy")
    text = visitor.get("/home").content.decode()
    assert all(name in text for name in ("日本語", "やさしい にほんご", "English"))
    marked = text.split('aria-current="true"')[0].rsplit("<button", 1)[1]
    assert 'value="ja-easy"' in marked
    assert '<input type="hidden" name="next" value="/home">' in text


def test_switch_on_a_form_with_errors_leads_back_to_the_form(visitor):
    headers = {"Host": "testserver", "Referer": "http://testserver/form?step=2"}
    text = visitor.post("/form", {}, headers=headers).content.decode()
    assert '<input type="hidden" name="next" value="/form?step=2">' in text


def test_easy_japanese_falls_back_to_japanese_for_what_django_says():
    with translation.override("ja-easy"):
        assert gettext("Monday") == "月曜日"
        assert translation.get_language_info("ja-easy")["code"] == "ja"


def test_plural_forms_follow_each_language():
    one, many = "There is %(number)s problem with what you entered", (
        "There are %(number)s problems with what you entered"
    )  # fmt: skip
    spoken = {}
    for language in ("ja", "ja-easy", "en"):
        with translation.override(language):
            spoken[language] = [ngettext(one, many, n) % {"number": n} for n in (1, 2)]
    assert spoken["ja"] == ["入力内容に問題が1件あります", "入力内容に問題が2件あります"]
    assert spoken["ja-easy"][0] == "なおす ところが 1こ あります"
    assert spoken["en"] == [one % {"number": 1}, many % {"number": 2}]


@pytest.mark.parametrize("locale", ["ja", "ja_Easy"])
def test_catalogue_is_complete_and_compiled(locale):
    source = polib.pofile(f"{LOCALES}/{locale}/LC_MESSAGES/django.po")
    compiled = polib.mofile(f"{LOCALES}/{locale}/LC_MESSAGES/django.mo")
    assert [entry.msgid for entry in source.untranslated_entries() + source.fuzzy_entries()] == []
    told = {entry.msgid: entry.msgstr or entry.msgstr_plural for entry in compiled}
    assert told == {entry.msgid: entry.msgstr or entry.msgstr_plural for entry in source}


EXAMPLES = re.compile("三丁目9番9号|大阪市北区|髙|高")
"""What somebody is to type in kanji."""


@pytest.mark.parametrize("app", sorted(path.parent.name for path in APPS.glob("*/locale")))
def test_easy_japanese_is_written_without_kanji(app):
    """Whoever reads it may not read kanji, and `ja-easy` has no other reading aid (H20)."""
    catalogue = polib.pofile(str(APPS / app / "locale/ja_Easy/LC_MESSAGES/django.po"))
    texts = [text for e in catalogue for text in (e.msgstr, *e.msgstr_plural.values())]
    said = [EXAMPLES.sub("", text) for text in texts]

    assert [text for text in said if any("一" <= sign <= "鿿" for sign in text)] == []
