"""News for the children one acts for: one copy per child, each with its own reasons (H09, H15)."""

from datetime import timedelta

import pytest

from genkan.kernel.clock import day_in_japan
from genkan.residents import api as residents
from tests.builders import VALUES, a_resident
from tests.delivery.conftest import an_article
from tests.guardians import a_right, revoke
from tests.portal.conftest import a_browser_of, main

pytestmark = pytest.mark.django_db
KITA_KU = VALUES["address"]["lg_code"]


def born(now, years):
    """A birth date of somebody who has been so many years old for half a year."""
    day = day_in_japan(now) - timedelta(days=183)
    return day.replace(year=day.year - years, day=min(day.day, 28)).isoformat()


def news(browser):
    """By child: the sections of the home page."""
    sections = main(browser, "/").select('section[aria-labelledby^="child-"]')
    return {one.h2.get_text(): one for one in sections}


@pytest.fixture
def twins(parent, now):
    """Two children of one guardian, for whom different things are published."""
    found = [
        a_resident(now=now, name={"full": name}, birthdate=born(now, years))
        for name, years in (("岡 一葉", 6), ("岡 二葉", 5))
    ]
    return [(one, a_right(one, parent, now=now)) for one in found]


def test_h09_the_guardian_gets_one_copy_per_child_with_its_own_reason(browser, twins, now):
    an_article(now=now, min_age=6, max_age=6, interests=[], municipalities=[])
    an_article(now=now, min_age=4, max_age=6, interests=[], municipalities=[])

    found = news(browser)

    assert len(found) == 2
    older, younger = found["岡 一葉さんへのお知らせ"], found["岡 二葉さんへのお知らせ"]
    assert len(older.select("article")) == 2
    assert len(younger.select("article")) == 1
    why = younger.select_one(".card__reason")
    assert "4〜6歳" in why.get_text()
    assert "岡 二葉さんの登録内容が当てはまりました" in why.get_text()
    assert not why.select("a")


def test_what_is_for_everybody_comes_once_and_not_per_child(browser, twins, now):
    an_article(now=now)

    assert news(browser) == {}


def test_a_right_that_was_taken_away_brings_no_news(browser, twins, now):
    an_article(now=now, min_age=4, max_age=6)
    revoke(twins[0][1], now=now)

    assert list(news(browser)) == ["岡 二葉さんへのお知らせ"]


def test_a_right_without_the_profile_and_one_over_an_adult_bring_none(parent, browser, now):
    an_article(now=now, min_age=4)
    child = a_resident(now=now, birthdate=born(now, 6))
    a_right(child, parent, scope=frozenset({residents.Area.SERVICES}), now=now)
    adult = a_resident(now=now, birthdate=born(now, 80))
    a_right(adult, parent, role=residents.Role.ADULT_GUARDIAN, now=now)

    assert news(browser) == {}


def test_h15_no_reason_tells_a_parent_where_the_child_lives_with_the_other(child, parent, now):
    mother = a_resident(now=now, with_account=True)
    for one in (parent, mother):
        a_right(child, one, now=now)
    an_article(now=now, min_age=3, max_age=17, municipalities=[KITA_KU])

    with_the_child, elsewhere = (news(a_browser_of(one)) for one in (mother, parent))

    assert len(with_the_child) == 1
    assert elsewhere == {}
