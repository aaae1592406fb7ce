"""Recovery at a counter: evidence, waiting, a stop from the old contact, once, around nothing."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache

from genkan.kernel import clock
from genkan.kernel.db import rows
from genkan.kernel.errors import NotFound
from genkan.kernel.ids import new_id
from genkan.portal.sentences import SENTENCES
from genkan.residents import api as residents
from genkan.residents import errors
from genkan.residents.domain.recovery import (
    KEPT_FOR,
    MOST_ATTEMPTS,
    SLIP_LIFE,
    Ending,
    Phase,
    folded_code,
    shown_code,
)
from genkan.residents.models import Account, CheckRow, RecoveryRow, ResidentRow
from genkan.residents.service import recovery, redemption
from tests.builders import (
    MOMENT,
    NOON,
    a_member_of_staff,
    a_resident,
    a_wish,
    at_once,
    entry,
    events,
)
from tests.own_database import committed
from tests.residents.recoverers import (
    DUE,
    PASSWORD,
    STEPS,
    a_clerk,
    address_of,
    begun,
    prove,
    redeem,
    resident,
    send_mails,
    wanted,
)
from tests.residents.test_credentials import AtName

__all__ = ["committed", "resident"]
pytestmark = pytest.mark.usefixtures("committed")


def test_every_step_has_its_sentence_for_the_resident():
    steps = {*STEPS, "recovery_worn_out", "recovered"}

    assert {f"resident.{step}" for step in steps} <= set(SENTENCES)


def test_start_is_on_record_with_its_evidence_and_tells_the_old_contact(resident):
    begun(resident)

    told = entry(resident, "resident.recovery_begun")
    assert (told.actor.kind, told.facts["document"]) == ("operator", "passport")
    assert CheckRow.objects.get(resident=resident).items == ["name", "birthdate"]
    body = send_mails()[address_of(resident)]
    assert re.search(r"/recovery/[0-9a-f-]{36}/stop/\S{43}/", body)


def test_slip_waits_and_then_sets_a_password_once(resident):
    held = begun(resident)
    with pytest.raises(errors.RecoveryWaits):
        prove(held, now=DUE - MOMENT)
    with pytest.raises(errors.RecoveryWaits):
        redeem(held, now=DUE - MOMENT)

    assert prove(held) == held.id
    assert redeem(held)

    assert Account.objects.get(email=address_of(resident)).check_password(PASSWORD)
    assert "resident.recovered" in events(resident)
    for again in (prove, redeem):
        with pytest.raises(errors.RecoveryOver):
            again(held)


def test_slip_is_over_at_the_end_of_its_days(resident):
    held = begun(resident)

    assert held.phase(DUE + SLIP_LIFE - MOMENT) is Phase.READY
    with pytest.raises(errors.RecoveryOver):
        prove(held, now=DUE + SLIP_LIFE)
    recovery.forget_what_ended(now=DUE + SLIP_LIFE)
    assert RecoveryRow.objects.get(pk=held.id).ending == Ending.LAPSED
    assert "resident.recovery_lapsed" in events(resident)
    recovery.forget_what_ended(now=DUE + SLIP_LIFE + KEPT_FOR + MOMENT)
    assert not RecoveryRow.objects.filter(pk=held.id).exists()


def test_birth_date_without_its_day_is_known_as_it_is_held():
    held = begun(a_resident(with_account=True, birthdate="1938-09"), now=clock.now())
    typed = {"code": residents.recovery_code(held), "birthdate": "昭和13年9月"}
    RecoveryRow.objects.filter(pk=held.id).update(ready_at=held.asked_at)

    assert AtName().post("/recovery/", typed).headers["Location"] == "/recovery/new/"


def test_wrong_birth_dates_are_counted_and_then_it_is_over(resident):
    held = begun(resident)
    for _ in range(MOST_ATTEMPTS):
        with pytest.raises(errors.RecoveryOver):
            prove(held, birthdate="1990-04-02")

    with pytest.raises(errors.RecoveryOver):
        prove(held)
    assert "resident.recovery_worn_out" in events(resident)


def test_code_is_read_as_people_write_it(resident):
    held = begun(resident)
    code = residents.recovery_code(held)

    assert re.fullmatch(r"([A-Z2-7]{4}-){3}[A-Z2-7]{4}", code)
    for typed in (code.lower(), code.replace("-", " "), f" {code.replace('O', '0')} "):
        assert prove(held, code=typed) == held.id
    with pytest.raises(errors.RecoveryOver):
        prove(held, code=code[:-1])
    assert folded_code("1o8-") == "IOB"
    assert len(shown_code(bytes(32))) == 19


@pytest.mark.parametrize("proof", ["x", "é", "A" * 43], ids=["short", "strange", "guess"])
def test_guess_stops_nothing(resident, proof):
    held = begun(resident)

    with pytest.raises(NotFound):
        recovery.stop(held.id, proof, now=NOON)
    assert recovery.standing_of(resident, now=NOON) == held


def test_old_contact_stops_it_until_it_is_redeemed(resident):
    held = begun(resident)

    recovery.stop(held.id, recovery.proof_for(held), now=DUE)

    with pytest.raises(errors.RecoveryOver):
        redeem(held)
    with pytest.raises(errors.RecoveryOver):
        recovery.stop(held.id, recovery.proof_for(held), now=DUE)
    assert "resident.recovery_stopped" in events(resident)
    assert begun(resident).phase(NOON) is Phase.WAITING


def test_staff_take_it_back_and_only_for_this_resident(resident):
    held, other = begun(resident), a_resident()
    with pytest.raises(NotFound):
        residents.cancel_recovery(a_clerk(other), other, held.id, now=NOON)
    with pytest.raises(errors.NotOpened):
        residents.cancel_recovery(a_clerk(other), resident, held.id, now=NOON)

    residents.cancel_recovery(a_clerk(resident), resident, held.id, now=NOON)

    assert recovery.standing_of(resident, now=NOON) is None
    assert "resident.recovery_cancelled" in events(resident)


def test_start_needs_an_open_record(resident):
    with pytest.raises(errors.NotOpened):
        residents.start_recovery(a_clerk(a_resident()), resident, wanted(), now=NOON)


def test_second_start_is_refused_and_the_same_form_shows_the_same_slip(resident):
    clerk, form = a_clerk(resident), wanted()
    first = residents.start_recovery(clerk, resident, form, now=NOON)

    again = residents.start_recovery(clerk, resident, form, now=NOON)

    assert residents.recovery_code(first) == residents.recovery_code(again)
    for account, other in ((clerk, wanted()), (a_clerk(resident), form)):
        with pytest.raises(errors.RecoveryStands):
            residents.start_recovery(account, resident, other, now=NOON)


@pytest.mark.parametrize("kind", ["suspend", "block"])
def test_nobody_recovers_around_an_intervention(resident, kind):
    held = begun(resident)
    put = residents.intervene(resident, a_wish(kind), by=a_member_of_staff(), now=NOON)
    if kind == "block":
        residents.approve(put.id, by=a_member_of_staff(), now=NOON)

    for deed in (prove, redeem, lambda _: begun(resident)):
        with pytest.raises(errors.Suspended):
            deed(held)
    assert RecoveryRow.objects.get(pk=held.id).ended_at is None


def test_proof_that_staff_ask_for_is_asked_for_after_a_recovery_too(resident):
    residents.intervene(resident, a_wish("reprove"), by=a_member_of_staff(), now=NOON)

    assert redeem(begun(resident))

    assert residents.proof_is_needed(resident)


def test_new_address_is_proved_by_a_code_before_it_counts(resident):
    old, new = address_of(resident), f"{new_id().hex}@resident.example"
    held = begun(resident, email=new)
    prove(held)
    code = re.search(r"^([A-Z2-7]{8})$", send_mails()[new], re.MULTILINE)[1]

    assert not redeem(held, mail_code="AAAAAAAA")
    assert address_of(resident) == old
    assert redeem(held, mail_code=code.lower())

    assert address_of(resident) == new
    assert residents.profile_of(resident).values["email"].verified
    assert "belongs" not in send_mails()[old]
    assert "このメールアドレスは" in send_mails()[old]


def test_codes_from_the_mail_are_counted_too(resident):
    held = begun(resident, email=f"{new_id().hex}@resident.example")

    for _ in range(MOST_ATTEMPTS):
        assert not redeem(held, mail_code="AAAAAAAA")

    with pytest.raises(errors.RecoveryOver):
        redeem(held, mail_code=redemption.mail_code_for(held))


def test_address_of_somebody_else_is_refused_at_both_ends(resident):
    other, new = a_resident(with_account=True), f"{new_id().hex}@resident.example"
    with pytest.raises(errors.AddressTaken):
        begun(resident, email=address_of(other))
    held = begun(resident, email=new)
    Account.objects.filter(email=address_of(other)).update(email=new)

    with pytest.raises(errors.AddressTaken):
        redeem(held, mail_code=redemption.mail_code_for(held))
    assert RecoveryRow.objects.get(pk=held.id).ended_at is None


def test_h18_without_mail_gets_a_letter_and_an_account_at_last():
    resident, new = a_resident(), f"{new_id().hex}@resident.example"
    with pytest.raises(errors.AddressMissing):
        begun(resident)

    held = begun(resident, email=new)

    assert held.told_by is residents.ToldBy.POST
    assert entry(resident, "resident.recovery_begun").facts["told_by"] == "post"
    assert redeem(held, mail_code=redemption.mail_code_for(held))
    assert Account.objects.get(email=new).check_password(PASSWORD)
    assert address_of(resident) == new


def test_everything_from_before_ends_with_it(resident):
    account = ResidentRow.objects.get(pk=resident).account
    account.set_password("the-old-long-password")
    account.save()
    thief = AtName(account.email)
    thief.sign_in("the-old-long-password")
    Authenticator.objects.create(user=account, type="totp", data={"secret": "x"})
    assert thief.get("/profile").status_code == 200

    redeem(begun(resident))

    assert thief.get("/profile").status_code == 303
    assert not Authenticator.objects.filter(user=account).exists()
    cache.clear()
    thief.sign_in("the-old-long-password")
    assert thief.get("/profile").status_code == 303


def test_of_two_redemptions_at_once_one_holds(resident):
    held = begun(resident)

    answers = at_once(lambda: redeem(held), lambda: redeem(held))

    assert sorted(type(one).__name__ for one in answers) == ["RecoveryOver", "bool"]
    assert events(resident).count("resident.recovered") == 1


def test_stop_and_redemption_at_once_leave_one_of_them(resident):
    held = begun(resident)
    proof = recovery.proof_for(held)

    stopped, redeemed = at_once(
        lambda: recovery.stop(held.id, proof, now=DUE), lambda: redeem(held)
    )

    happened = {"resident.recovered", "resident.recovery_stopped"} & set(events(resident))
    assert len(happened) == 1
    assert (stopped is None) is ("resident.recovery_stopped" in happened)
    assert (redeemed is True) is ("resident.recovered" in happened)


def test_intervention_and_redemption_at_once_never_leave_a_suspended_id_open(resident):
    held, staff = begun(resident), a_member_of_staff()

    at_once(
        lambda: residents.intervene(resident, a_wish(), by=staff, now=DUE), lambda: redeem(held)
    )

    owner = AtName(address_of(resident))
    owner.sign_in(PASSWORD)
    assert owner.get("/profile").status_code == 303


def test_two_starts_at_once_begin_one(resident):
    clerks = [a_clerk(resident), a_clerk(resident)]

    answers = at_once(
        *(
            lambda clerk=clerk: residents.start_recovery(clerk, resident, wanted(), now=NOON)
            for clerk in clerks
        )
    )

    assert sorted(type(one).__name__ for one in answers) == ["Recovery", "RecoveryStands"]


def test_codes_and_addresses_are_in_no_table_and_no_job(resident):
    new = f"{new_id().hex}@resident.example"
    held = begun(resident, email=new)
    prove(held)

    stored = str(rows("SELECT t::text AS line FROM residents_recovery t"))
    queued = str(rows("SELECT args::text AS line FROM procrastinate_jobs"))

    for secret in (
        residents.recovery_code(held),
        new,
        new.encode().hex(),
        recovery.proof_for(held),
    ):
        assert secret not in stored + queued
    assert str(held.id) in queued
