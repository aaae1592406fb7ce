"""The use case of the export: everything held on a resident, in one file or one page (M10, I6)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from genkan.kernel.export import Line, export_parts
from genkan.kernel.ids import ResidentId
from genkan.ledger import api as ledger
from genkan.residents.errors import NotAResident
from genkan.residents.store import erasing
from genkan.residents.store import people as store

FORMAT = "genkan-export"
VERSION = 1


@dataclass(frozen=True, slots=True)
class Section:
    """One app's part for reading; `name` is its key in the file."""

    name: str
    title: str
    lines: Sequence[Line]


@transaction.atomic(durable=True)
def export(resident: ResidentId, *, by: ledger.Actor, now: datetime) -> dict[str, Any]:
    """Return everything held on a resident as JSON, and record that it was taken out.

    Args:
        resident: whose.
        by: who takes it: the resident, or an operator for them.
        now: when.

    Raises:
        NotAResident: there is no such resident.
    """
    _must_exist(resident)
    parts = {name: _plain(part.data(resident)) for name, part in export_parts.items().items()}
    _record(resident, by, now)
    head = {"format": FORMAT, "version": VERSION, "made_at": _plain(now), "id": str(resident)}
    return head | parts


@transaction.atomic(durable=True)
def read_all(
    resident: ResidentId, *, language: str, by: ledger.Actor, now: datetime
) -> list[Section]:
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
    return [section for section in found if section.lines]


def account_facts(resident: ResidentId) -> Mapping[str, object]:
    """Return when the ID was issued, and address and moments of its account. One query."""
    return erasing.account_facts(resident)


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
