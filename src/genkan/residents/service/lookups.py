"""Use cases of staff: opening a record, and reviewing who looked (M03, M44)."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from genkan.catalogue import api as catalogue
from genkan.kernel.db import require_transaction
from genkan.kernel.errors import NotFound
from genkan.kernel.ids import AccountId, ResidentId
from genkan.ledger import api as ledger
from genkan.residents.domain.lookups import (
    OPEN_FOR,
    WINDOW,
    Act,
    Alert,
    AlertKind,
    Because,
    Lookup,
    Staff,
    StaffRole,
    same_house,
)
from genkan.residents.domain.people import Profile, Value
from genkan.residents.errors import (
    NotAResident,
    NotOpened,
    NotStaff,
    OwnAlert,
    RoleNeeded,
    SomebodyClose,
)
from genkan.residents.store import guardians, people
from genkan.residents.store import lookups as store


def staff(account: AccountId) -> Staff | None:
    """Return a member of staff, or None. One query."""
    return store.staff(account)


@transaction.atomic(durable=True)
def give_role(
    email: str, role: StaffRole | None, *, person: ResidentId | None, now: datetime
) -> AccountId:
    """Give a staff account a role, or take it away; a role brings entry to the console.

    Args:
        email: of the staff account.
        role: None takes the role and the entry away.
        person: their own ID as a resident: neither it nor those of their home open to them.
        now: when.

    Raises:
        NotStaff: there is no such staff account.
        NotAResident: there is no such resident.
    """
    found = store.staff_by_address(email)
    if found is None:
        raise NotStaff(field="email")
    if person is not None and people.state_of(person) is None:
        raise NotAResident(field="resident")
    store.save_role(found.account, role, person)
    ledger.append(
        ledger.Entry(
            event="residents.staff_role_given",
            subject=None,
            actor=ledger.SYSTEM,
            facts={"account": str(found.account), "role": role or ""},
            happened_at=now,
        )
    )
    return found.account


def open_record(
    account: AccountId, resident: ResidentId, because: Because, *, now: datetime
) -> None:
    """Open a resident's record to a member of staff for half an hour; the resident reads of it.

    Raises:
        RoleNeeded: the account has no role.
        NotAResident: there is no such resident.
        SomebodyClose: it is their own record, or that of somebody of their home.
    """
    if not _is_open_to(account, resident, because, now=now):
        raise SomebodyClose


@transaction.atomic(durable=True)
def _is_open_to(
    account: AccountId, resident: ResidentId, because: Because, *, now: datetime
) -> bool:
    """Open, or write down that it was refused: either is committed before anybody is told."""
    who = must_have_role(account)
    store.lock_staff(account)
    held = people.profile_of(resident)
    if held is None:
        raise NotAResident
    if is_close(who, held):
        refuse_close(account, resident, because, now=now)
        return False
    note_act(account, Act.OPENED, resident, because, now=now)
    count_lookups(account, now=now)
    ledger.append(_entry("resident.looked_up", account, resident, because, now=now))
    return True


def refuse_close(
    account: AccountId, resident: ResidentId, because: Because, *, now: datetime
) -> None:
    """Write down that somebody close was refused, and have it reviewed; joins."""
    require_transaction()
    note_act(account, Act.REFUSED, resident, because, now=now)
    store.raise_alert(account, AlertKind.CLOSE, resident=resident, count=1, now=now)
    ledger.append(_entry("resident.look_up_refused", account, resident, because, now=now))


def must_be_open(account: AccountId, resident: ResidentId, *, now: datetime) -> Because:
    """Return why a record is open to a member of staff.

    Raises:
        NotOpened: it is not, or no longer.
    """
    found = store.reason_given(account, resident, since=now - OPEN_FOR)
    if found is None:
        raise NotOpened
    return found


def unmask_all(
    account: AccountId, resident: ResidentId, because: Because, *, now: datetime
) -> None:
    """Write that every value of a resident was read in full, but a protected place. Joins.

    Raises:
        NotOpened: the record is not open to this member of staff.
        NotAResident: there is no such resident.
    """
    must_be_open(account, resident, now=now)
    held = people.profile_of(resident)
    if held is None:
        raise NotAResident
    seen = (key for key, value in held.values.items() if not tells_place(held, value, now))
    record_unmasked(account, resident, because, items=tuple(sorted(seen)), now=now)


def tells_place(held: Profile, value: Value, now: datetime) -> bool:
    """Whether a value tells where a protected person lives: an export leaves it out (A9)."""
    return held.is_protected(now) and catalogue.reveals_place(value.item, value.content)


def record_unmasked(
    account: AccountId,
    resident: ResidentId,
    because: Because,
    *,
    items: tuple[str, ...],
    approval: str = "",
    now: datetime,
) -> None:
    """Write that values were read in full, and by whose approval if it needed one; joins."""
    note_act(account, Act.UNMASKED, resident, because, now=now, items=items)
    facts = {"items": list(items)} | ({"approval": approval} if approval else {})
    ledger.append(_entry("resident.unmasked", account, resident, because, now=now, more=facts))


# Reviews


def alerts(*, open_only: bool = True) -> list[Alert]:
    """Return look-ups to be reviewed, newest first, at most 200."""
    return store.alerts(open_only=open_only)


def lookups_of(account: AccountId, *, limit: int = 200) -> list[tuple[Lookup, str]]:
    """Return what a member of staff did, newest first, each with the reason in their words."""
    return store.lookups_of(account, limit=limit)


@transaction.atomic(durable=True)
def review(alert: UUID, by: AccountId, *, now: datetime) -> None:
    """Write that a supervisor looked into an alert; again changes nothing.

    Raises:
        RoleNeeded: not a supervisor.
        NotFound: there is no such alert.
        OwnAlert: it is about the supervisor.
    """
    if must_have_role(by).role is not StaffRole.SUPERVISOR:
        raise RoleNeeded
    found = store.lock_alert(alert)
    if found is None:
        raise NotFound
    if found.account == by:
        raise OwnAlert
    if found.reviewed_at is None:
        store.save_review(alert, by, now=now)
        ledger.append(
            ledger.Entry(
                event="residents.lookups_reviewed",
                subject=None,
                actor=operator(by),
                facts={"alert": str(alert)},
                happened_at=now,
            )
        )


def operator(account: AccountId) -> ledger.Actor:
    """Return a member of staff as the one who acted."""
    return ledger.Actor(kind="operator", id=str(account))


def must_have_role(account: AccountId) -> Staff:
    """Return a member of staff with a role.

    Raises:
        RoleNeeded: the account has none.
    """
    found = store.staff(account)
    if found is None or found.role is None:
        raise RoleNeeded
    return found


def is_close(who: Staff, held: Profile) -> bool:
    """Whether a record is somebody's own, of their home or house as both declared it, or a ward's.

    Whoever had a right to act for the other at any time counts.
    """
    if store.sign_in_address_of(held.resident) == store.address_of(who.account):
        return True
    if who.person is None or held.resident == who.person:
        return who.person is not None
    if guardians.between(who.person, held.resident) or guardians.between(held.resident, who.person):
        return True
    own = people.profile_of(who.person)
    return own is not None and same_house(own.content("address"), held.content("address"))


def count_lookups(account: AccountId, *, now: datetime) -> None:
    """Ask for a review, once an hour, where more is looked up than is usual. Joins."""
    require_transaction()
    since = now - WINDOW
    count = store.count_lookups(account, since=since)
    usual: int = settings.GENKAN.staff_lookups_per_hour
    if count > usual and not store.alert_since(account, AlertKind.MANY, since=since):
        store.raise_alert(account, AlertKind.MANY, resident=None, count=count, now=now)


def note_act(
    account: AccountId,
    act: Act,
    resident: ResidentId,
    because: Because,
    *,
    now: datetime,
    items: tuple[str, ...] = (),
) -> None:
    """Write an act down. Joins."""
    require_transaction()
    done = Lookup(
        account=account, act=act, reason=because.reason, resident=resident, at=now, items=items
    )
    store.add(done, note=because.note)


def _entry(
    event: str,
    account: AccountId,
    resident: ResidentId,
    because: Because,
    *,
    now: datetime,
    more: Mapping[str, Any] = MappingProxyType({}),
) -> ledger.Entry:
    return ledger.Entry(
        event=event,
        subject=resident,
        actor=operator(account),
        facts={"reason": because.reason, **more},
        happened_at=now,
    )
