"""Components say in markup what they show: labels, hints, errors, needs, moments."""

from datetime import UTC, date, datetime, timedelta, timezone

import html5lib
import pytest
from django import forms
from django.template import Context, Template
from django.utils import translation
from tests.ui.urls import MOMENT, ProfileForm

from genkan.ui import moments
from genkan.ui.context import Shell


def rendered(source, **values):
    template = Template("{% load ui %}" + source)
    return template.render(Context({"csrf_token": "t0ken", **values}))


def parsed(source, **values):
    """Return the markup as a tree; html5lib in strict mode refuses broken HTML."""
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    return parser.parseFragment(rendered(source, **values))


def by_id(tree, wanted):
    found = [element for element in tree.iter() if element.get("id") == wanted]
    assert len(found) == 1, f"{wanted}: {len(found)}"
    return found[0]


def words(element):
    return " ".join("".join(element.itertext()).split())


def sent(**changes):
    good = {
        "token": "t", "name": "𠮷田", "name_kana": "ヨシダ", "postal_code": "5408570",
        "prefecture": "27", "interests": ["childcare"], "agree": "on",
    }  # fmt: skip
    return ProfileForm({**good, **changes})


def test_button_posts_with_its_token_and_hidden_values():
    tree = parsed(
        '{% post_button "/stop" label kind="danger small" name="go" value="1" about=x y=z %}',
        label="停止する", x="子育て申請", z='"><script>',
    )  # fmt: skip
    form = tree.find("form")
    fields = {field.get("name"): field.get("value") for field in form.iter("input")}
    button = form.find("button")
    assert (form.get("method"), form.get("action")) == ("post", "/stop")
    assert fields == {"csrfmiddlewaretoken": "t0ken", "y": '"><script>'}
    assert button.get("class") == "button button--danger button--small"
    assert (button.get("type"), button.get("name"), button.get("value")) == ("submit", "go", "1")
    assert words(button) == "停止する (子育て申請)"


def test_field_ties_label_hint_and_control_together():
    tree = parsed("{% field form.name %}", form=ProfileForm())
    control = by_id(tree, "id_name")
    label = next(tree.iter("label"))
    assert label.get("for") == "id_name"
    assert words(label) == "氏名 必須"
    assert control.get("aria-describedby") == "id_name_hint"
    assert words(by_id(tree, "id_name_hint")) == "戸籍のとおりでなくてもかまいません。"
    assert control.get("autocomplete") == "name"
    assert control.get("aria-invalid") is None


def test_field_with_an_error_says_so_to_everybody():
    form = sent(postal_code="12")
    assert not form.is_valid()
    tree = parsed("{% field form.postal_code %}", form=form)
    control = by_id(tree, "id_postal_code")
    assert control.get("aria-invalid") == "true"
    assert control.get("aria-describedby") == "id_postal_code_error"
    error = by_id(tree, "id_postal_code_error")
    assert words(error) == "エラー： 7桁の数字で入力してください。"
    assert control.get("value") == "12"


def test_field_names_its_hint_before_its_error():
    form = sent(name="")
    assert not form.is_valid()
    control = by_id(parsed("{% field form.name %}", form=form), "id_name")
    assert control.get("aria-describedby") == "id_name_hint id_name_error"


@pytest.mark.parametrize(("name", "kind"), [("sex", "radio"), ("interests", "checkbox")])
def test_choices_are_a_group_with_a_legend(name, kind):
    tree = parsed("{% field bound %}", bound=ProfileForm()[name])
    group = tree.find("fieldset")
    boxes = list(group.iter("input"))
    labels = {label.get("for"): words(label) for label in group.iter("label")}
    assert group[0].tag == "legend"
    assert {box.get("type") for box in boxes} == {kind}
    assert [labels[box.get("id")] for box in boxes] == [
        str(label) for _, label in ProfileForm().fields[name].choices
    ]


def test_error_of_a_group_is_tied_to_the_group():
    form = sent(interests=[])
    assert not form.is_valid()
    tree = parsed("{% field form.interests %}", form=form)
    assert tree.find("fieldset").get("aria-describedby") == "id_interests_error"


@pytest.mark.parametrize(
    ("language", "required", "optional"),
    [
        ("ja", "必須", "任意"),
        ("ja-easy", "かならず", "なくても いい"),
        ("en", "Required", "Optional"),
    ],
)
def test_need_is_said_in_words(language, required, optional):
    with translation.override(language):
        form = ProfileForm()
        assert required in rendered("{% field form.name %}", form=form)
        assert optional in rendered("{% field form.note %}", form=form)


def test_hidden_field_shows_nothing_but_itself():
    tree = parsed("{% field form.token %}", form=ProfileForm())
    assert [element.get("type") for element in tree if element.tag == "input"] == ["hidden"]
    assert words(tree) == ""


def test_width_and_own_class_of_a_field_are_kept():
    class Plain(forms.Form):
        code = forms.CharField(widget=forms.TextInput({"class": "own"}))

    control = by_id(parsed('{% field form.code kind="short" %}', form=Plain()), "id_code")
    assert control.get("class") == "input input--short own"


def test_widget_of_unlabelled_parts_is_refused():
    class Split(forms.Form):
        at = forms.SplitDateTimeField()

    with pytest.raises(TypeError, match="at: the parts"):
        rendered("{% field form.at %}", form=Split())


def test_summary_links_to_the_first_control_of_each_problem_and_takes_the_focus():
    form = sent(name="", interests=[], note="bad", token="")
    assert not form.is_valid()
    tree = parsed("{% form_errors form %}", form=form)
    summary = tree.find("div")
    page = parsed("{% for bound in form %}{% field bound %}{% endfor %}", form=form)
    targets = [link.get("href")[1:] for link in tree.iter("a")]
    assert (summary.get("tabindex"), summary.get("autofocus")) == ("-1", "")
    assert targets == ["id_name", "id_interests_0"]
    assert all(by_id(page, target) is not None for target in targets)
    listed = [words(item) for item in tree.iter("li")]
    assert "メモを確認してください。" in listed[0]
    assert "入力内容に問題が4件あります" in words(tree)


def test_summary_is_absent_when_all_is_well():
    form = sent()
    assert form.is_valid()
    assert rendered("{% form_errors form %}", form=form).strip() == ""
    assert rendered("{% form_errors form %}", form=ProfileForm()).strip() == ""


def test_what_was_typed_is_never_markup():
    class Choose(forms.Form):
        x = forms.ChoiceField(label="<b>", choices=[("a", "<i>")])

    form = Choose({"x": "<script>alert(1)</script>"})
    assert not form.is_valid()
    text = rendered("{% form_errors form %}{% field form.x %}", form=form)
    assert "<script>" not in text
    assert "<b>" not in text
    assert "<i>" not in text


@pytest.mark.parametrize(
    ("language", "prefix"), [("ja", "エラー："), ("ja-easy", "まちがい："), ("en", "Error: ")]
)
def test_title_says_that_a_form_has_errors(visitor, settings, language, prefix):
    visitor.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    wrong = visitor.post("/form", {"name": ""})
    assert wrong.status_code == 422
    assert f"<title>{prefix}プロフィールの登録 | 玄関 Genkan</title>" in wrong.content.decode()
    assert "<title>プロフィールの登録" in visitor.get("/form").content.decode()


WORDS = {
    "ja": ("2026年7月15日（令和8年） 18:05", "2026年7月15日（令和8年）"),
    "ja-easy": ("2026年7月15日 18:05", "2026年7月15日"),
    "en": ("15 July 2026, 18:05 JST", "15 July 2026"),
}


@pytest.mark.parametrize("language", WORDS)
def test_moment_is_told_in_japans_time(language):
    moment, day = WORDS[language]
    with translation.override(language):
        assert rendered("{% jst m %}", m=MOMENT) == (
            f'<time datetime="2026-07-15T18:05:00+09:00">{moment}</time>'
        )
        assert rendered("{% jst d %}", d=date(2026, 7, 15)) == (
            f'<time datetime="2026-07-15">{day}</time>'
        )
        assert rendered("{{ m|jst }}", m=MOMENT) == moment


def test_what_begins_with_a_day_is_said_to_begin_on_that_day():
    midnight = datetime(2026, 7, 14, 15, 0, tzinfo=UTC)
    with translation.override("en"):
        assert rendered("{{ m|jst_start }}", m=midnight) == "15 July 2026"
        assert rendered("{{ m|jst_start }}", m=MOMENT) == "15 July 2026, 18:05 JST"


def test_same_moment_of_another_zone_is_the_same_words():
    elsewhere = MOMENT.astimezone(timezone(timedelta(hours=-7)))
    assert moments.in_words(elsewhere, "ja") == moments.in_words(MOMENT, "ja")


def test_day_changes_at_midnight_in_japan():
    before = datetime(2026, 7, 15, 14, 59, 59, tzinfo=UTC)
    assert moments.in_words(before, "ja-easy") == "2026年7月15日 23:59"
    assert moments.in_words(before + timedelta(seconds=1), "ja-easy") == "2026年7月16日 00:00"


def test_first_day_of_an_era_is_its_first_year():
    assert moments.in_words(date(2019, 5, 1), "ja") == "2019年5月1日（令和元年）"
    assert moments.in_words(date(2019, 4, 30), "ja") == "2019年4月30日（平成31年）"


def test_moment_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="without a zone"):
        moments.in_words(datetime(2026, 7, 15), "ja")  # noqa: DTZ001 - the fault that is refused


def test_links_are_for_those_they_concern_and_mark_the_place(visitor):
    page = html5lib.parse(visitor.get("/form?x=1").content, namespaceHTMLElements=False)
    nav = by_id(page, "site-nav")
    links = {words(link): link for link in nav.iter("a")}
    assert list(links) == [
        "ホーム", "つながっているサービス", "情報の記録", "プロフィール", "ログイン",
    ]  # fmt: skip
    assert links["プロフィール"].get("aria-current") == "page"
    assert links["ホーム"].get("aria-current") is None


def test_deed_in_the_navigation_is_a_button_that_posts(asked):
    request = asked(path="/home", signed_in=True)
    source = '{% include "ui/parts/navigation.html" %}'
    tree = parsed(source, shell=Shell(request))
    form = next(tree.iter("form"))
    assert (form.get("method"), form.get("action")) == ("post", "/stop")
    assert words(form) == "ログアウト"
    assert "ログイン" not in words(tree)


def test_message_of_the_last_deed_is_announced(visitor):
    page = html5lib.parse(visitor.get("/timeline").content, namespaceHTMLElements=False)
    status = next(one for one in page.iter("div") if one.get("role") == "status")
    assert words(status) == "停止しました。"


@pytest.mark.parametrize(
    "path", ["/", "/form", "/consent", "/home", "/timeline", "/live", "/nowhere"]
)
def test_page_is_valid_html(visitor, path):
    parser = html5lib.HTMLParser(strict=True)
    parser.parse(visitor.get(path).content)


def test_only_pages_that_use_htmx_carry_it(visitor):
    assert "htmx-config" not in visitor.get("/form").content.decode()
    page = visitor.get("/live").content.decode()
    assert "&quot;allowEval&quot;: false" in page
    assert "&quot;historyCacheSize&quot;: 0" in page


def test_mail_is_plain_text_with_a_signature():
    template = Template(
        '{% extends "ui/email/base.txt" %}{% block body %}{{ name }}様{% endblock %}'
    )
    text = template.render(Context({"name": "A & B"}))
    assert text.startswith("A & B様")
    assert "自動で送信しています" in text
