"""Acting for somebody in the browser: chosen, shown, limited, ended (H15, H16, H17)."""

import re
from datetime import timedelta

import pytest
from django.utils import translation

from genkan.consent import api as consent
from genkan.kernel import clock
from genkan.kernel.clock import day_in_japan
from genkan.kernel.ids import new_id
from genkan.ledger import api as ledger
from genkan.portal import service
from genkan.residents.models import ResidentRow
from tests.builders import DAY, a_resident, events
from tests.guardians import a_right, revoke
from tests.portal.conftest import (
    PAGES,
    act_for,
    allow,
    comes_of_age,
    fields,
    main,
    text,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", ["ja", "ja-easy", "en"])
@pytest.mark.parametrize("address", PAGES)
def test_every_page_names_the_person_acted_for_and_leads_back(acting, address, language):
    acting.cookies["genkan_language"] = language

    page = main(acting, address)

    assert "西村 海" in page.select_one(".notice--warning").get_text()
    assert page.select('form[action="/acting/stop"] button')


def test_without_a_choice_the_pages_are_ones_own(browser, right):
    assert "西村 亮" in text(browser, "/profile")
    for address in PAGES:
        assert not main(browser, address).select('form[action="/acting/stop"]')


def test_while_acting_the_profile_is_the_childs_and_nothing_on_it_can_be_changed(acting):
    page = main(acting, "/profile")

    assert "2014" in page.get_text()
    assert "西村 亮" not in page.get_text()
    assert not page.select('a[href^="/profile/"], a[href^="/interests"]')


def test_going_back_is_one_step(acting):
    answer = acting.post("/acting/stop")

    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert "西村 亮" in text(acting, "/profile")
    assert "西村 海" not in text(acting, "/services/")


@pytest.mark.parametrize("address", ["/interests", "/profile/phone"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_pages_that_are_not_for_representatives_are_refused(acting, address, method):
    answer = getattr(acting, method)(address, headers={"accept": "application/json"})

    assert (answer.status_code, answer.json()) == (403, {"error": "ui.not_while_acting"})


def test_home_leads_to_what_can_be_done_for_the_person(acting):
    assert acting.get("/").headers["Location"] == "/acting/"
    links = {a["href"] for a in main(acting, "/acting/").select("a")}
    assert {"/profile", "/services/", "/history/"} <= links


def test_the_beginning_stands_in_both_histories(acting, parent, child):
    (begun,) = ledger.entries_of(child, events=["residents.acting_begun"])
    assert begun.entry.actor == ledger.Actor.resident(parent)
    with translation.override("en"):
        (mine, *_) = service.events(parent, language="en")[0]
        (of_child, *_) = service.events(child, language="en")[0]
    assert mine.sentence == "You acted for 西村 海: you began to act."
    assert of_child.by == "西村 亮"
    assert "西村 亮さんが、あなたに代わって" in text(acting, "/history/")


def test_after_a_revocation_no_name_is_left_in_the_others_history(acting, parent, right):
    revoke(right)

    with translation.override("en"):
        told = [one.sentence for one in service.events(parent, language="en")[0]]
    assert "You acted for somebody: you began to act." in told
    assert "西村 海" not in str(told)


@pytest.mark.parametrize("person", ["", "nobody", str(new_id()), "\x00", "1" * 5_000], ids=range(5))
def test_nobody_acts_for_whom_they_may_not(browser, right, person):
    answer = act_for(browser, person)

    assert answer.status_code in {403, 404}
    assert not main(browser, "/profile").select('form[action="/acting/stop"]')


def test_a_strangers_refusal_says_the_same_whether_or_not_the_person_exists(browser, child):
    """A former partner learns nothing (M46)."""
    answers = [act_for(browser, person) for person in (child, new_id())]

    assert [one.status_code for one in answers] == [403, 403]
    shown = [re.sub(r"csrf\S+|value=\S+", "", one.content.decode()) for one in answers]
    assert shown[0] == shown[1]
    assert events(child) == []


def test_a_revocation_ends_acting_at_the_next_request_and_says_nothing_why(acting, right):
    revoke(right)

    answer = acting.get("/profile")

    assert answer.status_code == 403
    assert "西村 海" not in answer.content.decode()
    assert "court" not in answer.content.decode()
    assert "西村 亮" in text(acting, "/profile")


def test_a_revocation_between_the_page_and_its_button_stops_the_act(
    acting, right, parent, child, partner, now
):
    stop = f"/services/{partner.service}/stop"
    allow(acting, partner)
    form = fields(main(acting, stop))
    revoke(right)

    answer = acting.post(stop, form)

    assert answer.status_code == 403
    assert consent.standing(child, partner.service, now=clock.now()) is consent.Standing.ACTIVE
    assert acting.post(stop, form).status_code == 409
    assert consent.standing(child, partner.service, now=clock.now()) is consent.Standing.ACTIVE


def test_a_suspended_representative_acts_for_nobody(acting, parent):
    ResidentRow.objects.filter(pk=parent).update(state="suspended")

    assert acting.get("/services/").status_code == 403


def test_majority_ends_acting_at_the_next_request(parent, browser, now):
    """H16: somebody who came of age while the pages were open."""
    today = day_in_japan(now)
    young = a_resident(now=now, birthdate=(today - timedelta(days=17 * 365)).isoformat())
    a_right(young, parent, now=now)
    act_for(browser, young)
    assert browser.get("/profile").status_code == 200

    comes_of_age(young)

    assert browser.get("/profile").status_code == 403
    assert browser.get("/profile").status_code == 200
    assert act_for(browser, young).status_code == 403


def test_the_right_of_a_day_ends_with_its_day(parent, child, browser, now):
    a_right(child, parent, begins_at=now - 2 * DAY, ends_at=now - DAY, now=now)

    assert act_for(browser, child).status_code == 403
    assert "西村 海" not in text(browser, "/acting/")


# Sharing
