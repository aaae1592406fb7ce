"""The timeline: every event once, in order, page by page, in words."""

import re
from datetime import timedelta

import pytest
from django.utils import translation

from genkan.kernel.ids import new_id
from genkan.ledger.models import EntryRow
from genkan.portal import service
from tests.builders import (
    a_disposal,
    give,
    release,
    withdraw,
)
from tests.portal.own import (
    browser,
    now,
    page,
    partner,
    resident,
)

__all__ = ["browser", "now", "partner", "resident"]
pytestmark = pytest.mark.django_db


def happened(resident, count, now, *, at_once=False):
    """So many entries of the ledger, the first the oldest."""
    for number in range(count):
        moment = now if at_once else now + timedelta(seconds=number)
        EntryRow.objects.create(
            id=new_id(),
            event="resident.values_changed",
            subject=resident,
            actor_kind="resident",
            actor=str(resident),
            facts={"items": ["phone"], "number": number},
            happened_at=moment,
            nonce=b"",
            seal=b"",
        )


def walked(resident):
    """Every event from the newest page to the oldest, and how many pages there were."""
    found, before, pages = [], None, 0
    while True:
        events, before = service.events(resident, language="ja", before=before)
        found += events
        pages += 1
        if before is None:
            return found, pages


@pytest.mark.parametrize(("count", "pages"), [(0, 1), (18, 1), (19, 1), (20, 2), (39, 2), (40, 3)])
def test_the_timeline_comes_in_pages_without_a_gap_or_a_repeat(resident, now, count, pages):
    """One more than `count`: the issue of the ID."""
    happened(resident, count, now + timedelta(seconds=1))

    found, walked_pages = walked(resident)

    assert (len(found), walked_pages) == (count + 1, pages)
    moments = [one.happened_at for one in found]
    assert moments == sorted(moments, reverse=True)
    assert len(set(moments)) == len(moments)


def test_what_happened_at_one_moment_stays_on_one_page(resident, now):
    happened(resident, 18, now + timedelta(seconds=100))
    happened(resident, 4, now + timedelta(seconds=50), at_once=True)
    happened(resident, 5, now + timedelta(seconds=1))

    found, _ = walked(resident)

    assert len(found) == 18 + 4 + 5 + 1


def test_a_consent_and_the_one_it_replaces_are_told_in_order(resident, partner, now):
    give(resident, partner, "name", "address", now=now)
    give(resident, partner, "name", "address", "sex", now=now + timedelta(seconds=1))
    release(resident, partner, now=now + timedelta(seconds=2))
    withdraw(resident, partner, now=now + timedelta(seconds=3))

    with translation.override("en"):
        told = [one.sentence for one in service.events(resident, language="en")[0]]

    assert told == [
        "見本申請 was asked to dispose of your data.",
        "You stopped sharing with 見本申請.",
        "見本申請 received: Name, Sex, Address.",
        "Your earlier consent to 見本申請 was replaced by a new one.",
        "You allowed 見本申請 to receive: Name, Sex, Address.",
        "You allowed 見本申請 to receive: Name, Address.",
        "Your resident ID was issued.",
    ]


@pytest.mark.parametrize(
    "before",
    [
        "",
        "yesterday",
        "2026-07-15",
        "2026-07-15T03:00:00",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "2026-07-15T03:00:00 00:00",
        "\x00",
        "𠮷",
        "1" * 5_000,
    ],
)
def test_a_page_that_nobody_gave_out_is_a_page_all_the_same(browser, before):
    assert browser.get("/history/", {"before": before}).status_code == 200


def test_the_link_to_older_entries_leads_there(resident, browser, now):
    happened(resident, 30, now - timedelta(minutes=5))
    main = page(browser, "/history/")

    (older,) = [a["href"] for a in main.select("nav a") if "before=" in a["href"]]
    second = page(browser, f"/history/{older.partition('#')[0]}")

    shown = len(main.select("#events ~ ol .timeline__entry, section ol.timeline > li"))
    assert shown == service.PAGE
    assert len(second.select("ol.timeline > li")) == 31 - service.PAGE


def test_no_sentence_is_lost_in_translation(resident, partner, now):
    a_disposal(resident, partner, now=now)
    for language in ("ja", "ja-easy", "en"):
        with translation.override(language):
            told = service.events(resident, language=language)[0]
        assert all(one.sentence and "%" not in one.sentence for one in told)
        assert not any(re.fullmatch(r"[a-z_]+\.[a-z_]+", one.sentence) for one in told)
