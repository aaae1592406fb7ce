"""Use cases around what we hold about a resident: show, change, hand to a release."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, TypeVar

from django.db import transaction

from genkan.kernel.db import require_transaction
from genkan.kernel.ids import ResidentId
from genkan.ledger import api as ledger
from genkan.residents.domain.likeness import COMPARED
from genkan.residents.domain.people import (
    Origin,
    Past,
    Profile,
    Receipt,
    ResidentState,
    Value,
    changed,
)
from genkan.residents.domain.readings import OTHER, USED, settled
from genkan.residents.errors import NotAResident
from genkan.residents.service import duplicates
from genkan.residents.store import people as store
from genkan.terms import api as terms

Found = TypeVar("Found")


def profile_of(resident: ResidentId) -> Profile:
    """Return what we hold about a resident now. One query.

    Raises:
        NotAResident: there is no such resident.
    """
    return _found(store.profile_of(resident))


def hold_for_release(resident: ResidentId) -> Profile:
    """Return the same, held until the transaction ends: a change of state waits. Joins. One query.

    Raises:
        NotAResident: there is no such resident.
    """
    require_transaction()
    return _found(store.hold_profile(resident))


def past_values_of(resident: ResidentId) -> list[Past]:
    """Return a resident's closed values, newest first. One query."""
    return store.past_values_of(resident)


def state_of(resident: ResidentId) -> ResidentState:
    """Return whether an ID can be used. One query.

    Raises:
        NotAResident: there is no such resident.
    """
    return _found(store.state_of(resident))


def proof_is_needed(resident: ResidentId) -> bool:
    """Return whether a counter must confirm the person before anything leaves. One query.

    Raises:
        NotAResident: there is no such resident.
    """
    return _found(store.proof_is_needed(resident))


def receipt_of(resident: ResidentId) -> Receipt:
    """Return the receipt of an ID: what was accepted, and when it was issued.

    Raises:
        NotAResident: there is no such resident.
    """
    issued_at, acceptance, email, locale = _found(store.issue_of(resident))
    act = _found(terms.acceptance(acceptance))
    version = terms.version_of(act.terms)
    return Receipt(
        resident=resident,
        issued_at=issued_at,
        email=email,
        ui_locale=locale,
        terms_label=version.label,
        text_locale=act.locale,
        text_hash=act.text_hash,
        authoritative_hash=terms.text(version, version.authoritative_locale).sha256,
    )


def contact_of(resident: ResidentId) -> tuple[str, str] | None:
    """Return a resident's address for mail and their language; None without an account."""
    return store.contact_of(resident)


def interests_of(resident: ResidentId) -> frozenset[str]:
    """Return what a resident picked. One query."""
    return store.interests_of(resident)


@transaction.atomic(durable=True)
def change_values(resident: ResidentId, contents: Mapping[str, Any], *, now: datetime) -> list[str]:
    """Open new values where contents differ; the old ones become history.

    Returns:
        The items that changed.

    Raises:
        NotAResident: there is no such resident.
    """
    if not store.lock_resident(resident):
        raise NotAResident
    before = profile_of(resident)
    new = changed({item: value.content for item, value in before.values.items()}, contents)
    if not new:
        return []
    touched = {*new, OTHER} if USED in new else set(new)
    since = _after([before.values[item] for item in touched if item in before.values], now)
    said = {item: _declared(item, content, since) for item, content in new.items()}
    changes = settled(before.values, said)
    store.close_values(resident, changes, now=since)
    store.add_values((resident, value, None) for value in changes.values() if value is not None)
    if COMPARED & new.keys():
        held = {item: value.content for item, value in before.values.items()}
        duplicates.note_change(resident, held | new, now=now)
    ledger.append(
        ledger.Entry(
            event="resident.values_changed",
            subject=resident,
            actor=ledger.Actor.resident(resident),
            facts={"items": sorted(new)},
            happened_at=now,
        )
    )
    return sorted(new)


def put_address(resident: ResidentId, address: str, *, now: datetime) -> None:
    """Open a new e-mail address that a code has confirmed; joins.

    Raises:
        NotAResident: there is no such resident.
    """
    require_transaction()
    if not store.lock_resident(resident):
        raise NotAResident
    before = profile_of(resident).values.get("email")
    since = _after([before] if before else [], now)
    value = Value(
        item="email",
        content=address,
        origin=Origin.SELF_DECLARED,
        as_of=since,
        verified=True,
    )
    store.close_values(resident, ["email"], now=since)
    store.add_values([(resident, value, None)])


@transaction.atomic(durable=True)
def answer_interests(resident: ResidentId, picks: frozenset[str], *, now: datetime) -> None:
    """Write what a resident picks, perhaps nothing, and that they were asked.

    Raises:
        NotAResident: there is no such resident.
    """
    if not store.lock_resident(resident):
        raise NotAResident
    store.save_interests(resident, picks, now=now)


@transaction.atomic(durable=True)
def skip_interests(resident: ResidentId, *, now: datetime) -> None:
    """Note that a resident was asked for interests and did not answer; picks stay."""
    store.save_interests(resident, store.interests_of(resident), now=now)


def _after(values: Iterable[Value], now: datetime) -> datetime:
    """Return `now`, or the moment the newest of these began.

    Of two changes at once the one that waited may have looked at the clock first.
    """
    return max([now, *(value.as_of for value in values)])


def _declared(
    item: str,
    content: Any,  # noqa: ANN401 - JSON of the item's shape
    now: datetime,
) -> Value | None:
    if not content:
        return None
    return Value(item=item, content=content, origin=Origin.SELF_DECLARED, as_of=now, verified=False)


def _found(found: Found | None) -> Found:
    if found is None:
        raise NotAResident
    return found
