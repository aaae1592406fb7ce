"""Changed terms of use, decided about by whoever acts for a child (M20, M46)."""

import pytest

from genkan.kernel import clock
from genkan.ledger import api as ledger
from genkan.residents import api as residents
from genkan.residents.service import agreements
from genkan.terms import api as terms
from tests.builders import entry, events
from tests.guardians import a_right, revoke
from tests.portal.conftest import act_for, fields, main, text
from tests.residents.conftest import publish_next

pytestmark = pytest.mark.django_db(transaction=True)
DECISION = "/terms/decision"


@pytest.fixture
def changed(browser, parent, child, now):
    """The terms changed after the parent was registered; the parent has accepted for himself."""
    right = a_right(child, parent, now=now)
    publish_next()
    decide(browser)
    assert agreements.standing_of(parent, now=clock.now()).is_current
    act_for(browser, child)
    return right


def decide(browser, decision="accept", **changes):
    page = main(browser, DECISION)
    form = fields(page) | {"decision": decision, "accept": "on"} | changes
    return browser.post(DECISION, form)


def test_a_parent_accepts_for_the_child_and_both_histories_say_so(changed, browser, parent, child):
    assert "西村 海さんの分を決めるまで" in text(browser, "/acting/")
    assert "西村 海さんに代わって決めます" in text(browser, DECISION)

    assert decide(browser).status_code == 303

    assert agreements.standing_of(child, now=clock.now()).is_current
    assert entry(child, "resident.terms_accepted").actor.id == str(parent)
    acts = [one.entry.facts.get("act") for one in ledger.entries_of(parent)]
    assert "resident.terms_accepted" in acts
    assert "西村 海さんの分を決めるまで" not in text(browser, "/acting/")


def test_a_parent_refuses_for_the_child_and_can_change_it(changed, browser, child):
    assert decide(browser, "refuse").status_code == 303

    assert agreements.standing_of(child, now=clock.now()).duty is terms.Duty.REFUSED
    assert "西村 海さんの分を決めるまで" in text(browser, "/acting/")
    assert not main(browser, DECISION).select('a[href="/profile/leave"]')
    assert decide(browser).status_code == 303
    assert agreements.standing_of(child, now=clock.now()).is_current


def test_a_page_shown_for_the_child_decides_nothing_for_the_parent(changed, browser, child):
    form = fields(main(browser, DECISION)) | {"decision": "accept", "accept": "on"}
    browser.post("/acting/stop")

    assert browser.post(DECISION, form).status_code == 409
    assert not agreements.standing_of(child, now=clock.now()).is_current


def test_a_right_taken_away_between_page_and_button_decides_nothing(changed, browser, child):
    form = fields(main(browser, DECISION)) | {"decision": "accept", "accept": "on"}
    revoke(changed, now=clock.now())

    assert browser.post(DECISION, form).status_code == 403
    assert not agreements.standing_of(child, now=clock.now()).is_current
    assert "resident.terms_accepted" not in events(child)


def test_a_right_without_the_services_decides_nothing(browser, parent, child, now):
    a_right(child, parent, scope=frozenset({residents.Area.PROFILE}), now=now)
    publish_next()
    decide(browser)
    act_for(browser, child)

    assert "西村 海さんの分を決めるまで" not in text(browser, "/acting/")
    assert browser.get(DECISION).status_code == 403
