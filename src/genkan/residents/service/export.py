"""The use case of the export: everything held on a resident, in one file or one page (M10, I6)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from genkan.kernel.export import Line, export_parts
from genkan.kernel.ids import AccountId, ResidentId
from genkan.ledger import api as ledger
from genkan.residents.domain.lookups import Because
from genkan.residents.errors import NotAResident
from genkan.residents.service import lookups
from genkan.residents.store import erasing
from genkan.residents.store import people as store

FORMAT = "genkan-export"
VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What a resident accepted and allowed, signed, and the key that shows that we signed it."""

    note: str
    key: str


@dataclass(frozen=True, slots=True)
class Section:
    """One app's part for reading; `name` is its key in the file."""

    name: str
    title: str
    lines: Sequence[Line]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Everything held on a resident, for reading."""

    sections: Sequence[Section]
    receipt: Receipt


@transaction.atomic(durable=True)
def export(resident: ResidentId, *, by: ledger.Actor, now: datetime) -> dict[str, Any]:
    """Return everything held on a resident as JSON, and record that it was taken out.

    Args:
        resident: whose.
        by: who takes it.
        now: when.

    Raises:
        NotAResident: there is no such resident.
    """
    return _document(resident, by=by, now=now)


def _document(resident: ResidentId, *, by: ledger.Actor, now: datetime) -> dict[str, Any]:
    _must_exist(resident)
    parts = {name: _plain(part.data(resident)) for name, part in export_parts.items().items()}
    _record(resident, by, now)
    head = {"format": FORMAT, "version": VERSION, "made_at": _plain(now), "id": str(resident)}
    receipt = _receipt(resident, now)
    return head | parts | {"receipt": {"note": receipt.note, "key": receipt.key}}


@transaction.atomic(durable=True)
def read_all(resident: ResidentId, *, language: str, by: ledger.Actor, now: datetime) -> Reading:
    """Return the same for reading and printing; recorded likewise.

    Raises:
        NotAResident: there is no such resident.
    """
    _must_exist(resident)
    found = [
        Section(name, str(part.title), part.lines(resident, language))
        for name, part in export_parts.items().items()
    ]
    _record(resident, by, now)
    sections = [section for section in found if section.lines]
    return Reading(sections=sections, receipt=_receipt(resident, now))


@transaction.atomic(durable=True)
def export_at_counter(
    account: AccountId, resident: ResidentId, because: Because, *, now: datetime
) -> dict[str, Any]:
    """Return the same to a member of staff whom the resident asked; every value counts as seen.

    Raises:
        RoleNeeded: the account has no role.
        NotOpened: the record is not open to this member of staff.
        NotAResident: there is no such resident.
    """
    lookups.must_have_role(account)
    lookups.unmask_all(account, resident, because, now=now)
    return _document(resident, by=lookups.operator(account), now=now)


def account_facts(resident: ResidentId) -> Mapping[str, object]:
    """Return when the ID was issued, and address and moments of its account. One query."""
    return erasing.account_facts(resident)


def _receipt(resident: ResidentId, now: datetime) -> Receipt:
    """Return what the resident accepted, refused and allowed, signed as it stands now."""
    acts = [line for part in export_parts.items().values() for line in part.receipts(resident)]
    head = [f"resident {resident}", f"made {now.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"]
    return Receipt(note=ledger.sign_receipt([*head, *acts]), key=ledger.receipt_key())


def _must_exist(resident: ResidentId) -> None:
    if store.state_of(resident) is None:
        raise NotAResident


def _record(resident: ResidentId, by: ledger.Actor, now: datetime) -> None:
    ledger.append(
        ledger.Entry(
            event="resident.exported", subject=resident, actor=by, facts={}, happened_at=now
        )
    )


def _plain(value: Any) -> Any:  # noqa: ANN401 - JSON in, JSON out
    """Return a value as JSON knows it: moments and identifiers as text, sets in order."""
    if isinstance(value, dict):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, frozenset | set):
        return sorted(_plain(inner) for inner in value)
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID | bytes) else value
