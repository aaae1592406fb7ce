"""Rights to act for somebody: recording, taking away, both sides of midnight, races."""

import json
from datetime import UTC, date, datetime
from threading import Event
from time import monotonic, sleep

import pytest
from click.testing import CliRunner
from django.db import transaction

from genkan.kernel.db import rows
from genkan.kernel.errors import NotFound
from genkan.kernel.ids import AccountId, ResidentId, new_id
from genkan.ledger import api as ledger
from genkan.residents import api as residents
from genkan.residents.models import Account, RepresentationRow, ResidentRow
from genkan.residents.population.shape import id_of
from genkan.site.cli import cli
from tests.builders import DAY, MOMENT, NOON, a_resident, at_once
from tests.guardians import a_right, staff

T0 = date(2026, 7, 15)
MIDNIGHT = datetime(2026, 7, 15, 15, 0, tzinfo=UTC)
"""0:00 of 16 July in Japan, when H16a is of age."""


@pytest.fixture
def child(db):
    return a_resident(birthdate="2014-12-03")


@pytest.fixture
def parent(db):
    return a_resident(birthdate="1983-09-27")


def may(representative, person, area=None, *, now=NOON):
    return residents.may_act_for(representative, person, area, now=now)


def test_a_parent_may_act_for_the_child_and_not_the_other_way_round(child, parent):
    a_right(child, parent)

    assert may(parent, child)
    assert may(parent, child, residents.Area.SERVICES)
    assert not may(child, parent)
    assert not may(a_resident(), child)


def test_a_scope_limits_what_may_be_done(child, parent):
    a_right(child, parent, scope=frozenset({residents.Area.HISTORY}))

    assert [may(parent, child, area) for area in residents.Area] == [False, True, False]


@pytest.mark.parametrize(
    ("now", "holds"), [(MIDNIGHT - MOMENT, True), (MIDNIGHT, False), (MIDNIGHT + DAY, False)]
)
def test_a_parents_right_ends_at_midnight_of_the_eighteenth_birthday(parent, now, holds):
    """H16: at 23:59:59 the guardian acts, at 0:00 no longer; no job has to run."""
    young = a_resident(birthdate="2008-07-16")
    a_right(young, parent)

    assert may(parent, young, now=now) is holds
    assert bool(residents.acts_for(parent, now=now)) is holds
    assert bool(residents.represented_by(young, now=now)) is holds


def test_an_adults_guardian_stays_whatever_the_age(parent):
    """H17."""
    wards = [a_resident(birthdate=born) for born in ("1944-02-02", "1940-12-12", "1952-03-03")]
    for ward in wards:
        a_right(ward, parent, role=residents.Role.ADULT_GUARDIAN)

    assert {one.person for one in residents.acts_for(parent, now=NOON)} == set(wards)


@pytest.mark.parametrize("born", ["2008", "2008-07", None])
def test_where_the_age_is_open_nobody_acts_and_the_counter_is_told(parent, born):
    person = a_resident(birthdate=born)
    right = a_right(person, parent)

    assert not may(parent, person)
    assert [one.id for one in residents.unclear_representations(now=NOON)] == [right]


def test_where_the_age_is_clear_the_counter_has_nothing_to_do(child, parent):
    a_right(child, parent)

    assert residents.unclear_representations(now=NOON) == []


@pytest.mark.parametrize("who", ["person", "representative"])
def test_a_right_does_not_outlive_an_id(child, parent, who):
    a_right(child, parent)
    closed = child if who == "person" else parent
    ResidentRow.objects.filter(pk=closed).update(state="closed")

    assert not may(parent, child)


def test_a_suspended_parent_does_not_act(child, parent):
    a_right(child, parent)
    ResidentRow.objects.filter(pk=parent).update(state="suspended")

    assert not may(parent, child)


def test_taking_a_right_away_works_at_once_and_tells_the_person_alone(child, parent):
    right = a_right(child, parent)

    residents.revoke_representation(right, by=staff(), because="court order 12", now=NOON)

    assert not may(parent, child)
    told = [one.entry for one in ledger.entries_of(child) if "representation" in one.entry.event]
    assert {one.event for one in told} == {
        "residents.representation_added",
        "residents.representation_revoked",
    }
    assert {one.actor.kind for one in told} == {"operator"}
    assert "court" not in str(told)
    assert [one.entry.event for one in ledger.entries_of(parent)] == ["resident.id_issued"]


def test_a_right_can_be_given_again_after_it_was_taken_away(child, parent):
    right = a_right(child, parent)
    residents.revoke_representation(right, by=None, because="by mistake", now=NOON)

    a_right(child, parent)

    assert may(parent, child)


def test_a_second_revocation_changes_nothing(child, parent):
    right = a_right(child, parent)
    residents.revoke_representation(right, by=None, because="first", now=NOON)

    with pytest.raises(residents.AlreadyRevoked):
        residents.revoke_representation(right, by=None, because="second", now=NOON + DAY)
    assert RepresentationRow.objects.get(pk=right).revoked_because == "first"


@pytest.mark.parametrize("reason", ["", "  ", "x" * 101, "a\x00b"], ids=range(4))
def test_a_revocation_needs_a_reason_that_can_be_kept(child, parent, reason):
    right = a_right(child, parent)

    with pytest.raises(residents.UnfitRepresentation) as refused:
        residents.revoke_representation(right, by=None, because=reason, now=NOON)
    assert refused.value.field == "reason"
    assert may(parent, child)


def test_what_does_not_exist_cannot_be_taken_away(db):
    nowhere = residents.RepresentationId(new_id())
    with pytest.raises(NotFound):
        residents.revoke_representation(nowhere, by=None, because="why", now=NOON)


def an_evidence(**changes):
    facts = {"kind": residents.EvidenceKind.COURT_DECISION, "checked_by": staff()}
    return residents.Evidence(**facts | changes)


UNFIT = {
    "person": lambda: {"person": ResidentId(new_id())},
    "representative": lambda: {"representative": ResidentId(new_id())},
    "scope": lambda: {"scope": frozenset()},
    "ends_at": lambda: {"ends_at": NOON},
    "role": lambda: {"person": a_resident(birthdate="1990-04-01")},
    "evidence": lambda: {"evidence": an_evidence(kind=residents.EvidenceKind.SYNTHETIC)},
    "note": lambda: {"evidence": an_evidence(note="x" * 101)},
    "checked_by": lambda: {"evidence": an_evidence(checked_by=None)},
}


@pytest.mark.parametrize("field", UNFIT)
def test_what_cannot_be_is_refused_by_name_and_nothing_is_written(child, parent, field):
    with pytest.raises(residents.UnfitRepresentation) as refused:
        a_right(**{"person": child, "representative": parent} | UNFIT[field]())

    assert refused.value.field == field
    assert RepresentationRow.objects.count() == 0


def test_an_account_that_is_not_staffs_checks_nothing(child, parent):
    account = Account.objects.create(id=new_id(), email="somebody@resident.example")

    with pytest.raises(residents.UnfitRepresentation):
        a_right(child, parent, checked_by=AccountId(account.id))


def test_nobody_acts_for_themselves_and_minors_act_for_nobody(child, parent):
    for representative in (child, a_resident(birthdate="2010-01-01"), a_resident(birthdate="2008")):
        with pytest.raises(residents.UnfitRepresentation) as refused:
            a_right(child, representative)
        assert refused.value.field == "representative"


def test_one_pair_has_one_right_at_a_time(child, parent):
    a_right(child, parent, ends_at=NOON + DAY)

    with pytest.raises(residents.AlreadyRepresents):
        a_right(child, parent, role=residents.Role.GUARDIAN_OF_MINOR)
    a_right(child, parent, begins_at=NOON + DAY)
    assert RepresentationRow.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_counters_at_once_record_one_right():
    child, parent = a_resident(birthdate="2014-12-03"), a_resident()
    clerk = staff()

    answers = at_once(*[lambda: a_right(child, parent, checked_by=clerk)] * 2)

    assert sum(isinstance(one, residents.AlreadyRepresents) for one in answers) == 1
    assert RepresentationRow.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_revocation_waits_for_an_act_and_no_act_follows_it():
    child, parent = a_resident(birthdate="2014-12-03"), a_resident()
    right = a_right(child, parent)
    order, held = [], Event()

    def act():
        with transaction.atomic():
            residents.hold_right_to_act(parent, child, residents.Area.SERVICES, now=NOON)
            held.set()
            wait_until_somebody_waits()
            order.append("acted")

    def revoke():
        held.wait(30)
        residents.revoke_representation(right, by=None, because="order", now=NOON)
        order.append("revoked")

    assert at_once(act, revoke) == [None, None]
    assert order == ["acted", "revoked"]
    with transaction.atomic(), pytest.raises(residents.NotRepresentative):
        residents.hold_right_to_act(parent, child, residents.Area.SERVICES, now=NOON)


def wait_until_somebody_waits():
    """Return once another transaction waits for a lock of this database."""
    until = monotonic() + 30
    waiting = """
        SELECT 1 FROM pg_stat_activity
         WHERE datname = current_database() AND wait_event_type = 'Lock'
    """
    while not rows(waiting):
        assert monotonic() < until, "nobody waits"
        rows("SELECT pg_stat_clear_snapshot()")
        sleep(0.01)


@pytest.fixture
def loaded(published):
    wanted = residents.Wanted(size=0, seed=1, anchor=T0, passwords={})
    residents.load(wanted, mode="test", now=NOON)


def of(key):
    return ResidentId(id_of(key))


def test_the_invented_people_have_their_guardians(loaded):
    assert {one.person for one in residents.acts_for(of("H17g"), now=NOON)} == {
        of("H17a"),
        of("H17b"),
        of("H17c"),
    }
    assert {one.representative for one in residents.represented_by(of("H15c"), now=NOON)} == {
        of("H15a"),
        of("H15b"),
    }
    assert may(of("H16g"), of("H16a"), now=MIDNIGHT - MOMENT)
    assert not may(of("H16g"), of("H16a"), now=MIDNIGHT)
    assert RepresentationRow.objects.exclude(evidence="synthetic").count() == 0


def test_loading_again_adds_no_right(loaded):
    before = RepresentationRow.objects.count()

    residents.load(residents.Wanted(size=0, seed=1, anchor=T0, passwords={}), mode="test", now=NOON)

    assert RepresentationRow.objects.count() == before > 0


def told(*words, code=0):
    answer = CliRunner().invoke(cli, ["resident", "guardians", *words, "--json"])
    assert answer.exit_code == code, answer.output
    return json.loads(answer.stdout) if code == 0 else answer.output


@pytest.mark.django_db(transaction=True)
def test_the_command_line_adds_lists_and_revokes():
    child, parent = a_resident(birthdate="2014-12-03"), a_resident()
    office = Account.objects.get(pk=staff()).email
    people = ["--person", str(child), "--representative", str(parent)]
    shown = ["--role", "parent", "--evidence", "family_register", "--checked-by", office]

    added = told("add", *people, *shown, "--scope", "profile")
    (listed,) = told("list", "--person", str(child))["guardians"]
    assert (listed["id"], listed["scope"], listed["holds_now"]) == (added["id"], ["profile"], True)
    assert "already_represents" in told("add", *people, *shown, code=1)
    told("revoke", added["id"], "--reason", "order", "--checked-by", office)
    assert [one["holds_now"] for one in told("list")["guardians"]] == [False]
    assert told("list", "--unclear") == {"guardians": []}
    assert "checked_by" in told(
        "revoke", added["id"], "--reason", "x", "--checked-by", "a@b.c", code=1
    )
    told("add", "--person", "nobody", code=2)


def test_where_an_address_is_protected_only_who_is_protected_too_acts(child, parent):
    """H14: the mother at the same shelter acts, a former partner with a valid record does not."""
    former = a_resident(birthdate="1984-01-01")
    a_right(child, parent)
    a_right(child, former)
    until = NOON + 200 * DAY
    ResidentRow.objects.filter(pk__in=[child, parent]).update(protected_until=until)

    assert may(parent, child)
    assert not may(former, child)
    assert residents.acts_for(former, now=NOON) == []
    assert may(former, child, now=until)
