"""The app launcher: what is connected, what else there is, and what stands against it (M15)."""

import pytest

from genkan.portal.launcher import MANY, launcher
from genkan.sso import api as sso
from genkan.sso.domain.values import ACR_TWO_FACTORS
from tests.builders import DAY, a_partner, a_resident, give, words
from tests.portal.own import a_browser_of, browser, now, page, partner, resident, text

__all__ = ["browser", "now", "partner", "resident"]
pytestmark = pytest.mark.django_db
ELSEWHERE = ["272035"]


def rules(partner, now, **values):
    sso.change_rules(partner.service, sso.RulesChange(values), now=now)


def maintenance(now):
    text = {"ja": "更新", "ja-easy": "こうしん", "en": "update"}
    return sso.Maintenance(begins_at=now - DAY, ends_at=now + DAY, text=text)


def test_a_service_that_is_not_connected_says_what_it_would_receive(partner, browser):
    card = page(browser, "/services/").select_one("#available ~ ul .card")

    assert "見本申請" in card.get_text()
    assert "氏名" in card.get_text()
    assert card.select_one(f'a[href="/services/{partner.service}/open"]')


def test_a_service_for_another_place_says_so(resident, partner, browser, now):
    partner.changes(now=now, agreement={"municipalities": ELSEWHERE})

    [one] = launcher(resident, now=now).available

    assert one.door.barred is sso.FailureState.REGION_NOT_ELIGIBLE
    assert "ほかの市町村" in text(browser, "/services/")


def test_a_service_for_adults_says_so_to_a_minor_alone(resident, partner, now):
    rules(partner, now, serves_minors=False)
    child = a_resident(with_account=True, now=now, birthdate="2015-04-01")

    [grown], [young] = launcher(resident, now=now).available, launcher(child, now=now).available

    assert (grown.door.barred, young.door.barred) == (None, sso.FailureState.MINOR_NOT_ALLOWED)
    assert (grown.needs_guardian, young.needs_guardian) == (False, True)
    assert "大人向け" in text(a_browser_of(child), "/services/")


def test_a_service_that_needs_more_proof_says_so_before_it_is_opened(partner, browser, now):
    rules(partner, now, minimum_acr=ACR_TWO_FACTORS)

    assert "2つの方法" in text(browser, "/services/")


def test_a_service_under_maintenance_is_shown_with_its_end_and_not_opened(
    resident, partner, browser, now
):
    rules(partner, now, maintenance=maintenance(now))
    given = a_partner(now=now, service={"name": words("別の申請")})
    give(resident, given, now=now)
    rules(given, now, maintenance=maintenance(now))

    found = page(browser, "/services/")

    assert found.get_text().count("メンテナンス中") == 2
    assert not found.select('a[href$="/open"]')


def test_search_finds_by_name_whatever_its_width_and_keeps_the_words(resident, browser, now):
    for number in range(MANY + 1):
        a_partner(now=now, service={"name": words(f"第{number}図書館ＡＢＣ")})

    assert page(browser, "/services/").select('input[type="search"]')
    found = page(browser, "/services/?q=%E7%AC%AC3%E5%9B%B3%E6%9B%B8%E9%A4%A8+abc")
    assert [card.get_text() for card in found.select("#available ~ ul h3")] == ["第3図書館ＡＢＣ"]
    assert found.select_one('input[type="search"]')["value"] == "第3図書館 abc"
    assert "合うサービスはありません" in text(browser, "/services/?q=%3Cscript%3E")


def test_few_services_need_no_search_and_none_at_all_is_said(partner, browser, resident, now):
    give(resident, partner, now=now)

    found = page(browser, "/services/")

    assert not found.select('input[type="search"]')
    assert "ほかに使えるサービスは" in found.get_text()


def test_a_hundred_services_cost_as_many_queries_as_three(
    resident, browser, now, django_assert_max_num_queries
):
    for number in range(3):
        a_partner(now=now, service={"name": words(f"図書館{number}")})
    browser.get("/services/")
    with django_assert_max_num_queries(60) as few:
        browser.get("/services/")
    for number in range(9):
        a_partner(now=now, service={"name": words(f"美術館{number}")})

    with django_assert_max_num_queries(len(few.captured_queries)):
        browser.get("/services/")
