"""A protected address is read by two people's word, once, and everybody can see it (A9, H14)."""

import re
from datetime import timedelta
from functools import partial

import pytest
from django.db import connection

from genkan.kernel import clock
from genkan.residents import api as residents
from genkan.residents.domain.unmasking import READ_WITHIN, WAITS_FOR
from genkan.residents.models import Account, LookupAlertRow
from genkan.residents.service import unmasking
from tests.builders import a_member_of_staff, a_resident, at_once, entry, events
from tests.console.conftest import browser_of, text_of
from tests.console.test_desk import SEARCH, VISIT, WHY, employed, opened, search

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]  # Wagtail's templates
HOME = {
    "postal_code": "569-0067",
    "prefecture": "大阪府",
    "municipality": "高槻市",
    "lg_code": "272078",
    "town": "桃園町",
    "street": "9999番",
    "building": None,
    "full": "大阪府高槻市桃園町9999番",
}
PLACES = ("高槻市", "桃園町", "272078", "569-0067")
WAITING = f"{SEARCH}unmaskings/"


@pytest.fixture
def resident():
    """H14: somebody whose address is protected."""
    found, now = a_resident(with_account=True, address=HOME), clock.now()
    first, second = a_member_of_staff(), a_member_of_staff()
    asked = residents.request_protection(
        found,
        by=first,
        note="支援措置申出書",
        begins_at=now,
        ends_at=now + timedelta(days=200),
        now=now,
    )
    residents.approve_protection(asked, by=second, now=now)
    return found


@pytest.fixture
def clerk(resident):
    client = browser_of(employed("counter"))
    opened(client, resident)
    return client


@pytest.fixture
def colleague():
    return browser_of(employed("supervisor"))


def path_of(resident):
    return f"{SEARCH}{resident}/unmask/address"


def ask(clerk, resident):
    answer = clerk.post(path_of(resident), WHY)
    assert answer.status_code == 303, text_of(answer)


def decide(client, decision="approve"):
    (address,) = re.findall(
        r'action="([^"]*/unmaskings/[^"]*)"', client.get(WAITING).content.decode()
    )
    return client.post(address, {"decision": decision})


def look(clerk, resident):
    return clerk.post(path_of(resident), {"show": "yes"})


def tells_a_place(answer):
    return [place for place in PLACES if place in text_of(answer)]


def test_h14_a_look_needs_a_second_person_and_is_good_once(clerk, colleague, resident):
    ask(clerk, resident)
    assert not tells_a_place(clerk.get(path_of(resident)))
    assert look(clerk, resident).status_code == 403

    assert decide(colleague).status_code == 303
    assert "桃園町" in text_of(look(clerk, resident))

    assert look(clerk, resident).status_code == 403
    assert [one for one in events(resident) if "unmask" in one] == [
        "resident.unmasked",
        "residents.unmasking_approved",
        "residents.unmasking_asked",
    ]
    facts = entry(resident, "resident.unmasked").facts
    assert facts["approval"] == entry(resident, "residents.unmasking_approved").facts["approval"]
    assert (facts["items"], facts["reason"]) == (["address"], "visit")


def test_h14_nobody_agrees_to_their_own_look(clerk, resident):
    ask(clerk, resident)
    page = clerk.get(WAITING).content.decode()
    assert "/decide" not in page
    (asked, _email), *_ = residents.waiting_unmaskings(now=clock.now())

    assert clerk.post(f"{WAITING}{asked.id}", {"decision": "approve"}).status_code == 403
    assert look(clerk, resident).status_code == 403


def test_h14_a_supervisor_alone_reads_it_no_more_than_anybody(colleague, resident):
    opened(colleague, resident)

    assert colleague.post(path_of(resident), WHY).status_code == 303
    assert look(colleague, resident).status_code == 403


def test_h14_a_refused_look_shows_nothing(clerk, colleague, resident):
    ask(clerk, resident)
    decide(colleague, "decline")

    assert look(clerk, resident).status_code == 403
    assert "residents.unmasking_declined" in events(resident)


def test_h14_a_yes_is_for_one_person_and_one_value(clerk, colleague, resident):
    other = browser_of(employed("supervisor"))
    ask(clerk, resident)
    decide(colleague)
    opened(other, resident)

    assert look(other, resident).status_code == 422, "they are asked why, as anybody"
    assert "桃園町" in text_of(look(clerk, resident))


@pytest.mark.parametrize(
    ("waited", "read_after", "is_read"),
    [
        (timedelta(), timedelta(), True),
        (WAITS_FOR - timedelta(seconds=1), timedelta(), True),
        (WAITS_FOR, timedelta(), False),
        (timedelta(), READ_WITHIN - timedelta(seconds=1), True),
        (timedelta(), READ_WITHIN, False),
    ],
    ids=str,
)
def test_h14_a_request_and_a_yes_run_out(resident, waited, read_after, is_read):
    first, second, now = a_member_of_staff(), a_member_of_staff(), clock.now()
    because = residents.Because(reason=residents.LookupReason.VISIT, note="case 12")
    open_later = now + waited
    for email, account in (("counter", first), ("supervisor", second)):
        give_role(account, email, now)
    residents.open_record(first, resident, because, now=now)
    asked = residents.ask_unmasking(first, resident, "address", because, now=now)
    residents.open_record(first, resident, because, now=open_later)
    if waited >= WAITS_FOR:
        with pytest.raises(residents.RequestDecided):
            residents.decide_unmasking(asked.id, by=second, approved=True, now=open_later)
        return
    residents.decide_unmasking(asked.id, by=second, approved=True, now=open_later)
    later = open_later + read_after
    if is_read:
        value = residents.unmask(first, resident, "address", because, now=later)
        assert value.content["town"] == "桃園町"
    else:
        with pytest.raises(residents.ApprovalNeeded):
            residents.unmask(first, resident, "address", because, now=later)


def give_role(account, role, now):

    email = Account.objects.get(pk=account).email
    residents.give_role(email, residents.StaffRole(role), person=None, now=now)


def test_h14_no_page_of_staff_tells_a_place(clerk, colleague, resident):
    name = residents.profile_of(resident).content("name")["full"]
    ask(clerk, resident)
    pages = [
        search(clerk, name=name),
        clerk.get(f"{SEARCH}{resident}/"),
        clerk.get(path_of(resident)),
        clerk.get(f"{SEARCH}{resident}/check/address"),
        clerk.get(f"{SEARCH}{resident}/slip"),
        clerk.get(f"{SEARCH}{resident}/interventions"),
        colleague.get(WAITING),
    ]

    assert [page.status_code for page in pages] == [200] * len(pages)
    assert [tells_a_place(page) for page in pages] == [[]] * len(pages)


def test_h26_who_lives_with_the_resident_agrees_to_no_look(clerk, resident):
    own = a_resident(with_account=True, address=HOME)
    close = browser_of(employed("supervisor", person=own))
    ask(clerk, resident)

    assert decide(close).status_code == 403
    assert look(clerk, resident).status_code == 403
    assert LookupAlertRow.objects.filter(kind="close", resident=resident).count() == 1
    assert "resident.look_up_refused" in events(resident)


def test_h26_a_neighbour_in_the_same_house_is_refused_and_reviewed():
    own = a_resident(with_account=True)
    home = residents.profile_of(own).content("address")
    next_door = a_resident(address=home | {"building": "玄関荘 999号室"})
    other_street = a_resident(address=home | {"street": "九丁目999番"})
    clerk = browser_of(employed("counter", person=own))

    answers = [clerk.post(f"{SEARCH}{one}/open", VISIT) for one in (next_door, other_street)]

    assert [one.status_code for one in answers] == [403, 303]
    assert list(LookupAlertRow.objects.values_list("kind", "resident")) == [("close", next_door)]


def test_h26_she_reads_of_looks_at_her_own_record_as_a_resident(clerk):
    own = a_resident(with_account=True)
    employed("supervisor", person=own)
    opened(clerk, own)

    assert events(own) == ["resident.looked_up"]


def test_h26_a_staff_account_browsing_fifty_records_in_an_hour_is_flagged_once():
    account, now = a_member_of_staff(), clock.now()
    give_role(account, "counter", now)
    because = residents.Because(reason=residents.LookupReason.VISIT)
    for number in range(50):
        at = now + timedelta(seconds=number * 70)
        residents.open_record(account, a_resident(), because, now=at)

    (alert,) = [one for one in residents.alerts() if one.account == account]
    assert (alert.kind, alert.count) == ("many", 31)


@pytest.mark.django_db(transaction=True)
def test_h14_of_two_looks_at_once_one_is_shown(resident):
    first, second, now = a_member_of_staff(), a_member_of_staff(), clock.now()
    give_role(first, "counter", now)
    give_role(second, "counter", now)
    because = residents.Because(reason=residents.LookupReason.VISIT, note="case 12")
    residents.open_record(first, resident, because, now=now)
    for _ in range(5):
        asked = residents.ask_unmasking(first, resident, "address", because, now=now)
        residents.decide_unmasking(asked.id, by=second, approved=True, now=now)

        look_now = partial(unmasking.unmask, first, resident, "address", because, now=now)
        answers = at_once(look_now, look_now)

        refused = [one for one in answers if isinstance(one, residents.ApprovalNeeded)]
        assert len(refused) == 1
        now += timedelta(seconds=1)
    connection.close()
