"""The page of one article: for residents, for visitors, and for whom it was not meant."""

import re
from uuid import uuid4

import pytest

from tests.delivery.conftest import OSAKA, TOYONAKA


def text_of(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", response.content.decode()))


def test_a_resident_reads_why_it_came_and_nothing_else_about_themselves(reader, article):
    row = article(municipalities=[TOYONAKA], min_age=30, max_age=44)

    page = text_of(reader.client.get(f"/articles/{row.id}/"))
    assert "なぜ届いたか" in page
    assert "お住まい：豊中市" in page
    assert "年齢：30〜44歳" in page
    assert "子育て" not in page
    assert "岡 真理" not in page


def test_a_resident_whom_it_does_not_fit_reads_whom_it_is_for(reader, article):
    row = article(municipalities=[OSAKA], min_age=65)

    response = reader.client.get(f"/articles/{row.id}/")
    assert response.status_code == 200
    page = text_of(response)
    assert "なぜ届いたか" not in page
    assert "大阪市" in page
    assert "豊中市" not in page
    assert "65歳以上" in page


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        ({"min_age": 65}, "65歳以上"),
        ({"max_age": 18}, "18歳以下"),
        ({"min_age": 18, "max_age": 18}, "18歳"),
        ({"min_age": 0, "max_age": 6}, "0〜6歳"),
    ],
)
def test_limits_of_age_are_said_in_words(client, article, limits, words):
    row = article(**limits)

    assert words in text_of(client.get(f"/articles/{row.id}/"))


def test_a_visitor_reads_a_public_article(client, article):
    row = article(title_ja="みなさんへ", body_ja="<p>防災の話。</p>")

    page = text_of(client.get(f"/articles/{row.id}/"))
    assert "みなさんへ" in page
    assert "防災の話。" in page
    assert "あなたの情報は使っていません" in page


@pytest.mark.parametrize(
    "state",
    [
        {"live": False, "first_published_at": None},
        {"live": False},
        {"expired": True, "live": False},
    ],
)
def test_what_is_not_published_is_not_found(client, article, state):
    row = article(**state)

    assert client.get(f"/articles/{row.id}/").status_code == 404


def test_an_unknown_article_is_not_found(client, db):
    assert client.get(f"/articles/{uuid4()}/").status_code == 404
    assert client.get("/articles/1/").status_code == 404


def test_an_article_cannot_be_posted_to(client, article):
    assert client.post(f"/articles/{article().id}/").status_code == 405


def test_markup_in_a_title_is_text_and_scripts_in_a_body_are_gone(client, article):
    row = article(
        title_ja="<script>alert(1)</script>&",
        body_ja='<p onclick="x()">a<script>alert(2)</script><img src=x onerror=alert(3)></p>',
    )

    page = client.get(f"/articles/{row.id}/").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;&amp;" in page
    assert "onclick" not in page
    assert "onerror" not in page


def test_the_language_of_a_text_is_marked(client, article):
    row = article(title_ja="見出し", title_en="Heading", body_en="<p>Text.</p>")
    client.cookies["genkan_language"] = "en"
    page = client.get(f"/articles/{row.id}/").content.decode()
    assert '<span lang="en">Heading</span>' in page

    client.cookies["genkan_language"] = "ja-easy"
    page = client.get(f"/articles/{row.id}/")
    assert '<span lang="ja">見出し</span>' in page.content.decode()
    assert "ふつうの にほんごの ぶんを みせて います" in text_of(page)


def test_a_link_out_tells_its_address_and_gives_no_power_over_the_page(client, article):
    row = article(link="https://city.example/more")

    page = " ".join(client.get(f"/articles/{row.id}/").content.decode().split())
    assert '<a href="https://city.example/more" rel="noopener noreferrer">' in page
