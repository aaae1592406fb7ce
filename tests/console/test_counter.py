"""A counter registers people without mail, and holds values against documents (A6, H18, H24)."""

import re
from datetime import timedelta
from html import unescape
from uuid import UUID

import pytest

from genkan.kernel import clock
from genkan.ledger import api as ledger
from genkan.residents import api as residents
from genkan.residents.domain.counter import AtCounter
from genkan.residents.models import CheckRow, ResidentRow
from genkan.terms import api as terms
from genkan.terms.models import AcceptanceRow
from tests.builders import NOON, a_resident, at_once, entry, events
from tests.console.conftest import browser_of, text_of
from tests.console.test_desk import H01, SEARCH, VISIT, employed, opened, search

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

REGISTER = f"{SEARCH}register"
PERSON = "3f1f8a52-64bb-4a39-9b5e-d2f3f2b2a018"
H18 = {
    "name": "田所 ツル",
    "family_name": "田所",
    "given_name": "ツル",
    "name_kana": "たどころ つる",
    "family_kana": "",
    "given_kana": "",
    "birthdate": "昭和13年9月1日",
    "sex": "2",
    "postal_code": "563-0341",
    "prefecture": "大阪府",
    "municipality": "豊能郡能勢町",
    "town": "宿野",
    "street": "9999番地",
    "building": "",
    "phone": "",
    "document": "resident_register",
    "document_note": "",
    "ui_locale": "ja",
    "person": PERSON,
}


@pytest.fixture
def clerk():
    a_resident()  # so that there are terms
    return browser_of(employed("counter"))


def shown(page):
    """The sealed note of what was read out, as the page carries it."""
    return unescape(re.search(r'name="shown" value="([^"]+)"', page.content.decode())[1])


def register(client, **changes):
    """Walk through both pages; return the answer to the second."""
    typed = H18 | changes
    page = client.post(REGISTER, {**typed, "step": "check"})
    assert page.status_code == 200, text_of(page)
    return client.post(REGISTER, {**typed, "step": "issue", "shown": shown(page), "accept": "on"})


def test_h18_gets_an_id_without_mail_and_a_slip_with_a_code(clerk):
    done = register(clerk)
    slip = clerk.get(done.headers["Location"])

    assert done.headers["Location"] == f"{SEARCH}{PERSON}/slip"
    held = residents.profile_of(UUID(PERSON))
    assert held.content("name")["full"] == "田所 ツル"
    assert (held.values["address"].origin, held.values["address"].verified) == ("counter", True)
    assert "email" not in held.values
    assert AcceptanceRow.objects.get(person=PERSON).method == "counter"
    told = entry(UUID(PERSON), "resident.id_issued")
    assert told.actor.kind == "operator"
    assert told.facts["document"] == "resident_register"
    assert "<svg" in slip.content.decode()
    assert "田● ツ●" in text_of(slip)
    assert "田所" not in text_of(slip)
    assert "田● ツ●" in text_of(search(clerk, name="田所"))


def test_a_birth_date_may_lack_its_day_at_the_counter(clerk):
    register(clerk, birthdate="昭和13年9月")

    assert residents.profile_of(UUID(PERSON)).content("birthdate") == "1938-09"


def test_no_id_without_the_terms_accepted(clerk):
    page = clerk.post(REGISTER, {**H18, "step": "check"})
    refused = clerk.post(REGISTER, {**H18, "step": "issue", "shown": shown(page)})
    forged = clerk.post(REGISTER, {**H18, "step": "issue", "shown": "x", "accept": "on"})

    assert [refused.status_code, forged.status_code] == [422, 422]
    assert not ResidentRow.objects.filter(pk=PERSON).exists()


@pytest.mark.parametrize(
    "field", ["name", "name_kana", "birthdate", "street", "document", "ui_locale", "person"]
)
def test_what_is_missing_is_told_and_nothing_typed_is_lost(clerk, field):
    answer = clerk.post(REGISTER, {**H18, field: "", "step": "check"})

    assert answer.status_code == 422
    assert "豊能郡能勢町" in answer.content.decode()
    assert not ResidentRow.objects.filter(pk=PERSON).exists()


def test_a_form_sent_twice_registers_one_person(clerk):
    first, again = register(clerk), register(clerk)

    assert first.headers["Location"] == again.headers["Location"]
    assert ResidentRow.objects.filter(pk=PERSON).count() == 1
    assert AcceptanceRow.objects.filter(person=PERSON).count() == 1


def test_somebody_alike_is_shown_masked_and_the_registration_goes_through(clerk):
    """H24: flagged to staff, never merged."""
    other = a_resident(name={"full": "田所 ツル"}, birthdate="1938-09-01")

    page = text_of(clerk.post(REGISTER, {**H18, "step": "check"}))
    register(clerk)

    assert "氏名と生年月日が同じ方" in page
    assert str(other)[:8] in page
    assert "大阪府大阪市北区●●●" in page
    assert "中之島" not in page
    assert residents.profile_of(other).content("address")["town"] == "中之島"
    assert ResidentRow.objects.filter(pk__in=[other, PERSON]).count() == 2


def test_whoever_registers_twice_at_the_counter_is_a_case_until_a_value_is_corrected(clerk):
    register(clerk)
    second = "3f1f8a52-64bb-4a39-9b5e-d2f3f2b2a019"
    register(clerk, person=second)
    cases = residents.duplicates()

    typed = {**SEEN, "decision": "correct", "birthdate": "1938-09-02"}
    clerk.post(f"{SEARCH}{second}/check/birthdate", typed)

    assert len(cases) == 1
    assert residents.duplicates() == []


def at_counter():
    version = terms.current(clock.now())
    text = terms.text(version, "ja")
    return AtCounter(
        id=UUID(PERSON),
        values={"name": {"full": "田所 ツル"}, "birthdate": "1938-09-01"},
        seen=residents.Seen(document=residents.Document.PASSPORT),
        ui_locale="ja",
        terms=version.id,
        locale=text.locale,
        text_hash=text.sha256,
    )


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_register_one_person():
    a_resident()
    clerk, person = employed("counter"), at_counter()

    def click():
        return residents.register_at_counter(clerk.pk, person, now=clock.now())

    assert at_once(click, click) == [UUID(PERSON)] * 2
    assert [one.entry.event for one in ledger.entries_of(UUID(PERSON))] == ["resident.id_issued"]


SEEN = {"document": "driving_licence", "document_note": "2030年まで"}


def test_a_value_that_a_document_bears_out_changes_its_origin_and_keeps_its_history(clerk):
    resident = a_resident(**H01)
    opened(clerk, resident)
    address = f"{SEARCH}{resident}/check/name"

    assert "髙橋" not in clerk.get(address).content.decode()
    done = clerk.post(address, {**SEEN, "decision": "stands"})

    assert done.headers["Location"] == f"{SEARCH}{resident}/"
    value = residents.profile_of(resident).values["name"]
    assert (value.content["full"], value.origin, value.verified) == ("髙橋 𠮷男", "counter", True)
    assert [one.origin for one in residents.past_values_of(resident)] == ["self_declared"]
    assert events(resident) == ["resident.looked_up", "resident.values_checked"]
    assert CheckRow.objects.get().items == ["name"]
    assert "髙● 𠮷●" in text_of(search(clerk, name="高橋"))


def test_a_value_is_corrected_by_a_document_and_the_former_one_stays_in_the_history(clerk):
    resident = a_resident(**H01)
    opened(clerk, resident)
    typed = {
        **SEEN,
        "decision": "correct",
        "name": "渡辺 𠮷男",
        "family_name": "",
        "given_name": "",
    }

    clerk.post(f"{SEARCH}{resident}/check/name", typed)

    assert residents.profile_of(resident).content("name") == {"full": "渡辺 𠮷男"}
    assert residents.past_values_of(resident)[0].content["full"] == "髙橋 𠮷男"
    assert "resident.values_corrected" in events(resident)


@pytest.mark.parametrize(
    ("item", "typed", "status"),
    [
        ("name", {"decision": "stands"}, 422),
        ("name", {"decision": "correct", "name": "", **SEEN}, 422),
        ("email", {"decision": "stands", **SEEN}, 404),
        ("name_kana", {"decision": "correct", "name_kana": "漢字", **SEEN}, 422),
    ],
    ids=str,
)
def test_a_check_without_document_or_with_nonsense_changes_nothing(clerk, item, typed, status):
    resident = a_resident(**H01)
    opened(clerk, resident)

    assert clerk.post(f"{SEARCH}{resident}/check/{item}", typed).status_code == status
    assert events(resident) == ["resident.looked_up"]


def test_what_is_not_held_cannot_stand(clerk):
    resident = a_resident(**(H01 | {"sex": None}))
    opened(clerk, resident)
    answer = clerk.post(f"{SEARCH}{resident}/check/sex", {**SEEN, "decision": "stands"})

    assert answer.status_code == 404


@pytest.mark.parametrize("page", ["register", f"{PERSON}/slip", f"{PERSON}/check/name"])
def test_registration_and_checks_are_closed_to_staff_without_a_role(page):
    assert browser_of(employed(None)).get(SEARCH + page).status_code == 403


def test_a_check_needs_an_open_record():
    account, resident = employed("counter").pk, a_resident(**H01)
    seen = residents.Seen(document=residents.Document.PASSPORT)
    because = residents.Because(reason=residents.LookupReason.VISIT)
    residents.open_record(account, resident, because, now=NOON)

    with pytest.raises(residents.NotOpened):
        residents.check_values(
            account, resident, {"name": None}, seen, now=NOON + timedelta(minutes=30)
        )


def test_a_protected_address_shows_not_even_its_municipality(clerk):
    """支援措置 (A9): neither the list nor the record says where somebody lives."""
    resident, now = a_resident(**H01), clock.now()
    ask, decide = employed("counter"), employed("supervisor")
    request = residents.request_protection(
        resident,
        by=ask.pk,
        note="支援措置申出書",
        begins_at=now,
        ends_at=now + timedelta(days=300),
        now=now,
    )
    residents.approve_protection(request, by=decide.pk, now=now)

    listed, page = text_of(search(clerk, name="高橋")), text_of(opened(clerk, resident))

    assert "髙● 𠮷●" in listed
    assert "大阪市" not in listed + page
    assert "住所が保護されています" in page
    assert clerk.post(f"{SEARCH}{resident}/open", VISIT).status_code == 303
