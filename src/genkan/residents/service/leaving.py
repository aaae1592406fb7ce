"""Use cases of leaving (M10): ask, take back, close down, erase; and of a death (H23).

Each locks the resident first, so that of an undo and the job that closes one comes first and the
other finds what it did. Closing walks through steps that other apps hand down; each step, and each
partner within it, is a transaction of its own: a repeat finds the rest.
"""

from datetime import date, datetime, timedelta
from typing import Protocol

from django.conf import settings
from django.db import transaction

from genkan.kernel import jobs
from genkan.kernel.clock import day_in_japan
from genkan.kernel.ids import ResidentId, new_id
from genkan.kernel.registry import Registry
from genkan.ledger import api as ledger
from genkan.lifecycle import api as lifecycle
from genkan.residents.domain.devices import SignOutCause
from genkan.residents.domain.leaving import Cause, Leaving, LeavingId, Stage
from genkan.residents.domain.people import ResidentState
from genkan.residents.errors import Closed, DateImpossible, NotAResident, NotLeaving
from genkan.residents.service import devices, duplicates, interventions, profile
from genkan.residents.store import duplicates as likenesses
from genkan.residents.store import erasing
from genkan.residents.store import leaving as store

WORK_LIMIT = 1_000
MAIL_PATIENCE = timedelta(days=7)
"""How long an erasure that is due waits for a mail server."""


class ClosingStep(Protocol):
    """Ends what one app does for a resident; safe to repeat, and after a kill finds the rest."""

    def __call__(self, resident: ResidentId, *, by: ledger.Actor, now: datetime) -> None:
        """End it; `by` is who is written down as the one who acted."""


on_closing: Registry[ClosingStep] = Registry("steps of closing")


def leaving_of(resident: ResidentId) -> Leaving | None:
    """Return a resident's leaving that was not undone, or None. One query."""
    return store.of_resident(resident)


@transaction.atomic(durable=True)
def request_leaving(resident: ResidentId, *, now: datetime) -> Leaving:
    """Begin a resident's leaving: from now on nothing leaves; asked again, it stays as it is.

    Raises:
        NotAResident: there is no such resident.
        Closed: the ID is closed.
    """
    state = _locked(resident)
    standing = store.of_resident(resident)
    if standing is not None:
        return standing
    if state is ResidentState.CLOSED:
        raise Closed
    leaving = Leaving(
        id=LeavingId(new_id()),
        resident=resident,
        cause=Cause.WISH,
        stage=Stage.COOLING_OFF,
        state_before=state,
        requested_at=now,
        undo_until=now + settings.GENKAN.cooling_off,
    )
    store.add(leaving)
    store.save_state(resident, ResidentState.LEAVING)
    _record("resident.leaving_requested", resident, ledger.Actor.resident(resident), now)
    jobs.defer("residents.confirm_leaving", resident=str(resident))
    return leaving


@transaction.atomic(durable=True)
def undo_leaving(resident: ResidentId, *, now: datetime) -> None:
    """Take a leaving back: everything is as it was.

    Raises:
        NotLeaving: the resident is not leaving.
        TooLateToUndo: the time for it is over.
    """
    _locked(resident)
    standing = store.of_resident(resident)
    if standing is None:
        raise NotLeaving
    store.save(standing.undone(now))
    store.save_state(resident, standing.state_before)
    interventions.settle(resident)  # what began or ended meanwhile
    _record("resident.leaving_undone", resident, ledger.Actor.resident(resident), now)


@transaction.atomic(durable=True)
def record_death(resident: ResidentId, died_on: date, *, now: datetime) -> Leaving:
    """Record a death: delivery and sign-in stop at once, and closing begins without a way back.

    Raises:
        NotAResident: there is no such resident, or nothing is left of them.
        DateImpossible: the day is yet to come.
    """
    if died_on > day_in_japan(now):
        raise DateImpossible(field="date")
    state = _locked(resident)
    standing = store.of_resident(resident)
    if standing is not None and standing.stage is Stage.ERASED:
        raise NotAResident
    if standing is None:
        standing = Leaving(
            id=LeavingId(new_id()),
            resident=resident,
            cause=Cause.DEATH,
            stage=Stage.COOLING_OFF,
            state_before=state,
            requested_at=now,
            undo_until=now + settings.GENKAN.cooling_off,
        )
        store.add(standing)
    leaving = standing.after_death(died_on, now)
    store.save(leaving)
    store.save_state(resident, ResidentState.CLOSED)
    store.let_sign_in(resident, allowed=False)
    likenesses.forget(resident)
    _sign_out_everywhere(resident, now=now)
    _record("resident.death_recorded", resident, ledger.SYSTEM, now)
    jobs.defer("residents.close", resident=str(resident))
    return leaving


@transaction.atomic(durable=True)
def correct_death(resident: ResidentId, *, now: datetime) -> None:
    """Take back the record of a death that did not happen; consents that ended stay ended.

    Raises:
        NotLeaving: no death was recorded.
        TooLateToUndo: the time for corrections is over.
    """
    _locked(resident)
    standing = store.of_resident(resident)
    if standing is None:
        raise NotLeaving
    store.save(standing.corrected(now))
    store.save_state(resident, standing.state_before)
    interventions.settle(resident)  # what began or ended meanwhile
    store.let_sign_in(resident, allowed=True)
    held = profile.profile_of(resident).values
    duplicates.note_change(resident, {key: one.content for key, one in held.items()}, now=now)
    _record("resident.death_corrected", resident, ledger.SYSTEM, now)


def due(*, now: datetime) -> list[ResidentId]:
    """Return whose closing has something to do, at most 1,000. One query."""
    return [one.resident for one in store.standing(now=now, limit=WORK_LIMIT)]


def close(resident: ResidentId, *, now: datetime) -> Leaving | None:
    """Close a resident down as far as it can go now; again it finds what is left to do.

    Returns:
        The leaving, or None if there is nothing to close (yet, or any more).
    """
    leaving = _begin_closing(resident, now=now)
    if leaving is None:
        return None
    by = ledger.SYSTEM if leaving.cause is Cause.DEATH else ledger.Actor.resident(resident)
    for step in on_closing.items().values():
        step(resident, by=by, now=now)
    return leaving


def may_be_erased(leaving: Leaving, *, now: datetime) -> bool:
    """Whether the last partner has certified, or had its time. One query."""
    asked = lifecycle.disposals_of(leaving.resident)
    all_certified = all(one.certified_at is not None for one in asked)
    return leaving.may_be_erased(
        now, all_certified=all_certified, longest=settings.GENKAN.closing_limit
    )


def must_be_told(leaving: Leaving, *, now: datetime) -> bool:
    """Whether the last mail is still to be sent, before its address is gone."""
    if leaving.told_at is not None or leaving.cause is Cause.DEATH or leaving.closing_at is None:
        return False
    return now < leaving.closing_at + settings.GENKAN.closing_limit + MAIL_PATIENCE


@transaction.atomic(durable=True)
def note_told(resident: ResidentId, *, now: datetime) -> None:
    """Note that the last mail was handed over, so that a repeat does not send it again."""
    _locked(resident)
    leaving = store.of_resident(resident)
    if leaving is not None and leaving.stage is Stage.CLOSING:
        store.save(leaving.told(now))


@transaction.atomic(durable=True)
def erase(resident: ResidentId, *, now: datetime) -> bool:
    """Erase everything about a resident who has left, but the tombstone.

    What other apps keep by reference (acceptances, provisions, disposals, the ledger) keeps the
    old ID, from which nothing leads to a person any more.

    Returns:
        Whether this call erased it; False if it may not be erased (yet, or any more).
    """
    _locked(resident)
    leaving = store.of_resident(resident)
    if leaving is None or not may_be_erased(leaving, now=now):
        return False
    _sign_out_everywhere(resident, now=now)
    erasing.forget(resident, now=now)
    store.save(leaving.erased(now))
    _record("resident.erased", resident, ledger.SYSTEM, now)
    return True


@transaction.atomic(durable=True)
def _begin_closing(resident: ResidentId, *, now: datetime) -> Leaving | None:
    """Pass the point of no return, once; return the leaving if it is closing."""
    _locked(resident)
    leaving = store.of_resident(resident)
    if leaving is None:
        return None
    if leaving.is_due(now):
        leaving = leaving.closing(now)
        store.save(leaving)
        store.save_state(resident, ResidentState.CLOSED)
        _sign_out_everywhere(resident, now=now)
        likenesses.forget(resident)
        _record("resident.closing_begun", resident, ledger.SYSTEM, now)
    return leaving if leaving.stage is Stage.CLOSING else None


def _sign_out_everywhere(resident: ResidentId, *, now: datetime) -> None:
    account = erasing.account_of(resident)
    if account is not None:
        devices.end_all(account, cause=SignOutCause.LEAVING, now=now)


def _locked(resident: ResidentId) -> ResidentState:
    state = store.lock_state(resident)
    if state is None:
        raise NotAResident
    return state


def _record(event: str, resident: ResidentId, actor: ledger.Actor, now: datetime) -> None:
    ledger.append(
        ledger.Entry(event=event, subject=resident, actor=actor, facts={}, happened_at=now)
    )
