"""The feed: who gets what, in which order, and what never appears."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, example, given, settings

from genkan.delivery import api as delivery
from genkan.delivery import jobs
from genkan.delivery.api import Audience, Facts, match
from genkan.delivery.errors import PlaceInFeedUnreadable
from genkan.delivery.models import ArticleRow
from genkan.kernel import clock
from genkan.kernel.text.dates import PartialDate
from genkan.residents.models import ResidentRow
from tests.delivery.conftest import KITA_KU, NOON, OSAKA, SAKAI, TOYONAKA, an_article
from tests.delivery.people import people

TODAY = date(2026, 7, 15)
HOUR = timedelta(hours=1)
MARI = Facts(
    lg_code=TOYONAKA, birthdate=PartialDate(1990, 2, 11), interests=frozenset({"childcare"})
)
EVERY_KIND_OF_CONDITION = [
    {"municipalities": places, "min_age": low, "max_age": high, "interests": interests}
    for places in ([], [TOYONAKA], [OSAKA], [KITA_KU, SAKAI])
    for low, high in ((None, None), (18, None), (None, 6), (30, 44), (0, 0), (65, 100))
    for interests in ([], ["childcare"], ["tax", "disaster"])
]


def titles(items):
    return [item.title for item in items]


@pytest.fixture
def library(db):
    """An article for every combination of conditions."""
    return [an_article(**conditions) for conditions in EVERY_KIND_OF_CONDITION]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(person=people)
@example(person=Facts())
@example(person=Facts(birthdate=PartialDate(2008)))
def test_the_database_and_the_decision_agree_on_everybody(library, person):
    expected = {
        row.id: match(
            Audience(
                municipalities=frozenset(row.municipalities),
                min_age=row.min_age,
                max_age=row.max_age,
                interests=frozenset(row.interests),
            ),
            person,
            TODAY,
        )
        for row in library
    }
    found = delivery.feed(person, NOON, limit=1000)

    assert {item.id for item in found} == {id_ for id_, said in expected.items() if said.fits}
    assert all(len(item.reasons) == len(expected[item.id].reasons) for item in found)


def test_newest_comes_first_and_equal_moments_are_in_a_fixed_order(article):
    article(title_ja="old", ago=5 * HOUR)
    article(title_ja="tie 1", ago=HOUR, id=UUID(int=1))
    article(title_ja="tie 2", ago=HOUR, id=UUID(int=2))
    article(title_ja="new", ago=timedelta(0))

    assert titles(delivery.feed(MARI, NOON)) == ["new", "tie 2", "tie 1", "old"]


@pytest.mark.parametrize("length", [1, 2, 7, 29, 71, 72, 73])
def test_reading_on_page_by_page_meets_every_article_once(library, length):
    whole = [item.id for item in delivery.feed(Facts(), NOON, limit=1000)]
    read, before = [], None
    while page := delivery.feed(Facts(), NOON, limit=length, before=before):
        read += [item.id for item in page]
        before = page[-1].cursor

    assert read == whole


def test_an_article_published_meanwhile_does_not_shift_the_next_page(article):
    for hours in range(4):
        article(title_ja=f"{hours} h ago", ago=hours * HOUR)
    first = delivery.feed(MARI, NOON, limit=2)
    article(title_ja="just now", ago=timedelta(0), now=NOON + HOUR)

    following = delivery.feed(MARI, NOON, limit=2, before=first[-1].cursor)
    assert titles(first) + titles(following) == ["0 h ago", "1 h ago", "2 h ago", "3 h ago"]


@pytest.mark.parametrize("cursor", ["", "x", "1-", "-", "1-zz", "9" * 30 + "-" + "0" * 32, "🚪"])
def test_a_cursor_nobody_gave_out_is_refused(db, cursor):
    with pytest.raises(PlaceInFeedUnreadable):
        delivery.feed(MARI, NOON, before=cursor)


def test_a_feed_is_one_query_however_many_articles_there_are(library, django_assert_num_queries):
    with django_assert_num_queries(1):
        delivery.feed(MARI, NOON, limit=1)
    with django_assert_num_queries(1):
        assert len(delivery.feed(MARI, NOON, limit=1000)) > 1
    with django_assert_num_queries(1):
        delivery.public_feed(NOON)


@pytest.mark.parametrize(
    "state",
    [
        {"live": False, "first_published_at": None},
        {"live": False},
        {"expire_at": NOON},
        {"expire_at": NOON - HOUR},
        {"go_live_at": NOON + HOUR},
    ],
    ids=["draft", "taken down", "expires now", "expired, job not run", "not yet"],
)
def test_what_is_not_published_now_reaches_nobody(article, state):
    article(**state)

    assert delivery.feed(MARI, NOON) == []
    assert delivery.public_feed(NOON) == []


def test_an_article_is_there_until_the_moment_it_expires(article):
    article(expire_at=NOON)

    assert len(delivery.public_feed(NOON - timedelta(microseconds=1))) == 1


def test_only_articles_without_conditions_are_public(library):
    assert len(delivery.public_feed(NOON, limit=1000)) == 1


def test_reasons_name_the_attributes_in_the_readers_language(article):
    article(
        municipalities=[OSAKA, TOYONAKA], min_age=30, max_age=44, interests=["tax", "childcare"]
    )

    [item] = delivery.feed(MARI, NOON)
    assert [(r.asked, r.names, r.min_age, r.max_age) for r in item.reasons] == [
        ("residence", ("豊中市",), None, None),
        ("age", (), 30, 44),
        ("interests", ("子育て",), None, None),
    ]
    [item] = delivery.feed(MARI, NOON, language="en")
    assert item.reasons[2].names == ("Raising children",)


def test_somebody_in_a_ward_reads_the_area_that_the_article_named(article):
    article(municipalities=[OSAKA])

    [item] = delivery.feed(Facts(lg_code=KITA_KU), NOON)
    assert item.reasons[0].names == ("大阪市",)


def test_a_missing_edition_comes_in_japanese_and_says_so(article):
    article(title_ja="見出し", title_en="Heading", body_en="<p>Text.</p>")

    [english] = delivery.feed(MARI, NOON, language="en")
    [easy] = delivery.feed(MARI, NOON, language="ja-easy")
    assert (english.title, english.language, english.translated) == ("Heading", "en", True)
    assert (easy.title, easy.language, easy.translated) == ("見出し", "ja", False)


def test_a_deadline_lasts_until_its_day_is_over_in_japan(article):
    article(deadline_on=TODAY)

    [on_the_day] = delivery.public_feed(NOON)
    [after] = delivery.public_feed(NOON + timedelta(hours=12))
    assert (on_the_day.ended, after.ended) == (False, True)


@pytest.mark.django_db
def test_the_clock_publishes_what_is_due_and_takes_down_what_expired():
    now = clock.now()
    due = an_article(live=False, first_published_at=None, go_live_at=now - HOUR)
    due.save_revision(approved_go_live_at=now - HOUR)
    gone = an_article(now=now, expire_at=now - HOUR)

    jobs.publish_and_expire()

    assert ArticleRow.objects.get(pk=due.pk).live
    taken_down = ArticleRow.objects.get(pk=gone.pk)
    assert (taken_down.live, taken_down.expired) == (False, True)


def test_facts_of_a_resident_are_what_conditions_may_ask(reader):
    assert delivery.facts_of(reader.id, now=NOON) == MARI


def test_no_condition_may_know_the_place_of_somebody_whose_address_is_protected(reader):
    an_article(title_ja="豊中市の人へ", municipalities=[TOYONAKA])
    an_article(title_ja="府民の皆さんへ")
    until = NOON + HOUR
    ResidentRow.objects.filter(pk=reader.id).update(protected_until=until)

    shielded = delivery.facts_of(reader.id, now=NOON)

    assert shielded == replace(MARI, lg_code=None)
    assert titles(delivery.feed(shielded, NOON)) == ["府民の皆さんへ"]
    assert delivery.facts_of(reader.id, now=until) == MARI
