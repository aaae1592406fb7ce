"""What somebody decides for another in the browser, and who sees what (H15, H16, H17)."""

import pytest
from django.utils import translation

from genkan.consent import api as consent
from genkan.kernel import clock
from genkan.portal import service
from genkan.residents import api as residents
from tests.builders import a_partner, a_resident, give, words
from tests.guardians import a_right, revoke
from tests.portal.conftest import (
    PAGES,
    a_browser_of,
    act_for,
    allow,
    comes_of_age,
    fields,
    main,
    text,
)

pytestmark = pytest.mark.django_db


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
    assert "あなたが改めて決めるまで、何も渡りません" in text(
        browser, f"/services/{partner.service}/"
    )
    turn = main(browser, "/services/your-turn")
    for one in (partner, other):
        assert turn.select(f'a[href="/services/{one.service}/share"]')
        assert turn.select(f'a[href="/services/{one.service}/stop"]')
    assert "あなたが決める番です" in browser.get("/profile").content.decode()
    no = f'.decision a[href="/services/{other.service}/stop"]'
    assert main(browser, f"/services/{other.service}/share").select(no)
    assert allow(browser, partner).status_code == 303
    stop = f"/services/{other.service}/stop"
    assert browser.post(stop, fields(main(browser, stop))).status_code == 303

    assert consent.standing(young, partner.service, now=clock.now()) is consent.Standing.ACTIVE
    assert consent.standing(young, other.service, now=clock.now()) is consent.Standing.WITHDRAWN
    assert consent.to_confirm(young, now=clock.now()) == []
    assert "決めることはありません" in text(browser, "/services/your-turn")
    assert "あなたが決める番です" not in browser.get("/profile").content.decode()


# Two who disagree (H15)


@pytest.fixture
def all_agree(settings, tmp_path):
    """A file of ages that asks for each parent, for P3."""
    file = tmp_path / "ages.toml"
    file.write_text(
        "[[majority]]\nfrom = 2022-04-01\nage = 18\n"
        '[[all_agree]]\nfrom = 2026-01-01\npurpose = "P3"\n'
    )
    settings.GENKAN = settings.GENKAN.model_copy(update={"ages_file": file})


@pytest.fixture
def other_parent(child, now):
    """H15b, with whom the child lives, at a browser, acting."""
    mother = a_resident(now=now, with_account=True, name={"full": "東 恵"})
    a_right(child, mother, now=now)
    browser = a_browser_of(mother)
    act_for(browser, child)
    return browser


def test_h15_the_first_parents_yes_waits_for_the_second(all_agree, acting, other_parent, partner):
    page = f"/services/{partner.service}/"
    allow(acting, partner)
    for browser in (acting, other_parent):
        assert "もう一人の保護者の同意待ち" in text(browser, "/services/")
        assert "保護者の全員の同意が必要" in text(browser, page)
    asked = text(other_parent, f"{page}share")
    assert "保護者の全員が同じ内容に同意する必要があります" in asked
    assert "氏名、住所" in asked

    assert allow(other_parent, partner).status_code == 303

    assert "もう一人の保護者の同意待ち" not in text(acting, "/services/")
    assert "情報を渡しています" in text(acting, "/services/")


def test_h15_one_parents_no_ends_it_at_once(all_agree, acting, other_parent, child, partner):
    allow(acting, partner)
    stop = f"/services/{partner.service}/stop"
    assert main(other_parent, f"/services/{partner.service}/share").select(f'a[href="{stop}"]')

    other_parent.post(stop, fields(main(other_parent, stop)))

    assert consent.standing(child, partner.service, now=clock.now()) is consent.Standing.WITHDRAWN
    assert "停止" in text(acting, "/services/")


def test_h15_no_page_of_one_parent_tells_the_others_address(acting, other_parent, partner):
    allow(acting, partner)
    allow(other_parent, partner)
    pages = [*PAGES, f"/services/{partner.service}/", f"/services/{partner.service}/share"]

    for address in pages:
        assert "中之島" not in acting.get(address).content.decode()
        assert "寝屋川" not in other_parent.get(address).content.decode()


# On whose behalf (H17)


def test_h17_each_act_says_on_whose_behalf_in_the_residents_own_log(parent, browser, partner, now):
    ward = a_resident(now=now, with_account=True, birthdate="1944-02-02", name={"full": "大西 実"})
    a_right(ward, parent, role=residents.Role.ADULT_GUARDIAN, now=now)
    act_for(browser, ward)
    allow(browser, partner)

    history = text(a_browser_of(ward), "/history/")

    assert history.count("西村 亮さんが、あなたに代わって手続きしました") == 2
