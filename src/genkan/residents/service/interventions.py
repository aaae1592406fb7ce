"""Use cases of interventions: put one in the way, approve, lift, let it end (M22).

Each locks the resident first: an intervention waits for releases that hold the resident, and when
it has returned nothing leaves that it stops.
"""

from datetime import datetime

from django.db import transaction

from genkan.kernel import jobs
from genkan.kernel.db import require_transaction
from genkan.kernel.ids import AccountId, ResidentId, new_id
from genkan.ledger import api as ledger
from genkan.residents.domain import interventions as domain
from genkan.residents.domain.devices import SignedOut, SignOutCause
from genkan.residents.domain.interventions import (
    Door,
    Ending,
    Intervention,
    InterventionId,
    Kind,
    Phase,
    Wish,
)
from genkan.residents.domain.people import ResidentState
from genkan.residents.errors import (
    AlreadyStands,
    Closed,
    NotAResident,
    NotStaff,
    UnknownIntervention,
)
from genkan.residents.service import devices
from genkan.residents.store import erasing
from genkan.residents.store import interventions as store

BEGUN = {
    Kind.SUSPEND: "resident.suspended",
    Kind.REAUTHENTICATE: "resident.sign_in_required",
    Kind.REPROVE: "resident.proof_required",
    Kind.BLOCK: "resident.blocked",
}
LIFTED = {
    Kind.SUSPEND: "resident.suspension_lifted",
    Kind.REAUTHENTICATE: "resident.sign_in_requirement_lifted",
    Kind.REPROVE: "resident.proof_requirement_lifted",
    Kind.BLOCK: "resident.block_lifted",
}


def door_of(account: AccountId) -> Door | None:
    """Return what stands before an account's resident; None without an ID. One query."""
    return store.door_of(account)


def staff_called(email: str) -> AccountId:
    """Return the staff account of this address.

    Raises:
        NotStaff: there is none that may sign in.
    """
    account = store.staff_called(email)
    if account is None:
        raise NotStaff(field="actor")
    if not store.is_open_staff(account):
        raise NotStaff(field="actor")
    return account


@transaction.atomic(durable=True)
def intervene(resident: ResidentId, wish: Wish, *, by: AccountId, now: datetime) -> Intervention:
    """Put something between an ID and its use, at once; a block waits for a second person.

    When this has returned, nothing leaves and nobody comes in that the entry stops.

    Raises:
        NotStaff: `by` is not a member of staff, or it is their own ID.
        NotAResident, Closed: there is no such ID, or it is closed.
        AlreadyStands: the same is in force, or proposed.
        ReasonMissing, NoEndPossible, EndsTooEarly: see `Wish.check`.
    """
    _must_be_staff(by, resident)
    entry = domain.begin(wish, id_=InterventionId(new_id()), resident=resident, by=by, now=now)
    state = store.lock_state(resident)
    if state is None:
        raise NotAResident
    if state is ResidentState.CLOSED:
        raise Closed
    if any(one.kind is wish.kind and one.ended_at is None for one in store.all_of(resident)):
        raise AlreadyStands
    store.save(entry)
    if entry.begun_at is None:
        _note("residents.block_proposed", entry, by, now)
    else:
        _begun(entry, by, now)
    return entry


@transaction.atomic(durable=True)
def approve(intervention: InterventionId, *, by: AccountId, now: datetime) -> Intervention:
    """Let a proposed block begin: four eyes.

    Raises:
        NotStaff: `by` is not a member of staff, or it is their own ID.
        UnknownIntervention: there is none.
        AlreadyEnded, AlreadyApproved, SecondPersonNeeded: see `Intervention.approved`.
    """
    found = _locked(intervention)
    _must_be_staff(by, found.resident)
    entry = found.approved(by, now=now)
    store.save(entry)
    _begun(entry, by, now)
    return entry


@transaction.atomic(durable=True)
def lift(
    intervention: InterventionId, reason: str, *, by: AccountId, now: datetime
) -> Intervention:
    """End an entry, so that the ID is what it was before; a block that waits is declined.

    Raises:
        NotStaff: `by` is not a member of staff, or it is their own ID.
        UnknownIntervention: there is none.
        AlreadyEnded: the first end stands.
        ReasonMissing: nothing is said why, or too much.
    """
    found = _locked(intervention)
    _must_be_staff(by, found.resident)
    entry = found.lifted(by, reason, now=now)
    store.save(entry)
    if entry.ending is Ending.DECLINED:
        _note("residents.block_declined", entry, by, now)
    else:
        _ended(entry, _operator(by), LIFTED[entry.kind], now)
    return entry


def end_expired(*, now: datetime) -> int:
    """End entries that are past their time, each in its own transaction.

    Returns:
        How many were found, at most 200.
    """
    found = store.due(now=now)
    for intervention, _ in found:
        _expire(intervention, now=now)
    return len(found)


@transaction.atomic(durable=True)
def _expire(intervention: InterventionId, *, now: datetime) -> None:
    entry = _locked(intervention)
    if entry.phase is Phase.OVER:
        return
    entry = entry.over(Ending.EXPIRED, now=now)
    store.save(entry)
    _ended(entry, ledger.SYSTEM, LIFTED[entry.kind], now)


@transaction.atomic(durable=True)
def signed_in_afresh(resident: ResidentId, *, now: datetime) -> None:
    """Note that a resident has signed in as was asked; sign-ins from before stay worthless."""
    store.lock_state(resident)
    for entry in store.all_of(resident):
        if entry.kind is Kind.REAUTHENTICATE and entry.phase is Phase.IN_FORCE:
            met = entry.over(Ending.MET, now=now)
            store.save(met)
            _record("resident.signed_in_afresh", met, ledger.Actor.resident(resident), now)


def proved_by_card(resident: ResidentId, *, tied_since: datetime, now: datetime) -> None:
    """Note that a resident has shown the card that was theirs before proof was asked for; joins.

    A card that was tied only later proves nothing: who has taken an ID over can tie their own.
    """
    require_transaction()
    for entry in store.all_of(resident):
        asked = entry.begun_at if entry.kind is Kind.REPROVE else None
        if asked is not None and entry.phase is Phase.IN_FORCE and tied_since < asked:
            met = entry.over(Ending.MET, now=now)
            store.save(met)
            _ended(met, ledger.Actor.resident(resident), LIFTED[met.kind], now)


def interventions_of(resident: ResidentId) -> list[Intervention]:
    """Return a resident's entries, newest first: what stands, and the history. One query."""
    return store.all_of(resident)


def intervention(id_: InterventionId) -> Intervention:
    """Return one entry.

    Raises:
        UnknownIntervention: there is none.
    """
    found = store.find(id_)
    if found is None:
        raise UnknownIntervention
    return found


def _must_be_staff(account: AccountId, resident: ResidentId) -> None:
    """Refuse strangers, and staff in their own matter."""
    if not store.is_open_staff(account) or store.is_own(account, resident):
        raise NotStaff


def _locked(id_: InterventionId) -> Intervention:
    """Return an entry as it stands while its resident is locked."""
    resident = store.resident_of(id_)
    if resident is None:
        raise UnknownIntervention
    store.lock_state(resident)
    return intervention(id_)


def _begun(entry: Intervention, by: AccountId, now: datetime) -> None:
    """Write down that an entry is in force, and tell the resident."""
    settle(entry.resident)
    _end_sessions(entry, now)
    _record(BEGUN[entry.kind], entry, _operator(by), now)
    jobs.defer("residents.tell_intervention", intervention=str(entry.id), what="begun")


def _end_sessions(entry: Intervention, now: datetime) -> None:
    """Sign the resident out of every service, where an entry does not let sign-ins stand.

    Our own sessions end when they are used next, with a page that says why.
    """
    account = erasing.account_of(entry.resident)
    if entry.kind in domain.ENDS_SESSIONS and account is not None:
        over = SignedOut(account=account, cause=SignOutCause.INTERVENTION)
        devices.tell(over, now=now)


def _ended(entry: Intervention, actor: ledger.Actor, event: str, now: datetime) -> None:
    """Write down that an entry is over, and tell the resident."""
    settle(entry.resident)
    _record(event, entry, actor, now)
    jobs.defer("residents.tell_intervention", intervention=str(entry.id), what="ended")


def settle(resident: ResidentId) -> None:
    """Write what the doors look at, as it follows from the entries; joins.

    Whoever gives an ID back its state, such as a leaving that is undone, calls it: entries may have
    come and gone meanwhile.
    """
    require_transaction()
    store.save_stand(resident, domain.stand(store.all_of(resident)))


def _operator(account: AccountId) -> ledger.Actor:
    return ledger.Actor(kind="operator", id=str(account))


def _record(event: str, entry: Intervention, actor: ledger.Actor, now: datetime) -> None:
    ledger.append(
        ledger.Entry(
            event=event,
            subject=entry.resident,
            actor=actor,
            facts={
                "intervention": str(entry.id),
                "kind": str(entry.kind),
                "reason": str(entry.notice),
                **({"ending": str(entry.ending)} if entry.ending else {}),
            },
            happened_at=now,
        )
    )


def _note(event: str, entry: Intervention, by: AccountId, now: datetime) -> None:
    """Record what has no effect on anybody yet."""
    ledger.append(
        ledger.Entry(
            event=event,
            subject=None,
            actor=_operator(by),
            facts={"intervention": str(entry.id)},
            happened_at=now,
        )
    )
