"""Articles from files."""

import json
from copy import deepcopy

import pytest
from click.testing import CliRunner

from genkan.delivery import api as delivery
from genkan.delivery.api import ContentsFaulty
from genkan.delivery.models import ArticleRow
from genkan.site.cli.contents import contents
from tests.delivery.conftest import NOON

ONE = {
    "id": "5b0c2d3e-6a10-4f0b-9a51-0d6b3f1cffff",
    "title": {"ja": "題"},
    "body": {"ja": "文"},
}


def load(**changes):
    return delivery.load({"article": [{**ONE, **changes}]}, now=NOON)


@pytest.mark.django_db
def test_samples_are_published_once_and_stay_as_operators_left_them():
    first = delivery.load(delivery.sample_contents(), now=NOON)
    edited = ArticleRow.objects.get(title_ja__startswith="「玄関」")
    edited.title_ja = "直しました"
    edited.save_revision().publish()
    taken_down = ArticleRow.objects.get(title_ja="年末年始のごみ収集")
    taken_down.unpublish()

    second = delivery.load(delivery.sample_contents(), now=NOON)

    assert (first.created, first.kept) == (13, 0)
    assert (second.created, second.kept) == (0, 13)
    assert ArticleRow.objects.get(pk=edited.pk).title_ja == "直しました"
    assert not ArticleRow.objects.get(pk=taken_down.pk).live


@pytest.mark.django_db
def test_samples_stand_in_the_feed_in_the_order_of_their_days():
    delivery.load(delivery.sample_contents(), now=NOON)

    public = delivery.public_feed(NOON)
    assert [item.title for item in public] == [
        "「玄関」をはじめました",
        "一斉防災訓練：その場で身を守る3つの行動",
        "「お金が戻ります」という電話は詐欺です",
    ]
    assert [item.published_on.day for item in public] == [15, 11, 3]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"id": "1"}, "article.0.id"),
        ({"id": 1}, "article.0.id"),
        ({"title": {"en": "T"}, "body": {"en": "B"}}, "article.0.title.ja"),
        ({"title": {"ja": "題", "en": "T"}}, "article.0.body.en"),
        ({"body": {"ja": "文", "en": "B"}}, "article.0.title.en"),
        ({"title": "題"}, "article.0.title"),
        ({"category": "advert"}, "article.0.category"),
        ({"municipalities": ["131016"]}, "article.0.municipalities"),
        ({"municipalities": "272035"}, "article.0.municipalities"),
        ({"interests": ["gossip"]}, "article.0.interests"),
        ({"min_age": 44, "max_age": 30}, "article.0.max_age"),
        ({"min_age": -1}, "article.0.min_age"),
        ({"max_age": 131}, "article.0.max_age"),
        ({"min_age": True}, "article.0.min_age"),
        ({"days_ago": 1e3}, "article.0.days_ago"),
    ],
)
def test_a_faulty_file_publishes_nothing_and_names_the_field(changes, field):
    good = {**deepcopy(ONE), "id": "5b0c2d3e-6a10-4f0b-9a51-0d6b3f1cfffe"}
    with pytest.raises(ContentsFaulty) as refused:
        delivery.load({"article": [{**ONE, **changes}, good]}, now=NOON)

    assert refused.value.field == field
    assert ArticleRow.objects.count() == 0


@pytest.mark.parametrize("document", [{}, {"article": []}, {"article": {}}, {"article": ["x"]}])
@pytest.mark.django_db
def test_a_file_without_articles_is_refused(document):
    with pytest.raises(ContentsFaulty):
        delivery.load(document, now=NOON)


@pytest.mark.django_db
def test_the_command_tells_what_it_did(tmp_path):
    file = tmp_path / "contents.toml"
    file.write_text(
        f'[[article]]\nid = "{ONE["id"]}"\ntitle.ja = "題"\nbody.ja = "文"\n', encoding="utf-8"
    )
    run = CliRunner().invoke(contents, ["load", "--file", str(file), "--json"])

    assert (run.exit_code, json.loads(run.stdout)) == (0, {"created": 1, "kept": 0})


@pytest.mark.django_db
@pytest.mark.parametrize("content", [b"[[article", b"\xff\xfe", b"article = 1"])
def test_the_command_refuses_a_file_it_cannot_read(tmp_path, content):
    file = tmp_path / "contents.toml"
    file.write_bytes(content)

    assert CliRunner().invoke(contents, ["load", "--file", str(file)]).exit_code == 1
