"""A resident's own data: seen, corrected, with its history."""

from datetime import timedelta

import pytest

from genkan.kernel import clock
from genkan.kernel.ids import ResidentId
from genkan.residents import api as residents
from genkan.residents.models import ResidentRow, ValueRow
from genkan.residents.service import profile
from tests.residents.conftest import H01, Person, events

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def id_(resident):
    return ResidentId(ResidentRow.objects.get().pk)


def text(answer):
    return answer.content.decode()


def test_profile_shows_each_value_with_its_origin(resident):
    page = text(resident.get("/profile"))

    assert H01["name"] in page
    assert "〒560-0003 大阪府豊中市東豊中町三丁目999番地" in page
    assert resident.email in page


def test_verified_address_is_a_verified_value(resident, id_):
    values = residents.profile_of(id_).values

    assert values["email"].content == resident.email
    assert values["email"].verified
    assert not values["name"].verified
    assert values["name"].origin == "self_declared"


def test_correction_opens_a_value_where_the_old_one_ends(resident, id_):
    answer = resident.post("/profile/name", {"name": "髙橋 𠮷雄"})

    assert answer.headers["Location"] == "/profile"
    assert residents.profile_of(id_).content("name") == {"full": "髙橋 𠮷雄"}
    (past,) = residents.past_values_of(id_)
    assert past.content["full"] == H01["name"]
    new = ValueRow.objects.get(item="name", valid_to__isnull=True)
    assert past.until == new.valid_from
    assert H01["name"] in text(resident.get("/profile"))
    assert events(id_)[0] == "resident.values_changed"


def test_correction_that_looked_at_the_clock_first_and_came_second_still_counts(resident, id_):
    now = clock.now()
    profile.change_values(id_, {"phone": "06-1111-1111"}, now=now)

    profile.change_values(id_, {"phone": "06-2222-2222"}, now=now - timedelta(seconds=1))

    assert residents.profile_of(id_).content("phone") == "06-2222-2222"
    (past,) = residents.past_values_of(id_)
    assert past.as_of == past.until == now


def test_ledger_names_the_item_and_never_the_value(resident, id_):
    resident.post("/profile/phone", {"phone": "06-1234-5678"})

    from genkan.ledger import api as ledger

    entry = ledger.entries_of(id_)[0].entry
    assert entry.facts == {"items": ["phone"]}


def test_same_value_again_changes_nothing(resident, id_):
    resident.post("/profile/birthdate", {"birthdate": "昭和46年3月9日"})

    assert residents.past_values_of(id_) == []
    assert events(id_) == ["resident.id_issued"]


def test_optional_value_can_be_taken_back(resident, id_):
    resident.post("/profile/phone", {"phone": "06-1234-5678"})
    resident.post("/profile/phone", {"phone": ""})

    assert "phone" not in residents.profile_of(id_).values
    assert [past.content for past in residents.past_values_of(id_)] == ["06-1234-5678"]


@pytest.mark.parametrize("item", ["name", "name_kana", "birthdate", "sex", "address", "phone"])
def test_form_of_each_item_begins_with_what_is_held(resident, item):
    page = resident.get(f"/profile/{item}")

    assert page.status_code == 200
    if item == "address":
        assert 'value="560-0003"' in text(page)


def test_bad_correction_is_told_and_changes_nothing(resident, id_):
    answer = resident.post("/profile/birthdate", {"birthdate": "3000-01-01"})

    assert answer.status_code == 422
    assert 'value="3000-01-01"' in text(answer)
    assert residents.past_values_of(id_) == []


@pytest.mark.parametrize("item", ["email", "nothing", "name\0", "../name"])
def test_what_cannot_be_changed_is_not_found(resident, item):
    assert resident.get(f"/profile/{item}").status_code == 404


def test_postal_code_button_works_without_a_script(person):
    person.sign_up()
    person.verify()
    person.accept()
    typed = H01 | {"municipality": "", "town": "", "action": "fill_address"}

    answer = person.post("/register/profile", typed)

    assert answer.status_code == 200
    assert 'value="豊中市"' in text(answer)
    assert f'value="{H01["name"]}"' in text(answer)
    assert not ValueRow.objects.exists()


def test_postal_code_button_works_with_htmx(person):
    person.sign_up()
    person.verify()
    typed = H01 | {"municipality": "", "town": ""}

    answer = person.post("/postal-code", typed, headers={"HX-Request": "true"})

    assert answer.status_code == 200
    assert 'value="豊中市"' in text(answer)
    assert "<html" not in text(answer)


def test_postal_code_is_answered_as_data(resident):
    answer = resident.get("/postal-code?code=560-0003")

    assert [place["town"] for place in answer.json()["places"]] == ["東豊中町"]
    assert resident.get("/postal-code?code=x").status_code == 422
    assert resident.get("/postal-code?code=9999999").json() == {"places": []}


def test_look_alike_character_is_pointed_out_and_kept(person):
    person.sign_up()
    person.verify()
    person.accept()
    asked = person.fill(name="⼤島 一", family_name="", given_name="")

    assert asked.status_code == 422
    assert "大島 一" in text(asked)
    person.fill(name="⼤島 一", family_name="", given_name="", radicals_name="keep")
    person.confirm()
    held = residents.profile_of(ResidentId(ResidentRow.objects.get().pk)).content("name")
    assert held["full"] == "⼤島 一"


def test_converted_kana_is_shown_beside_what_was_typed(person):
    person.sign_up()
    person.verify()
    person.accept()
    person.fill(name_kana="たかはし よしお")

    page = text(person.get("/register/confirm"))
    assert "たかはし よしお" in page
    assert "タカハシ ヨシオ" in page


class TestInterests:
    def test_picks_are_kept_and_can_be_changed(self, resident, id_):
        resident.post("/interests", {"interests": ["childcare", "disaster"]})
        assert residents.interests_of(id_) == {"childcare", "disaster"}
        assert text(resident.get("/interests")).count("checked") == 2

        resident.post("/interests", {"interests": ["transport"]})
        assert residents.interests_of(id_) == {"transport"}

        resident.post("/interests", {})
        assert residents.interests_of(id_) == frozenset()

    def test_skipping_twice_leaves_a_working_account(self, resident):
        for _ in range(2):
            assert resident.post("/interests", {"decision": "skip"}).headers["Location"] == "/"
        assert resident.get("/profile").status_code == 200

    def test_skipping_keeps_earlier_picks(self, resident, id_):
        resident.post("/interests", {"interests": ["childcare"]})
        resident.post("/interests", {"decision": "skip", "interests": ["transport"]})

        assert residents.interests_of(id_) == {"childcare"}

    @pytest.mark.parametrize("pick", ["nothing", "childcare\0", "x" * 10_000])
    def test_unknown_interest_is_refused(self, resident, id_, pick):
        answer = resident.post("/interests", {"interests": ["childcare", pick]})

        assert answer.status_code == 422
        assert residents.interests_of(id_) == frozenset()


def test_closed_id_changes_nothing(resident, id_):
    ResidentRow.objects.filter(pk=id_).update(state="closed")

    assert resident.post("/profile/phone", {"phone": "06-1234-5678"}).status_code == 403
    assert "phone" not in residents.profile_of(id_).values


def test_a_person_sees_their_own_data_only(resident, id_):
    other = Person("other@resident.example")
    other.register(name="別 人", family_name="", given_name="")
    other.post("/profile/phone", {"phone": "06-9999-9999"})

    assert "phone" not in residents.profile_of(id_).values
    assert H01["name"] not in text(other.get("/profile"))


def test_anonymous_people_are_sent_to_sign_in_and_come_back(person):
    answer = person.get("/profile")

    assert answer.headers["Location"] == "/accounts/login/?next=%2Fprofile"


def test_a_protected_address_is_shown_only_when_asked_for(resident, id_):
    resident.post("/profile/phone", {"phone": "06-6941-0351"})
    resident.post("/profile/address", H01 | {"street": "四丁目999番地"})
    told = ("東豊中町", "三丁目999", "四丁目999", "06-6941")
    assert all(part in text(resident.get("/profile")) for part in told)

    ResidentRow.objects.filter(pk=id_).update(protected_until=clock.now() + timedelta(days=1))

    for page in ("/profile", "/profile/address", "/profile/phone", "/"):
        shown = text(resident.get(page))
        assert not [part for part in told if part in shown], page
    for page in ("/profile", "/"):
        assert "どのサービスにも送りません" in text(resident.get(page))
    assert all(part in text(resident.get("/profile?show=all")) for part in told)
