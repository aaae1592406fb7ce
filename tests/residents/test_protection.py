"""Protected addresses: four eyes set it, four eyes lift it, and it is obeyed at once."""

import json
from datetime import timedelta

import pytest
from click.testing import CliRunner
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction

from genkan.kernel.ids import AccountId, ResidentId, new_id
from genkan.residents import api as residents
from genkan.residents.models import Account, ProtectionRow
from genkan.site.cli import cli
from tests.builders import DAY, MOMENT, NOON, a_resident, at_once, events

pytestmark = pytest.mark.django_db
UNTIL = NOON + 365 * DAY


def a_clerk() -> AccountId:
    address = f"{new_id().hex}@office.example"
    return residents.open_staff_account(address, make_password(None), now=NOON)


def ask(resident, by, *, note="裁判所の保護命令", begins=NOON, ends=UNTIL, now=NOON):
    return residents.request_protection(
        resident, by=by, note=note, begins_at=begins, ends_at=ends, now=now
    )


def protect(resident, *, until=UNTIL, now=NOON):
    request = ask(resident, a_clerk(), ends=until, now=now)
    residents.approve_protection(request, by=a_clerk(), now=now)
    return resident


@pytest.fixture
def resident():
    return a_resident()


def test_two_people_protect_an_address(resident):
    request = ask(resident, a_clerk())
    assert not residents.is_protected(resident, NOON)
    assert residents.protection_of(resident).pending.id == request

    residents.approve_protection(request, by=a_clerk(), now=NOON)

    assert residents.is_protected(resident, NOON)
    assert residents.is_protected(resident, UNTIL - MOMENT)
    assert not residents.is_protected(resident, UNTIL)
    assert events(resident) == [
        "residents.protection_approved",
        "residents.protection_requested",
    ]


def test_who_asked_cannot_decide(resident):
    clerk = a_clerk()
    request = ask(resident, clerk)

    for decide in (residents.approve_protection, residents.decline_request):
        with pytest.raises(residents.SecondPersonNeeded):
            decide(request, by=clerk, now=NOON)
    assert not residents.is_protected(resident, NOON)


def test_the_database_refuses_one_person_in_both_places(resident):
    clerk = a_clerk()
    ask(resident, clerk)

    with pytest.raises(IntegrityError, match="four_eyes"), transaction.atomic():
        ProtectionRow.objects.update(decided_by=clerk, decided_at=NOON, approved=True)


@pytest.mark.parametrize("missing", ["decided_by", "decided_at"])
def test_the_database_refuses_half_a_decision(resident, missing):
    ask(resident, a_clerk())
    decision = {"decided_by": a_clerk(), "decided_at": NOON, "approved": True}

    with pytest.raises(IntegrityError, match="four_eyes"), transaction.atomic():
        ProtectionRow.objects.update(**decision | {missing: None})


def test_two_people_lift_it_and_the_one_who_asked_is_not_enough(resident):
    protect(resident)
    clerk = a_clerk()
    request = residents.request_lifting(resident, by=clerk, note="本人の申出", now=NOON)
    with pytest.raises(residents.SecondPersonNeeded):
        residents.approve_lifting(request, by=clerk, now=NOON)
    assert residents.is_protected(resident, NOON)

    residents.approve_lifting(request, by=a_clerk(), now=NOON)

    assert not residents.is_protected(resident, NOON)
    assert events(resident)[-1] == "residents.protection_requested"
    assert "residents.protection_lifted" in events(resident)


def test_a_request_to_lift_is_not_approved_as_one_to_protect(resident):
    protect(resident)
    lifting = residents.request_lifting(resident, by=a_clerk(), note="本人の申出", now=NOON)

    with pytest.raises(residents.RequestDecided):
        residents.approve_protection(lifting, by=a_clerk(), now=NOON)
    assert residents.is_protected(resident, NOON)


def test_a_further_protection_lengthens_and_never_shortens(resident):
    protect(resident)
    protect(resident, until=NOON + DAY)
    assert residents.is_protected(resident, UNTIL - MOMENT)

    protect(resident, until=UNTIL + DAY)
    assert residents.is_protected(resident, UNTIL)


def test_it_holds_from_the_approval_on_even_where_the_paper_begins_later(resident):
    request = ask(resident, a_clerk(), begins=NOON + 5 * DAY)
    residents.approve_protection(request, by=a_clerk(), now=NOON)

    assert residents.is_protected(resident, NOON)


def test_a_second_decision_is_refused(resident):
    request = ask(resident, a_clerk())
    residents.decline_request(request, by=a_clerk(), now=NOON)

    with pytest.raises(residents.RequestDecided):
        residents.approve_protection(request, by=a_clerk(), now=NOON)
    assert not residents.is_protected(resident, NOON)
    assert "residents.protection_declined" in events(resident)
    assert ask(resident, a_clerk())


def test_one_request_waits_at_a_time(resident):
    ask(resident, a_clerk())

    with pytest.raises(residents.RequestPending):
        ask(resident, a_clerk())


@pytest.mark.parametrize(
    ("wrong", "refusal", "field"),
    [
        ({"note": "  "}, residents.EvidenceMissing, "note"),
        ({"note": "あ" * 2_001}, residents.EvidenceMissing, "note"),
        ({"note": "a\0b"}, residents.EvidenceMissing, "note"),
        ({"ends": NOON}, residents.ProtectionPeriod, "ends_at"),
        ({"begins": UNTIL, "ends": UNTIL}, residents.ProtectionPeriod, "ends_at"),
        ({"begins": NOON - 9 * DAY, "ends": NOON - DAY}, residents.ProtectionPeriod, "ends_at"),
    ],
    ids=["no note", "long note", "zero byte", "ends now", "no length", "over already"],
)
def test_a_faulty_request_names_its_field(resident, wrong, refusal, field):
    with pytest.raises(refusal) as refused:
        ask(resident, a_clerk(), **wrong)
    assert refused.value.field == field
    assert residents.protection_history(resident) == []


def test_nothing_is_lifted_that_is_not_there(resident):
    with pytest.raises(residents.NotProtected):
        residents.request_lifting(resident, by=a_clerk(), note="本人の申出", now=NOON)


def test_only_staff_that_may_sign_in_asks_or_decides(resident):
    stranger, left = AccountId(new_id()), a_clerk()
    Account.objects.filter(pk=left).update(is_active=False)
    request = ask(resident, a_clerk())

    for who in (stranger, left):
        with pytest.raises(residents.NotStaff):
            ask(a_resident(), who)
        with pytest.raises(residents.NotStaff):
            residents.approve_protection(request, by=who, now=NOON)


def test_nobody_has_no_address():
    with pytest.raises(residents.NotAResident):
        ask(ResidentId(new_id()), a_clerk())
    with pytest.raises(residents.NotAResident):
        residents.protection_of(ResidentId(new_id()))


def test_requests_that_wait_are_listed_oldest_first(resident):
    later = ask(a_resident(), a_clerk(), now=NOON + timedelta(minutes=1))
    first = ask(resident, a_clerk())

    assert [one.id for one in residents.waiting_requests()] == [first, later]


def test_a_representative_sees_neither_the_place_nor_that_it_is_hidden():
    """H14: the former partner may hold a valid record as a guardian."""
    protected, houseless = a_resident(phone="072-674-7111"), a_resident(address=None)
    protect(protected)
    representative = a_resident()

    seen, other = (
        residents.profile_seen_by(representative, one, now=NOON) for one in (protected, houseless)
    )

    assert seen.values.keys() == other.values.keys()
    assert seen.protected_until is None
    assert "address" in residents.profile_seen_by(protected, protected, now=NOON).values


@pytest.mark.django_db(transaction=True)
def test_of_two_decisions_at_once_one_counts():
    resident = a_resident()
    request = ask(resident, a_clerk())
    one, other = a_clerk(), a_clerk()

    answers = at_once(
        lambda: residents.approve_protection(request, by=one, now=NOON),
        lambda: residents.decline_request(request, by=other, now=NOON),
    )

    assert [type(answer).__name__ for answer in answers].count("RequestDecided") == 1
    assert len(events(resident)) == 2


@pytest.mark.django_db(transaction=True)
def test_of_two_requests_at_once_one_waits():
    resident = a_resident()
    clerks = [a_clerk(), a_clerk()]

    answers = at_once(*(lambda by=by: ask(resident, by) for by in clerks))

    assert [type(answer).__name__ for answer in answers].count("RequestPending") == 1


@pytest.mark.django_db(transaction=True)
class TestCommands:
    def facts(self, *words):
        answer = CliRunner().invoke(cli, ["resident", "protect", *words, "--json"])
        assert answer.exit_code == 0, answer.output
        return json.loads(answer.output)

    def clerk(self, name):
        residents.open_staff_account(f"{name}@office.example", make_password(None), now=NOON)
        return f"{name}@office.example"

    def test_the_whole_way(self):
        resident = str(a_resident())
        one, other = self.clerk("one"), self.clerk("other")
        words = ["--by", one, "--note", "相談機関の意見"]

        asked = self.facts("request", resident, *words, "--until", "2099-03-31")["request"]
        assert self.facts("waiting")["requests"][0]["request"] == asked
        self.facts("approve", asked, "--by", other)
        standing = self.facts("status", resident)
        assert standing["protected"] is True
        assert standing["protected_until"].startswith("2099-03-31 15:00")
        assert "中之島" not in str(standing)

        lifting = self.facts("lift", resident, *words)["request"]
        self.facts("decline", lifting, "--by", other)
        lifting = self.facts("lift", resident, *words)["request"]
        self.facts("approve-lifting", lifting, "--by", other)
        assert self.facts("status", resident)["protected"] is False

    def test_one_person_is_refused_with_the_name_of_the_rule(self):
        one = self.clerk("one")
        note = ["--note", "x", "--until", "2099-03-31"]
        asked = self.facts("request", str(a_resident()), "--by", one, *note)["request"]

        words = ["resident", "protect", "approve", asked, "--by", one]
        answer = CliRunner().invoke(cli, words)

        assert answer.exit_code == 1
        assert "residents.second_person_needed" in answer.output
