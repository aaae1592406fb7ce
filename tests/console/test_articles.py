"""An operator writes, publishes, changes and takes down articles."""

import json
import re
from datetime import timedelta

import pytest
from django.http import QueryDict

from genkan.console.articles import EDITOR
from genkan.delivery import api as delivery
from genkan.delivery.models import ArticleRow
from genkan.kernel import clock
from tests.console.conftest import rich, text_of

pytestmark = pytest.mark.ignore_template_errors  # Wagtail's templates ask for names they lack

ADD = "/console/articles/add/"
TOYONAKA, OSAKA = "272035", "271004"


def typed(**changes):
    bodies = {"body_ja": "本文です。", "body_ja_easy": "", "body_en": ""}
    texts = {name: json.dumps(rich(changes.pop(name, text))) for name, text in bodies.items()}
    plain = {"title_ja": "見出し", "title_ja_easy": "", "title_en": "", "category": "notice"}
    return {**plain, **texts, **changes}


def public_titles():
    return [item.title for item in delivery.public_feed(clock.now())]


def test_a_draft_is_kept_and_reaches_nobody(staff):
    response = staff.post(ADD, typed())

    row = ArticleRow.objects.get()
    assert response.status_code == 302
    assert (row.live, row.title_ja) == (False, "見出し")
    assert public_titles() == []


def test_an_article_is_published_changed_as_a_draft_and_published_again(staff):
    staff.post(ADD, {**typed(), "action-publish": "1"})
    row = ArticleRow.objects.get()
    edit = f"/console/articles/edit/{row.id}/"
    assert public_titles() == ["見出し"]

    staff.post(edit, typed(title_ja="新しい見出し"))
    assert public_titles() == ["見出し"]

    staff.post(edit, {**typed(title_ja="新しい見出し"), "action-publish": "1"})
    assert public_titles() == ["新しい見出し"]
    assert staff.get(f"/console/articles/history/{row.id}/").status_code == 200


def test_an_article_is_taken_down(staff):
    staff.post(ADD, {**typed(), "action-publish": "1"})
    row = ArticleRow.objects.get()
    unpublish = f"/console/articles/unpublish/{row.id}/"

    assert staff.get(unpublish).status_code == 200
    staff.post(unpublish)
    assert public_titles() == []


def test_a_schedule_is_kept(staff):
    start, end = clock.now() + timedelta(days=1), clock.now() + timedelta(days=2)
    dates = {"go_live_at": f"{start:%Y-%m-%d %H:%M}", "expire_at": f"{end:%Y-%m-%d %H:%M}"}
    staff.post(ADD, {**typed(**dates), "action-publish": "1"})

    row = ArticleRow.objects.get()
    assert (row.live, row.approved_schedule) == (False, True)
    assert public_titles() == []


def test_an_audience_is_ticked_and_decides_who_gets_it(staff):
    audience = {
        "municipalities": [TOYONAKA, OSAKA],
        "min_age": "30",
        "max_age": "44",
        "interests": ["childcare"],
    }
    staff.post(ADD, {**typed(**audience), "action-publish": "1"})

    row = ArticleRow.objects.get()
    assert sorted(row.municipalities) == sorted([TOYONAKA, OSAKA])
    assert (row.min_age, row.max_age, row.interests) == (30, 44, ["childcare"])
    assert public_titles() == []
    sentence = text_of(staff.get("/console/articles/"))
    assert "お住まい：大阪市、豊中市 ／ 30〜44歳 ／ 興味：子育て" in sentence


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title_ja": ""}, "title_ja"),
        ({"title_ja": "あ" * 121}, "title_ja"),
        ({"body_ja": ""}, "body_ja"),
        ({"body_ja": "  "}, "body_ja"),
        ({"title_en": "Only a title"}, "body_en"),
        ({"body_ja_easy": "ぶんだけ"}, "title_ja_easy"),
        ({"min_age": "44", "max_age": "30"}, "max_age"),
        ({"min_age": "-1"}, "min_age"),
        ({"max_age": "131"}, "max_age"),
        ({"min_age": "abc"}, "min_age"),
        ({"municipalities": ["131016"]}, "municipalities"),
        ({"interests": ["gossip"]}, "interests"),
        ({"category": "advert"}, "category"),
        ({"deadline_on": "2026-02-30"}, "deadline_on"),
        ({"link": "javascript:alert(1)"}, "link"),
    ],
)
def test_what_cannot_be_published_names_the_field(changes, field, staff_account):
    editor = EDITOR.bind_to_model(ArticleRow).get_form_class()
    data = QueryDict(mutable=True)
    for name, value in typed(**changes).items():
        data.setlist(name, value if isinstance(value, list) else [value])

    assert list(editor(data, for_user=staff_account).errors) == [field]


def test_a_faulty_article_comes_back_to_the_operator_and_is_not_kept(staff):
    wrong = typed(min_age="44", max_age="30", title_en="Only a title")
    response = staff.post(ADD, {**wrong, "action-publish": "1"})

    assert response.status_code == 200
    page = text_of(response)
    assert "上限の年齢は、下限より小さくできません。" in page
    assert "この言語の本文も書くか、見出しを消してください。" in page
    assert ArticleRow.objects.count() == 0


def test_a_draft_may_be_incomplete_but_not_impossible(staff):
    staff.post(ADD, typed(title_en="Only a title", body_ja=""))
    assert ArticleRow.objects.count() == 1

    response = staff.post(ADD, typed(min_age="44", max_age="30"))
    assert "max_age" in response.context["form"].errors
    assert ArticleRow.objects.count() == 1


def test_an_operator_cannot_put_a_script_before_residents(staff, client):
    attack = '<script>alert(1)</script><img src=x onerror="alert(2)">'
    staff.post(ADD, {**typed(title_ja=attack[:100], body_ja=attack), "action-publish": "1"})
    row = ArticleRow.objects.get()

    for page in (
        client.get(f"/articles/{row.id}/"),
        client.get("/"),
        staff.get("/console/articles/"),
        staff.get(f"/console/articles/edit/{row.id}/"),
    ):
        shown = page.content.decode()
        assert "<script>alert" not in shown
        assert "<img src=x" not in shown


@pytest.mark.parametrize(
    ("mode", "words"), [("ja", "本文です。"), ("ja-easy", "本文です。"), ("en", "The text.")]
)
def test_a_draft_is_seen_as_its_readers_will_see_it(staff, mode, words):
    data = typed(title_en="Heading", body_en="The text.", municipalities=[TOYONAKA])
    staff.post(ADD, data)
    preview = f"/console/articles/preview/{ArticleRow.objects.get().id}/"

    assert staff.post(preview, data).json()["is_valid"]
    shown = staff.get(f"{preview}?mode={mode}&in_preview_panel=true")
    assert shown.status_code == 200
    assert words in text_of(shown)
    assert "豊中市" in text_of(shown)
    assert shown.headers["X-Frame-Options"] == "SAMEORIGIN"
    policy = shown.headers["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in policy
    assert "unsafe" not in policy


def test_the_editor_groups_wards_under_their_city(staff):
    page = re.sub(r"\s+", " ", staff.get(ADD).content.decode())

    assert "<legend>大阪市</legend>" in page
    assert "大阪市全域" in page
    assert page.count('name="municipalities"') == 74
    assert page.count('name="interests"') == 14


def test_the_list_is_searched_and_filtered(staff):
    staff.post(
        ADD, {**typed(title_ja="防災の話", municipalities=[TOYONAKA]), "action-publish": "1"}
    )
    staff.post(ADD, typed(title_ja="税の話", category="procedure", interests=["tax"]))

    def found(query):
        page = text_of(staff.get(f"/console/articles/?{query}"))
        return [title for title in ("防災の話", "税の話") if title in page]

    assert found("") == ["防災の話", "税の話"]
    assert found("q=防災") == ["防災の話"]
    assert found("live=true") == ["防災の話"]
    assert found("category=procedure") == ["税の話"]
    assert found(f"municipality={TOYONAKA}") == ["防災の話"]
    assert found("interest=tax") == ["税の話"]
    assert found("q=nothing") == []


def test_a_resident_can_write_nothing(resident):
    assert resident.post(ADD, {**typed(), "action-publish": "1"}).status_code == 403
    assert ArticleRow.objects.count() == 0
