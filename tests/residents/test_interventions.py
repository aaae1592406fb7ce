"""Interventions: reasoned, reversible, by staff alone, a block by two; told to the resident."""

import json
from collections import Counter
from datetime import timedelta

import pytest
from click.testing import CliRunner
from django.core import mail
from django.db import IntegrityError, transaction

from genkan.kernel.ids import AccountId, ResidentId, new_id
from genkan.ledger import api as ledger
from genkan.portal.sentences import REASONS, SENTENCES
from genkan.residents import api as residents
from genkan.residents import errors, jobs, mails
from genkan.residents.domain.interventions import Ending, InterventionId, Stand, stand
from genkan.residents.domain.people import AccountKind
from genkan.residents.models import Account, InterventionRow, ResidentRow
from genkan.residents.service import interventions as service
from genkan.site.cli import cli
from tests.builders import NOON, a_member_of_staff, a_resident, a_wish, at_once, entry, events
from tests.own_database import committed

__all__ = ["committed"]
KINDS = [str(kind) for kind in residents.Kind]
HOUR = timedelta(hours=1)
pytestmark = pytest.mark.usefixtures("committed")


def put(resident, kind="suspend", *, by=None, now=NOON, **changes):
    return residents.intervene(
        resident, a_wish(kind, **changes), by=by or a_member_of_staff(), now=now
    )


def lift(one, *, by=None, reason="確認した", now=NOON):
    return residents.lift(one.id, reason, by=by or a_member_of_staff(), now=now)


def doors(resident):
    row = ResidentRow.objects.get(pk=resident)
    return row.state, row.proof_needed, row.sign_in_after


OPEN = ("active", False, None)
IN_FORCE = {
    "suspend": ("suspended", False, None),
    "block": ("suspended", False, None),
    "reprove": ("active", True, None),
    "reauthenticate": ("active", False, NOON),
}


def in_force(resident, kind, **changes):
    one = put(resident, kind, **changes)
    if one.phase is residents.Phase.IN_FORCE:
        return one
    return residents.approve(one.id, by=a_member_of_staff(), now=NOON)


@pytest.mark.parametrize("kind", KINDS)
def test_the_doors_follow_the_entries_and_lifting_restores_them(kind):
    resident = a_resident()
    one = in_force(resident, kind)
    assert doors(resident) == IN_FORCE[kind]

    over = lift(one, now=NOON + HOUR)

    assert doors(resident) == OPEN
    assert (over.ending, over.end_reason) == (Ending.LIFTED, "確認した")
    assert residents.interventions_of(resident) == [over], "the history stays"
    assert events(resident) == sorted([service.BEGUN[one.kind], service.LIFTED[one.kind]])


def test_two_at_once_are_lifted_one_by_one():
    resident = a_resident()
    suspension, block = put(resident), in_force(resident, "block")

    lift(suspension)
    assert doors(resident)[0] == "suspended"
    lift(block)
    assert doors(resident) == OPEN


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_sent_twice_stands_once(kind):
    resident = a_resident()
    by = a_member_of_staff()

    answers = at_once(*(lambda: put(resident, kind, by=by) for _ in range(4)))

    kinds = Counter(type(one).__name__ for one in answers)
    assert kinds == {"Intervention": 1, "AlreadyStands": 3}
    assert InterventionRow.objects.filter(resident=resident).count() == 1


def test_lifted_by_many_at_once_it_ends_once():
    one = put(a_resident())

    answers = at_once(*(lambda: lift(one) for _ in range(4)))

    assert Counter(type(a).__name__ for a in answers) == {"Intervention": 1, "AlreadyEnded": 3}
    assert events(one.resident) == ["resident.suspended", "resident.suspension_lifted"]


def test_a_block_begins_when_a_second_person_approves():
    resident, first, second = a_resident(), a_member_of_staff(), a_member_of_staff()
    one = put(resident, "block", by=first)
    assert (one.phase, doors(resident)) == (residents.Phase.PROPOSED, OPEN)
    assert events(resident) == [], "what has no effect is not told as if it had"

    with pytest.raises(errors.SecondPersonNeeded):
        residents.approve(one.id, by=first, now=NOON)
    approved = residents.approve(one.id, by=second, now=NOON + HOUR)

    assert (approved.asked_by, approved.approved_by) == (first, second)
    assert approved.begun_at == NOON + HOUR
    assert doors(resident)[0] == "suspended"
    with pytest.raises(errors.AlreadyApproved):
        residents.approve(one.id, by=a_member_of_staff(), now=NOON)


def test_a_block_that_is_declined_never_begins():
    one = put(a_resident(), "block")

    assert lift(one).ending is Ending.DECLINED
    with pytest.raises(errors.AlreadyEnded):
        residents.approve(one.id, by=a_member_of_staff(), now=NOON)
    assert doors(one.resident) == OPEN
    assert events(one.resident) == []


def test_the_table_itself_keeps_four_eyes():
    one = put(a_resident(), "block")
    rows = InterventionRow.objects.filter(pk=one.id)

    for wrong in ({"begun_at": NOON}, {"approved_by": one.asked_by}):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**wrong)


STRANGERS = {
    "resident": {"kind": AccountKind.RESIDENT},
    "closed account": {"is_active": False},
}


@pytest.mark.parametrize("who", [*STRANGERS, "the resident's own account", "nobody"])
def test_only_staff_intervene_approve_and_lift(who):
    resident = a_resident(with_account=True)
    own = AccountId(ResidentRow.objects.get(pk=resident).account_id)
    if who in STRANGERS:
        by = a_member_of_staff(**STRANGERS[who])
    else:
        by = own if who.startswith("the") else AccountId(new_id())
    suspension, block = put(resident), put(resident, "block")

    for act in (
        lambda: put(resident, "reprove", by=by),
        lambda: residents.approve(block.id, by=by, now=NOON),
        lambda: lift(suspension, by=by),
    ):
        with pytest.raises(errors.NotStaff):
            act()
    assert doors(resident) == ("suspended", False, None)


def test_nobody_of_the_staff_lifts_what_stands_against_their_own_id():
    resident = a_resident()
    by = a_member_of_staff(person_id=resident)
    suspension, block = put(resident), put(resident, "block")

    for act in (
        lambda: put(resident, "reprove", by=by),
        lambda: residents.approve(block.id, by=by, now=NOON),
        lambda: lift(suspension, by=by),
    ):
        with pytest.raises(errors.NotStaff):
            act()


@pytest.mark.parametrize(
    ("changes", "refusal", "field"),
    [
        ({"reason": " \n"}, errors.ReasonMissing, "reason"),
        ({"reason": "あ" * 1_001}, errors.ReasonMissing, "reason"),
        ({"ends_at": NOON}, errors.EndsTooEarly, "ends_at"),
        ({"kind": "block", "ends_at": NOON + HOUR}, errors.NoEndPossible, "ends_at"),
        ({"kind": "reauthenticate", "ends_at": NOON + HOUR}, errors.NoEndPossible, "ends_at"),
    ],
    ids=["no reason", "long reason", "no time", "block with end", "sign-in with end"],
)
def test_bad_input_is_named_and_changes_nothing(changes, refusal, field):
    resident = a_resident()

    with pytest.raises(refusal) as told:
        put(resident, **changes)

    assert told.value.field == field
    assert residents.interventions_of(resident) == []


def test_lifting_needs_a_reason():
    one = put(a_resident())

    with pytest.raises(errors.ReasonMissing):
        lift(one, reason="")
    assert doors(one.resident)[0] == "suspended"


def test_what_does_not_exist_is_refused():
    nobody, nothing = ResidentId(new_id()), InterventionId(new_id())
    by = a_member_of_staff()

    for act, refusal in (
        (lambda: put(nobody), errors.NotAResident),
        (
            lambda: residents.lift(nothing, "x", by=by, now=NOON),
            errors.UnknownIntervention,
        ),
        (
            lambda: residents.approve(nothing, by=by, now=NOON),
            errors.UnknownIntervention,
        ),
    ):
        with pytest.raises(refusal):
            act()


def test_a_closed_id_stays_closed():
    resident = a_resident()
    one = put(resident)
    ResidentRow.objects.filter(pk=resident).update(state="closed")

    lift(one)

    assert doors(resident)[0] == "closed"
    with pytest.raises(errors.Closed):
        put(resident)


def test_time_ends_what_has_an_end():
    resident = a_resident()
    one = put(resident, ends_at=NOON + HOUR)
    put(a_resident())

    service.end_expired(now=NOON + HOUR - timedelta(microseconds=1))
    assert doors(resident)[0] == "suspended"
    at_once(*(lambda: service.end_expired(now=NOON + HOUR) for _ in range(3)))

    assert doors(resident) == OPEN
    assert residents.intervention(one.id).ending is Ending.EXPIRED
    told = entry(resident, "resident.suspension_lifted")
    assert told.actor == ledger.SYSTEM
    with pytest.raises(errors.AlreadyEnded):
        lift(one)


def test_a_met_sign_in_keeps_older_ones_worthless_and_a_lifted_one_does_not():
    resident = a_resident()
    first = put(resident, "reauthenticate")
    service.signed_in_afresh(resident, now=NOON + HOUR)
    second = put(resident, "reauthenticate", now=NOON + 2 * HOUR)
    assert doors(resident)[2] == NOON + 2 * HOUR

    lift(second, now=NOON + 3 * HOUR)

    assert doors(resident)[2] == NOON
    assert residents.intervention(first.id).ending is Ending.MET


def test_nothing_follows_from_no_entries():
    assert stand([]) == Stand(is_stopped=False, proof_needed=False, sign_in_after=None)


# The resident is told


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("locale", ["ja", "ja-easy", "en"])
def test_the_resident_reads_why_and_the_way_back_in_their_language(kind, locale):
    resident = a_resident(with_account=True)
    ResidentRow.objects.filter(pk=resident).update(ui_locale=locale)
    one = in_force(resident, kind)
    mail.outbox.clear()

    jobs.tell_intervention(str(one.id), "begun")
    lift(one)
    jobs.tell_intervention(str(one.id), "ended")

    begun, ended = mail.outbox
    assert begun.to == [f"{resident.hex}@resident.example"]
    words = {"ja": "元に戻す方法", "ja-easy": "もどしかた", "en": "The way back"}
    assert words[locale] in begun.body
    assert begun.subject != ended.subject
    for sent in (begun, ended):
        assert one.reason not in sent.body, "what staff wrote stays with staff"
        assert "大阪" not in sent.body


def test_who_has_no_mail_is_intervened_against_all_the_same():
    one = put(a_resident(with_account=False))
    mail.outbox.clear()

    mails.tell_intervention(one.id, has_ended=False)

    assert mail.outbox == []
    assert doors(one.resident)[0] == "suspended"


def test_every_event_and_every_notice_has_its_words():
    told = {*service.BEGUN.values(), *service.LIFTED.values(), "resident.signed_in_afresh"}

    assert told <= SENTENCES.keys()
    assert {str(notice) for notice in residents.Notice} <= REASONS.keys()
    assert set(residents.NOTICE_OF) == set(residents.InterventionCause)


# From a shell


def run(*words):
    return CliRunner().invoke(cli, ["resident", *map(str, words), "--json"])


def facts(*words):
    answer = run(*words)
    assert answer.exit_code == 0, answer.output
    return json.loads(answer.output)


@pytest.fixture
def actor():
    return Account.objects.get(pk=a_member_of_staff()).email


@pytest.mark.parametrize(
    ("command", "kind"),
    [
        ("suspend", "suspend"),
        ("require-sign-in", "reauthenticate"),
        ("require-proof", "reprove"),
        ("block", "block"),
    ],
)
def test_a_command_for_each_kind(command, kind, actor):
    resident = a_resident()
    options = ("--actor", actor, "--cause", "reported", "--reason", "電話で申し出")

    made = facts(command, resident, *options)

    assert (made["kind"], made["notice"]) == (kind, "you_asked")
    if kind == "block":
        other = Account.objects.get(pk=a_member_of_staff()).email
        assert "second_person_needed" in run("approve", made["id"], "--actor", actor).output
        assert facts("approve", made["id"], "--actor", other)["phase"] == "in_force"
    (listed,) = facts("interventions", resident)["interventions"]
    assert (listed["id"], listed["phase"]) == (made["id"], "in_force")
    over = facts("lift", made["id"], "--actor", actor, "--reason", "確認した")
    assert (over["phase"], over["ending"]) == ("over", "lifted")
    assert (
        made["id"] in CliRunner().invoke(cli, ["resident", "interventions", str(resident)]).output
    )


def test_an_end_is_typed_in_japanese_time(actor):
    options = ("--actor", actor, "--cause", "other", "--reason", "x", "--until", "2099-01-01")

    made = facts("suspend", a_resident(), *options)

    assert made["ends_at"] in {"2099-01-01 00:00:00+09:00", "2098-12-31 15:00:00+00:00"}


def test_a_command_of_a_stranger_is_refused_in_one_line():
    answer = run(
        "suspend", a_resident(), "--actor", "x@y.example", "--cause", "other", "--reason", "x"
    )

    assert answer.exit_code == 1
    assert "residents.not_staff (actor)" in answer.output
