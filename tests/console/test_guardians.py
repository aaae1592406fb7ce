"""Parents and guardians at the counter: recorded with evidence, taken away at once (M46, A7)."""

from datetime import timedelta

import pytest
from django.test import Client

from genkan.kernel import clock
from genkan.kernel.clock import day_in_japan
from genkan.kernel.ids import new_id
from genkan.residents import api as residents
from genkan.residents.models import Account, ResidentRow
from tests.builders import a_resident, entry, events
from tests.console.conftest import BACKEND, browser_of, text_of
from tests.console.test_desk import SEARCH, employed, opened
from tests.guardians import a_right

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.ignore_template_errors,  # Wagtail's templates ask for names they lack
]


@pytest.fixture
def child():
    """H15c, of parents who live apart."""
    return a_resident(name={"full": "西村 海"}, birthdate="2014-12-03")


@pytest.fixture
def parent():
    return a_resident(with_account=True, name={"full": "西村 亮"}, birthdate="1981-05-16")


@pytest.fixture
def clerk(child):
    client = browser_of(employed("counter"))
    opened(client, child)
    return client


def day(offset):
    return (day_in_japan(clock.now()) + timedelta(days=offset)).isoformat()


def typed(who, **changes):
    return {
        "representative": str(who),
        "role": "parent",
        "scope": ["profile", "services"],
        "evidence": "family_register",
        "number": "令和8年第99号",
        "begins_on": "",
        "ends_on": "",
    } | changes


def post(client, person, given):
    return client.post(f"{SEARCH}{person}/guardians/add", given)


def record(client, person, who, **changes):
    return post(client, person, typed(who, step="record", **changes))


def may(parent, child, area=None):
    return residents.may_act_for(parent, child, area, now=clock.now())


def test_staff_see_both_people_before_a_right_is_recorded(clerk, parent, child):
    page = post(clerk, child, typed(parent))

    assert page.status_code == 200
    for words in (
        "西● ●",
        "西● ●",
        "親権者",
        "戸籍",
        "令和8年第99号",
        "サービスへの提供を決める",
    ):
        assert words in text_of(page)
    assert not may(parent, child)

    assert record(clerk, child, parent).status_code == 303
    assert may(parent, child, residents.Area.SERVICES)
    assert not may(parent, child, residents.Area.HISTORY)
    (right,) = residents.representations(person=child)
    assert right.evidence.note == "令和8年第99号"
    assert right.evidence.checked_by == Account.objects.get(email="counter@genkan.example").id
    assert "residents.representation_added" in events(child)


def test_the_look_at_who_acts_stands_in_their_history_once(clerk, parent, child):
    post(clerk, child, typed(parent))
    record(clerk, child, parent)

    assert events(parent).count("resident.looked_up") == 1
    assert entry(parent, "resident.looked_up").facts == {"reason": "visit"}


@pytest.mark.parametrize(
    ("role", "evidence"),
    [
        ("adult_guardian", "guardianship_register"),
        ("curator", "court_decision"),
        ("assistant", "court_decision"),
        ("proxy", "power_of_attorney"),
    ],
)
def test_h17_an_adult_is_acted_for_in_each_role_for_what_was_delegated(role, evidence):
    adult = a_resident(name={"full": "大西 実"}, birthdate="1944-02-02")
    guardian = a_resident(name={"full": "司法 花子"}, birthdate="1975-01-01")
    client = browser_of(employed("counter"))
    opened(client, adult)

    record(client, adult, guardian, role=role, evidence=evidence, scope=["history"])

    assert may(guardian, adult, residents.Area.HISTORY)
    assert not may(guardian, adult, residents.Area.SERVICES)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"representative": "nobody"}, "IDではありません"),
        ({"representative": str(new_id())}, "このIDの人はいません"),
        ({"role": ""}, "入力または選択してください"),
        ({"scope": []}, "入力または選択してください"),
        ({"evidence": "synthetic"}, "synthetic"),
        ({"number": ""}, "入力または選択してください"),
        ({"number": "x" * 101}, "100"),
        ({"begins_on": day(2), "ends_on": day(1)}, "最終日が開始日より前です"),
        ({"ends_on": day(-1)}, "最終日が開始日より前です"),
    ],
    ids=range(9),
)
def test_what_cannot_be_is_shown_again_with_what_was_typed(clerk, parent, child, changes, says):
    answer = record(clerk, child, parent, **changes)

    assert answer.status_code == 422
    assert says in text_of(answer)
    if "number" not in changes:
        assert "令和8年第99号" in answer.content.decode()
    assert residents.representations(person=child) == []


def test_an_adult_has_no_parent_and_a_minor_acts_for_nobody(clerk, parent, child):
    adult = a_resident(birthdate="1990-01-01")
    opened(clerk, adult)

    assert "本人は成年です" in text_of(record(clerk, adult, parent))
    assert "代理をすることができません" in text_of(
        record(clerk, child, a_resident(birthdate="2012-01-01"))
    )
    assert residents.representations(person=child) == []


def test_a_second_right_of_one_pair_is_refused(clerk, parent, child):
    record(clerk, child, parent)

    assert "すでにあります" in text_of(record(clerk, child, parent))
    assert len(residents.representations(person=child)) == 1


def test_a_right_of_days_begins_and_ends_with_them(clerk, parent, child):
    record(clerk, child, parent, begins_on=day(1), ends_on=day(1))

    (right,) = residents.representations(person=child)
    assert not may(parent, child)
    assert right.ends_at - right.begins_at == timedelta(days=1)


def test_both_records_list_the_right_and_how_it_stands(clerk, parent, child):
    record(clerk, child, parent)
    page = text_of(clerk.get(f"{SEARCH}{child}/"))
    assert "西● ● (親権者) 有効" in page
    assert "西● ● (親権者) 有効" in text_of(clerk.get(f"{SEARCH}{parent}/"))


def take_away(client, person, reason="令和8年(家)第12号"):
    (right,) = residents.representations(person=person)
    path = f"{SEARCH}{person}/guardians/{right.id}/take-away"
    return client.get(path), client.post(path, {"reason": reason})


def test_h15_a_restrained_parent_loses_access_at_once_and_learns_nothing(clerk, parent, child):
    record(clerk, child, parent)
    browser = Client()
    account = Account.objects.get(email=f"{parent.hex}@resident.example")
    browser.force_login(account, BACKEND)
    browser.post("/acting/", {"person": str(child)})
    assert "西村 海" in browser.get("/services/").content.decode()

    asked, done = take_away(clerk, child)

    assert "西● ● さん" in text_of(asked)
    assert done.status_code == 303
    refused = browser.get("/services/")
    assert refused.status_code == 403
    never = Client()
    never.force_login(account, BACKEND)
    stranger = never.post("/acting/", {"person": str(a_resident())})
    again = never.post("/acting/", {"person": str(child)})
    assert (again.status_code, main_of(again)) == (stranger.status_code, main_of(stranger))
    told = [refused.content.decode()] + [
        browser.get(page).content.decode() for page in ("/", "/acting/", "/history/")
    ]
    for page in told:
        assert "第12号" not in page
        assert "西村 海" not in page
    assert "residents.representation_revoked" in events(child)
    assert "residents.representation_revoked" not in events(parent)
    assert "に取消し" in text_of(clerk.get(f"{SEARCH}{child}/"))


def main_of(answer):
    page = answer.content.decode()
    return page[page.index("<main") : page.index("</main>")]


def test_taking_away_needs_a_reason_and_happens_once(clerk, parent, child):
    record(clerk, child, parent)

    assert take_away(clerk, child, "")[1].status_code == 422
    assert may(parent, child)
    assert take_away(clerk, child)[1].status_code == 303
    assert take_away(clerk, child)[1].status_code == 409


def test_a_right_of_other_people_is_not_reached_by_another_record(clerk, parent, child):
    other = a_right(a_resident(birthdate="2015-01-01"), parent, now=clock.now())

    path = f"{SEARCH}{child}/guardians/{other}/take-away"

    assert clerk.post(path, {"reason": "x"}).status_code == 404


def test_h14b_a_former_partner_with_a_right_acts_for_nobody_and_no_place_shows(clerk, parent):
    child = a_resident(name={"full": "森 ひなた"}, birthdate="2017-05-20")
    until = clock.now() + timedelta(days=200)
    ResidentRow.objects.filter(pk=child).update(protected_until=until)
    opened(clerk, child)
    assert "大阪市" not in post(clerk, child, typed(parent)).content.decode()
    record(clerk, child, parent)

    page = text_of(clerk.get(f"{SEARCH}{parent}/"))

    assert "● ひ●● (親権者) いまは無効" in page
    assert not may(parent, child)


@pytest.mark.parametrize("role", [None, "counter"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_whoever_has_not_opened_the_record_records_nothing(parent, child, role, method):
    client = browser_of(employed(role))

    answer = getattr(client, method)(f"{SEARCH}{child}/guardians/add", typed(parent, step="record"))

    assert answer.status_code == (403 if role is None else 303)
    assert residents.representations(person=child) == []


def test_nobody_makes_themselves_a_guardian_at_their_own_desk(child):
    own = a_resident(birthdate="1980-01-01", address=None)
    client = browser_of(employed("counter", person=own))
    opened(client, child)

    assert record(client, child, own).status_code == 403
    assert residents.representations(person=child) == []
    assert "resident.look_up_refused" in events(own)
