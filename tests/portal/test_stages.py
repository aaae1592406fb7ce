"""Who received what, and how far its disposal is."""

import pytest

from genkan.kernel.clock import JAPAN
from genkan.lifecycle import api as lifecycle
from genkan.portal import service
from tests.builders import (
    DAY,
    a_disposal,
    a_partner,
    a_statement,
    give,
    release,
    words,
)
from tests.portal.own import (
    ADDRESSES,
    browser,
    now,
    page,
    partner,
    resident,
    text,
)

__all__ = ["browser", "now", "partner", "resident"]
pytestmark = pytest.mark.django_db


def badges(browser, address="/history/"):
    return [badge.get_text(strip=True) for badge in page(browser, address).select("article .badge")]


def test_data_with_a_service_is_shown_as_being_there(resident, partner, browser, now):
    give(resident, partner, now=now)
    release(resident, partner, now=now)

    assert badges(browser) == ["サービスが保有中"]
    assert badges(browser, f"/services/{partner.service}/") == ["サービスが保有中"]


def test_after_a_stop_the_request_and_its_due_date_are_shown(resident, partner, browser, now):
    disposal, _ = a_disposal(resident, partner, now=now)

    (received,) = service.received(resident, now=now)
    assert (received.stage, received.holding.disposal.id) == ("disposal_requested", disposal.id)
    assert badges(browser) == ["廃棄を依頼中"]
    due = disposal.due_at.astimezone(JAPAN)
    assert f"{due.year}年{due.month}月{due.day}日" in text(browser, "/history/")


def test_a_disposal_past_its_day_is_shown_as_overdue_before_any_job_has_run(
    resident, partner, browser, now
):
    a_disposal(resident, partner, now=now - 15 * DAY)

    (received,) = service.received(resident, now=now)
    assert received.stage == "disposal_overdue"
    assert badges(browser) == ["廃棄の期限切れ"]


def test_a_certificate_closes_the_chain_and_says_what_it_says(resident, partner, browser, now):
    disposal, provisions = a_disposal(resident, partner, now=now)
    statement = a_statement(provisions, now=now, copies="控え一部", responsible="情報課 係長")
    lifecycle.certify(disposal.id, service=partner.service, certificate=statement, now=now)

    shown = text(browser, "/history/")
    assert badges(browser) == ["廃棄済み（証明書あり）"]
    assert "控え一部" in shown
    assert "情報課 係長" in shown
    assert "この情報の流れは閉じました" in shown


def test_what_a_partner_writes_is_never_markup(resident, partner, browser, now):
    disposal, provisions = a_disposal(resident, partner, now=now)
    hostile = "<script>alert(1)</script>"
    statement = a_statement(provisions, now=now, copies=hostile, responsible=hostile)
    lifecycle.certify(disposal.id, service=partner.service, certificate=statement, now=now)
    partner.changes(now=now, service={"name": words(hostile), "description": words(hostile)})

    for address in (*ADDRESSES, f"/services/{partner.service}/"):
        main = page(browser, address)
        assert not main.select("script")
    assert hostile in text(browser, "/history/")


def test_stages_of_several_services_stand_side_by_side(resident, browser, now):
    waiting, owing, open_one = (a_partner(now=now) for _ in range(3))
    a_disposal(resident, waiting, now=now)
    a_disposal(resident, owing, now=now - 15 * DAY)
    give(resident, open_one, now=now)
    release(resident, open_one, now=now)

    stages = {one.service.id: one.stage for one in service.received(resident, now=now)}
    assert stages == {
        waiting.service: "disposal_requested",
        owing.service: "disposal_overdue",
        open_one.service: "with_service",
    }
    assert len(badges(browser)) == 3
    for one in (waiting, owing, open_one):
        assert len(badges(browser, f"/services/{one.service}/")) == 1
