"""Acting for somebody in the browser: chosen, shown, limited, ended (H15, H16, H17)."""

import re
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import translation

from genkan.consent import api as consent
from genkan.kernel import clock
from genkan.kernel.clock import day_in_japan
from genkan.kernel.ids import new_id
from genkan.ledger import api as ledger
from genkan.portal import service
from genkan.residents import api as residents
from genkan.residents.models import Account, ResidentRow
from tests.builders import DAY, VALUES, a_partner, a_resident, events, give, words
from tests.guardians import a_right, revoke

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
SOMEWHERE = VALUES["address"] | {"full": "大阪府寝屋川市本町999番", "town": "本町"}


@pytest.fixture
def now():
    return clock.now()


@pytest.fixture
def parent(now):
    return a_resident(now=now, with_account=True, name={"full": "西村 亮"}, address=SOMEWHERE)


@pytest.fixture
def child(now):
    return a_resident(now=now, name={"full": "西村 海"}, birthdate="2014-12-03")


@pytest.fixture
def right(parent, child, now):
    return a_right(child, parent, now=now)


@pytest.fixture
def partner(now):
    return a_partner(now=now, service={"name": words("見本申請")})


@pytest.fixture
def browser(parent):
    return a_browser_of(parent)


def a_browser_of(resident):
    browser = Client()
    account = Account.objects.get(email=f"{resident.hex}@resident.example")
    browser.force_login(account, backend=BACKEND)
    return browser


def act_for(browser, person):
    return browser.post("/acting/", {"person": str(person)})


def main(browser, address):
    response = browser.get(address)
    assert response.status_code == 200, (address, response.status_code)
    return BeautifulSoup(response.content, "html.parser").select_one("main")


def text(browser, address):
    return re.sub(r"\s+", " ", main(browser, address).get_text())


PAGES = ["/acting/", "/profile", "/services/", "/history/"]


@pytest.fixture
def acting(browser, right, child):
    assert act_for(browser, child).status_code == 303
    return browser


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


def comes_of_age(person):
    from genkan.residents.service.profile import change_values

    change_values(person, {"birthdate": "2000-01-01"}, now=clock.now())


def test_the_right_of_a_day_ends_with_its_day(parent, child, browser, now):
    a_right(child, parent, begins_at=now - 2 * DAY, ends_at=now - DAY, now=now)

    assert act_for(browser, child).status_code == 403
    assert "西村 海" not in text(browser, "/acting/")


# Sharing


def fields(page):
    return {
        one["name"]: one["value"]
        for one in page.select("form:not([action]) input[type=hidden]")
        if one["name"] != "csrfmiddlewaretoken"
    }


def allow(browser, partner, *items, **changes):
    address = f"/services/{partner.service}/share"
    ticked = {"items": list(items or ("name", "address"))}
    form = fields(main(browser, address)) | {"decision": "allow"} | ticked | changes
    return browser.post(address, form)


def test_a_guardian_agrees_and_stops_for_the_child(acting, parent, child, partner):
    assert "西村 海" in text(acting, f"/services/{partner.service}/share")

    assert allow(acting, partner).status_code == 303
    given = consent.consent_to(child, partner.service)
    assert (given.given_by, given.for_minor) == (parent, True)
    assert consent.consent_to(parent, partner.service) is None
    assert "見本申請" in text(acting, "/services/")

    stop = f"/services/{partner.service}/stop"
    assert acting.post(stop, fields(main(acting, stop))).status_code == 303
    assert consent.standing(child, partner.service, now=clock.now()) is consent.Standing.WITHDRAWN
    assert "西村 海" in text(acting, f"/services/{partner.service}/stopped")
    with translation.override("en"):
        told = [one.sentence for one in service.events(parent, language="en")[0]]
    assert told[:2] == [
        "You acted for 西村 海: you stopped sharing with 見本申請.",
        "You acted for 西村 海: you allowed 見本申請 to receive data.",
    ]


def test_a_form_shown_for_one_person_does_nothing_to_another(acting, parent, child, partner, now):
    """H17: three wards, two tabs."""
    other = a_resident(now=now, birthdate="2015-01-01")
    a_right(other, parent, now=now)
    allow(acting, partner)
    stop = f"/services/{partner.service}/stop"
    form = fields(main(acting, stop))

    act_for(acting, other)
    answer = acting.post(stop, form, headers={"accept": "application/json"})

    assert (answer.status_code, answer.json()) == (409, {"error": "ui.other_person"})
    acting.post("/acting/stop")
    give(parent, partner, now=now)
    assert acting.post(stop, form).status_code == 409
    for person in (parent, child):
        assert consent.standing(person, partner.service, now=clock.now()) is consent.Standing.ACTIVE


def test_a_right_without_services_shows_none(browser, parent, child, partner, now):
    a_right(child, parent, scope=frozenset({residents.Area.PROFILE}), now=now)
    act_for(browser, child)

    assert browser.get("/profile").status_code == 200
    for address in ("/services/", "/history/", f"/services/{partner.service}/share"):
        assert browser.get(address).status_code == 403
    links = {a["href"] for a in main(browser, "/acting/").select("li a")}
    assert links == {"/profile"}


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"shown": "forged"}, 409),
        ({"offer": "x"}, 409),
        ({"items": ["name"]}, 422),
        ({"items": ["name", "address", "secret"]}, 422),
        ({"decision": "maybe"}, 200),
        ({"whose": ""}, 409),
        ({"whose": "x"}, 409),
    ],
    ids=["note", "offer", "required item", "unknown item", "button", "nobody", "somebody"],
)
def test_a_tampered_answer_shares_nothing(acting, child, partner, changes, status):
    assert allow(acting, partner, **changes).status_code == status
    assert consent.consent_to(child, partner.service) is None


def test_a_child_is_told_that_a_guardian_has_to_decide(partner, now):
    young = a_resident(now=now, with_account=True, birthdate="2014-12-03")

    answer = a_browser_of(young).get(f"/services/{partner.service}/share")

    assert answer.status_code == 403
    assert "保護者の方が決める必要があります" in answer.content.decode()


# Whose address (H15)


def test_a_parent_who_lives_elsewhere_does_not_see_the_others_address(acting, child, partner, now):
    a_right(child, a_resident(now=now), now=now)

    for address in ("/profile", f"/services/{partner.service}/share"):
        assert "中之島" not in text(acting, address)
    assert acting.get("/profile").status_code == 200


def test_the_parent_the_child_lives_with_sees_the_address(child, now):
    mother = a_resident(now=now, with_account=True)
    a_right(child, mother, now=now)
    browser = a_browser_of(mother)
    act_for(browser, child)

    assert "中之島" in text(browser, "/profile")


def test_nobody_comes_of_age_by_typing(parent, now):
    young = a_resident(now=now, with_account=True, birthdate="2014-12-03")
    right = a_right(young, parent, now=now)
    browser = a_browser_of(young)

    answer = browser.post("/profile/birthdate", {"birthdate": "1990-01-01"})

    assert answer.status_code == 403
    assert "窓口" in answer.content.decode()
    assert residents.profile_of(young).content("birthdate") == "2014-12-03"
    assert browser.get("/profile/phone").status_code == 200
    revoke(right)
    assert browser.get("/profile/birthdate").status_code == 200


# Three people (H17)


def test_a_professional_guardian_changes_by_an_explicit_choice(parent, browser, now):
    wards = [
        a_resident(now=now, birthdate="1944-02-02", name={"full": f"被後見人{place}"})
        for place in range(3)
    ]
    for ward in wards:
        a_right(ward, parent, role=residents.Role.ADULT_GUARDIAN, now=now)

    for place, ward in enumerate(wards):
        act_for(browser, ward)
        for address in PAGES:
            notice = main(browser, address).select_one(".notice--warning").get_text()
            assert f"被後見人{place}" in notice
    shown = text(browser, "/acting/")
    assert all(f"被後見人{place}" in shown for place in range(3))


def test_the_person_sees_who_may_act(parent, now):
    ward = a_resident(now=now, with_account=True, birthdate="1944-02-02")
    a_right(ward, parent, role=residents.Role.CURATOR, now=now)

    assert "西村 亮 (保佐人)" in text(a_browser_of(ward), "/acting/")


# Growing up


def test_the_young_adult_decides_per_service(parent, partner, now):
    """H16: what a guardian gave waits, and the pages offer to go on or to stop."""
    other = a_partner(now=now, service={"name": words("別の申請")})
    young = a_resident(now=now, with_account=True, birthdate="2014-12-03")
    a_right(young, parent, now=now)
    guardian = a_browser_of(parent)
    act_for(guardian, young)
    for one in (partner, other):
        assert allow(guardian, one).status_code == 303
    comes_of_age(young)
    browser = a_browser_of(young)

    for address in ("/", "/services/"):
        shown = main(browser, address)
        assert shown.get_text().count("ご自身の確認待ち") == 2
        assert shown.select(f'a[href="/services/{partner.service}/share"]')
        assert shown.select(f'a[href="/services/{partner.service}/stop"]')
    assert "保護者の方が同意したものです" in text(browser, f"/services/{partner.service}/")
    assert allow(browser, partner).status_code == 303
    stop = f"/services/{other.service}/stop"
    assert browser.post(stop, fields(main(browser, stop))).status_code == 303

    assert consent.standing(young, partner.service, now=clock.now()) is consent.Standing.ACTIVE
    assert consent.standing(young, other.service, now=clock.now()) is consent.Standing.WITHDRAWN
    assert consent.to_confirm(young, now=clock.now()) == []
