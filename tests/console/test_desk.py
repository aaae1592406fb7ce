"""The counter: who may look, for whom, why, and what the resident reads of it (M03, M09, M44)."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from wagtail.users.models import UserProfile

from genkan.kernel import clock
from genkan.residents import api as residents
from genkan.residents.models import Account, LookupAlertRow, LookupRow, SearchRow
from genkan.residents.service.profile import change_values
from tests.builders import a_resident, entry, events
from tests.console.conftest import an_account, browser_of, text_of
from tests.guardians import a_right

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.ignore_template_errors,  # Wagtail's templates ask for names they lack
]

SEARCH = "/console/residents/"
VISIT = {"reason": "visit", "note": ""}
WHY = {"reason": "visit", "note": "case 12"}
H01 = {
    "name": {"full": "髙橋 𠮷男", "family": "髙橋", "given": "𠮷男"},
    "name_kana": {"full": "タカハシ ヨシオ", "family": "タカハシ", "given": "ヨシオ"},
    "birthdate": "1971-03-09",
}
H02 = {
    "name": {"full": "渡\u9089\U000e0101 太郎", "family": "渡\u9089\U000e0101", "given": "太郎"},
    "name_kana": {"full": "ワタナベ タロウ"},
    "birthdate": "1984-11-30",
}


def employed(role, person=None):
    email = f"{role or 'plain'}@genkan.example"
    if not Account.objects.filter(email=email).exists():
        an_account(email, kind="staff")
    given = None if role is None else residents.StaffRole(role)
    residents.give_role(email, given, person=person, now=clock.now())
    return Account.objects.get(email=email)


@pytest.fixture
def clerk():
    """Somebody with the role of the counter, at a browser."""
    return browser_of(employed("counter"))


def search(client, **asked):
    return client.post(SEARCH, {**VISIT, **asked})


def opened(client, resident):
    response = client.post(f"{SEARCH}{resident}/open", VISIT)
    assert response.status_code == 303, text_of(response)
    return client.get(response.headers["Location"])


@pytest.mark.parametrize("asked", ["高橋 吉男", "髙橋𠮷男", "高橋", "吉男", "𠮷男　髙橋"])
def test_h01_is_found_by_the_common_spelling_and_shown_masked_as_he_writes(clerk, asked):
    a_resident(**H01)
    a_resident()

    found = text_of(search(clerk, name=asked))

    assert "髙● 𠮷●" in found
    assert "1 人" in found
    assert "1971-●●-●●" in found
    assert "大阪府大阪市北区●●●" in found
    assert "中之島" not in found


@pytest.mark.parametrize("asked", ["渡辺", "渡邊 太郎", "渡邉太郎"])
def test_h02_is_found_by_each_usual_spelling_of_watanabe(clerk, asked):
    a_resident(**H02)

    assert "渡● 太●" in text_of(search(clerk, name=asked))


@pytest.mark.parametrize(
    ("asked", "is_found"),
    [
        ({"kana": "たかはし よしお"}, True),
        ({"kana": "ﾀｶ"}, True),
        ({"kana": "タカハシヨシ"}, True),
        ({"kana": "ヨシオ"}, True),
        ({"kana": "タカハタ"}, False),
        ({"kana": "タカハシヨネ"}, False),
        ({"birthdate": "S46.3.9"}, True),
        ({"birthdate": "1971-03-10"}, False),
        ({"name": "高橋", "birthdate": "1971-03-09"}, True),
        ({"name": "高橋", "birthdate": "1971-03-10"}, False),
        ({"name": "橋"}, False),
        ({"name": "・"}, False),
    ],
    ids=str,
)
def test_a_search_finds_whom_everything_fits(clerk, asked, is_found):
    a_resident(**H01)

    assert ("髙● 𠮷●" in text_of(search(clerk, **asked))) is is_found


def test_a_search_by_mail_or_id_finds_the_one(clerk):
    resident = a_resident(with_account=True, **H01)
    a_resident(with_account=True, **H02)

    assert "髙● 𠮷●" in text_of(search(clerk, email=f"{resident.hex.upper()}@Resident.Example"))
    assert "髙● 𠮷●" in text_of(search(clerk, resident=str(resident)))
    assert "0 人" in text_of(search(clerk, resident=str(uuid4())))


@pytest.mark.parametrize("asked", ["06-1234-5678", "0612345678", "０６（１２３４）５６７８"])
def test_a_search_by_telephone_finds_whoever_has_the_number(clerk, asked):
    a_resident(**H01, phone="0612345678")
    a_resident(**H02, phone="0612345679")

    assert "1 人" in text_of(search(clerk, phone=asked))
    assert "0 人" in text_of(search(clerk, phone="061234567"))
    assert "061234" not in str(SearchRow.objects.values_list("tokens", flat=True))


def test_two_of_one_name_and_birth_date_are_told_apart_by_municipality(clerk):
    """H24: both are listed, each with the masked address."""
    name = {"full": "佐藤 花子", "family": "佐藤", "given": "花子"}
    a_resident(name=name, birthdate="1990-05-05")
    kadoma = {
        "postal_code": "5710055",
        "prefecture": "大阪府",
        "municipality": "門真市",
        "lg_code": "272230",
        "town": "中町",
        "street": "9999番",
        "building": "",
        "full": "大阪府門真市中町9999番",
    }
    a_resident(name=name, birthdate="1990-05-05", address=kadoma)

    found = text_of(search(clerk, name="佐藤花子", birthdate="1990-05-05"))

    assert "大阪府大阪市北区●●●" in found
    assert "大阪府門真市●●●" in found


def test_a_changed_name_is_found_and_the_former_one_no_longer(clerk):
    resident = a_resident(**H01)
    change_values(resident, {"name": {"full": "渡辺 吉男"}}, now=clock.now())

    assert "渡● 吉●" in text_of(search(clerk, name="渡邊"))
    assert "0 人" in text_of(search(clerk, name="高橋"))


def test_more_than_a_page_is_listed_page_by_page_without_anything_in_the_address(clerk):
    for _ in range(21):
        a_resident(**H01)

    first = search(clerk, name="高橋")
    second = search(clerk, name="高橋", page="2")
    beyond = search(clerk, name="高橋", page="99")

    assert text_of(first).count("髙● 𠮷●") == 40  # in the list and on its button
    assert text_of(second).count("髙● 𠮷●") == text_of(beyond).count("髙● 𠮷●") == 2
    assert 'action="/console/residents/"' in first.content.decode()


@pytest.mark.parametrize(
    "typed",
    [
        {"name": "高橋"},
        {"name": "高橋", "reason": "curiosity"},
        {"name": "高橋", "reason": "other_duty", "note": "  "},
        {"reason": "visit"},
        {"reason": "visit", "birthdate": "1971-13-01"},
        {"reason": "visit", "resident": "1"},
    ],
    ids=str,
)
def test_a_search_without_a_reason_or_without_a_question_finds_nothing(clerk, typed):
    a_resident(**H01)

    response = clerk.post(SEARCH, typed)

    assert response.status_code == 422
    assert "髙●" not in response.content.decode()
    assert not LookupRow.objects.exists()


def test_a_record_opens_after_a_reason_and_the_resident_reads_who_looked_and_why(clerk):
    resident = a_resident(**H01)
    unopened = clerk.get(f"{SEARCH}{resident}/")
    page = opened(clerk, resident)

    assert unopened.headers["Location"] == f"{SEARCH}{resident}/open"
    assert "髙● 𠮷●" in text_of(page)
    assert "髙橋" not in page.content.decode()
    assert events(resident) == ["resident.looked_up"]
    told = entry(resident, "resident.looked_up")
    assert told.facts == {"reason": "visit"}
    assert told.actor.kind == "operator"
    assert "no-store" in page.headers["Cache-Control"]


def test_a_search_alone_leaves_nothing_in_the_history_of_those_found(clerk):
    resident = a_resident(**H01)

    search(clerk, name="高橋")

    assert events(resident) == []
    assert LookupRow.objects.get().hits == 1


def test_a_value_in_full_is_shown_once_and_written_down_exactly_once(clerk):
    resident = a_resident(**H01)
    opened(clerk, resident)

    asked = clerk.get(f"{SEARCH}{resident}/unmask/name")
    shown = clerk.post(f"{SEARCH}{resident}/unmask/name", WHY)

    assert "髙橋" not in asked.content.decode()
    assert "髙橋 𠮷男" in text_of(shown)
    assert "no-store" in shown.headers["Cache-Control"]
    assert events(resident) == ["resident.looked_up", "resident.unmasked"]
    assert entry(resident, "resident.unmasked").facts == {"reason": "visit", "items": ["name"]}
    assert "髙橋" not in clerk.get(f"{SEARCH}{resident}/").content.decode()


@pytest.mark.parametrize("why", [{}, {"reason": "visit"}, {"note": "case 12"}], ids=str)
def test_a_value_is_not_shown_without_a_reason_in_words(clerk, why):
    resident = a_resident(**H01)
    opened(clerk, resident)

    response = clerk.post(f"{SEARCH}{resident}/unmask/name", why)

    assert response.status_code == 422
    assert "髙橋" not in response.content.decode()
    assert events(resident) == ["resident.looked_up"]


@pytest.mark.parametrize("item", ["phone", "nonsense"])
def test_a_value_that_is_not_held_is_told_as_missing(clerk, item):
    resident = a_resident(**H01)
    opened(clerk, resident)

    assert clerk.post(f"{SEARCH}{resident}/unmask/{item}", WHY).status_code == 404
    assert events(resident) == ["resident.looked_up"]


def test_a_value_is_not_shown_before_the_record_was_opened(clerk):
    resident = a_resident(**H01)

    response = clerk.post(f"{SEARCH}{resident}/unmask/name", WHY)

    assert response.headers["Location"] == f"{SEARCH}{resident}/open"
    assert events(resident) == []


def test_a_record_closes_after_half_an_hour():
    account = employed("counter").pk
    resident, now = a_resident(**H01), clock.now()
    because = residents.Because(reason=residents.LookupReason.VISIT, note="")
    residents.open_record(account, resident, because, now=now)

    assert residents.must_be_open(account, resident, now=now + timedelta(minutes=29))
    with pytest.raises(residents.NotOpened):
        residents.must_be_open(account, resident, now=now + timedelta(minutes=30))


def test_a_record_of_nobody_is_told_as_missing(clerk):
    assert clerk.post(f"{SEARCH}{uuid4()}/open", VISIT).status_code == 404


PAGES = ["", "{}/", "{}/open", "{}/unmask/name"]


CALLS = [("get", page) for page in PAGES] + [("post", page) for page in PAGES if page != "{}/"]


@pytest.mark.parametrize(("method", "page"), CALLS)
def test_the_counter_is_closed_to_those_without_a_role(method, page):
    person = a_resident(with_account=True, **H01)
    address = SEARCH + page.format(person)
    an_account("boss@genkan.example", kind="staff", is_superuser=True)
    callers = [
        Account.objects.get(email="boss@genkan.example"),
        employed(None),
        Account.objects.get(email=f"{person.hex}@resident.example"),
    ]

    answers = [getattr(browser_of(one), method)(address, {}) for one in callers]

    assert [one.status_code for one in answers] == [403, 403, 403]
    assert not any("髙●" in one.content.decode() for one in answers)


@pytest.mark.parametrize("page", PAGES)
def test_strangers_are_sent_to_sign_in(client, page):
    address = SEARCH + page.format(uuid4())

    assert client.get(address).headers["Location"] == f"/console/login/?next={address}"


def test_a_supervisor_may_what_the_counter_may():
    resident = a_resident(**H01)
    supervisor = browser_of(employed("supervisor"))

    assert "髙● 𠮷●" in text_of(opened(supervisor, resident))


def test_a_role_that_was_taken_away_opens_nothing(clerk):
    residents.give_role("counter@genkan.example", None, person=None, now=clock.now())

    assert clerk.get(SEARCH).status_code == 403


def test_staff_do_not_open_their_own_record_nor_one_of_their_home():
    """H26: two identities; refused, and somebody else reviews it."""
    own = a_resident(with_account=True, **H01)
    at_home = a_resident(**H02)
    elsewhere = a_resident(address=None)
    clerk = browser_of(employed("counter", person=own))

    answers = [clerk.post(f"{SEARCH}{one}/open", VISIT) for one in (own, at_home, elsewhere)]

    assert [one.status_code for one in answers] == [403, 403, 303]
    assert events(own) == events(at_home) == ["resident.look_up_refused"]
    assert clerk.get(f"{SEARCH}{own}/").headers["Location"] == f"{SEARCH}{own}/open"
    assert sorted(LookupAlertRow.objects.values_list("kind", "resident")) == sorted(
        [("close", own), ("close", at_home)]
    )


@pytest.mark.parametrize(("language", "words"), [("ja", "住民を探す"), ("en", "Find a resident")])
def test_the_page_is_in_the_language_of_the_member_of_staff(clerk, language, words):
    clerk.cookies["django_language"] = language
    account = Account.objects.get(email="counter@genkan.example")
    UserProfile.objects.create(user=account, preferred_language=language)

    assert re.search(words, text_of(clerk.get(SEARCH)))


def test_staff_do_not_open_the_record_of_somebody_they_act_for():
    own, ward = a_resident(address=None), a_resident(birthdate="2020-04-01")
    a_right(ward, own)
    clerk = browser_of(employed("counter", person=own))

    assert clerk.post(f"{SEARCH}{ward}/open", VISIT).status_code == 403
    assert "resident.look_up_refused" in events(ward)


def test_what_is_typed_and_found_is_in_no_log_and_no_address(clerk, caplog):
    resident = a_resident(with_account=True, **H01)

    answers = [
        search(clerk, name="髙橋", kana="タカハシ", birthdate="1971-03-09"),
        search(clerk, email=f"{resident.hex}@resident.example"),
        clerk.post(f"{SEARCH}{resident}/open", VISIT | {"note": "髙橋 𠮷男"}),
        clerk.post(f"{SEARCH}{resident}/unmask/name", WHY),
        clerk.post(f"{SEARCH}{resident}/unmask/phone", WHY),
    ]

    said = caplog.text + "".join(one.headers.get("Location", "") for one in answers)
    typed = ["髙橋", "タカハシ", "1971-03-09", "@resident.example"]
    assert not any(text in said for text in typed)
