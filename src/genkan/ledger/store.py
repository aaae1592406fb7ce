"""Queries of the ledger."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from genkan.kernel.db import copy_rows, rows
from genkan.kernel.ids import LedgerEntryId, ResidentId, ServiceId
from genkan.ledger.domain.entries import Actor, Entry, Place, Recorded
from genkan.ledger.domain.tree import Edge
from genkan.ledger.models import CheckpointRow, EntryRow

BATCH = 2_000
_SEQUENCER_LOCK = 0x67656E6B616E01  # "genkan", first lock: one sequencer per installation


def add_all(recorded: Iterable[Recorded]) -> None:
    """Write pending entries, many at once."""
    copy_rows(
        "ledger_entry",
        (
            "id",
            "event",
            "subject",
            "actor_kind",
            "actor",
            "service",
            "facts",
            "happened_at",
            "nonce",
            "seal",
        ),
        (
            (
                one.id,
                one.entry.event,
                one.entry.subject,
                one.entry.actor.kind,
                one.entry.actor.id,
                one.entry.service,
                dict(one.entry.facts),
                one.entry.happened_at,
                one.nonce,
                one.seal,
            )
            for one in recorded
        ),
    )


def add(recorded: Recorded) -> None:
    """Write a pending entry."""
    entry = recorded.entry
    EntryRow.objects.create(
        id=recorded.id,
        event=entry.event,
        subject=entry.subject,
        actor_kind=entry.actor.kind,
        actor=entry.actor.id,
        service=entry.service,
        facts=dict(entry.facts),
        happened_at=entry.happened_at,
        nonce=recorded.nonce,
        seal=recorded.seal,
    )


def lock_sequencer() -> None:
    """Wait until no other sequencer is at work, until the transaction ends."""
    rows("SELECT pg_advisory_xact_lock(%(key)s)", key=_SEQUENCER_LOCK)


def pending(limit: int) -> list[Recorded]:
    """Return the oldest entries without a place."""
    found = EntryRow.objects.filter(index__isnull=True).order_by("happened_at", "id")[:limit]
    return [_to_recorded(row) for row in found.values()]


def pending_count() -> int:
    """Return how many entries have no place yet."""
    return EntryRow.objects.filter(index__isnull=True).count()


def last_places(subjects: Sequence[ResidentId]) -> dict[ResidentId, tuple[int, int]]:
    """Return, per subject that has placed entries, their count and the last one's index."""
    found = rows(
        """
        SELECT DISTINCT ON (subject) subject, subject_count, index
          FROM ledger_entry
         WHERE subject = ANY(%(subjects)s) AND index IS NOT NULL
         ORDER BY subject, subject_count DESC
        """,
        subjects=list(subjects),
    )
    return {row["subject"]: (row["subject_count"], row["index"]) for row in found}


def save_places(placed: Sequence[tuple[LedgerEntryId, Place, bytes]]) -> None:
    """Give entries their places, in one statement."""
    rows(
        """
        UPDATE ledger_entry AS entry
           SET index = new.index, subject_count = new.subject_count,
               previous_index = new.previous_index, leaf_hash = new.leaf_hash
          FROM unnest(%(ids)s::uuid[], %(indexes)s::bigint[], %(counts)s::bigint[],
                      %(previous)s::bigint[], %(hashes)s::bytea[])
               AS new(id, index, subject_count, previous_index, leaf_hash)
         WHERE entry.id = new.id AND entry.index IS NULL
        """,
        ids=[entry for entry, _, _ in placed],
        indexes=[place.index for _, place, _ in placed],
        counts=[place.subject_count for _, place, _ in placed],
        previous=[place.previous_index for _, place, _ in placed],
        hashes=[leaf for _, _, leaf in placed],
    )


def edge() -> Edge:
    """Return the tree as of the last checkpoint."""
    row = CheckpointRow.objects.order_by("-size").values("size", "peaks").first()
    return Edge() if row is None else Edge(row["size"], tuple(bytes(p) for p in row["peaks"]))


def add_checkpoint(edge: Edge, note: str, *, now: datetime) -> None:
    """Write a signed checkpoint."""
    CheckpointRow.objects.create(
        size=edge.size, root=edge.root(), peaks=list(edge.peaks), note=note, signed_at=now
    )


def notes() -> list[str]:
    """Return all signed notes, smallest tree first."""
    return list(CheckpointRow.objects.order_by("size").values_list("note", flat=True))


def first_note() -> str | None:
    """Return the oldest signed note, or None before the first."""
    return CheckpointRow.objects.order_by("size").values_list("note", flat=True).first()


def last_note() -> str | None:
    """Return the newest signed note, or None before the first."""
    return CheckpointRow.objects.order_by("-size").values_list("note", flat=True).first()


def placed() -> Iterator[Recorded]:
    """Yield all placed entries by index, a batch at a time: memory stays constant."""
    after: int | None = -1
    while True:
        found = list(EntryRow.objects.filter(index__gt=after).order_by("index").values()[:BATCH])
        if not found:
            return
        yield from map(_to_recorded, found)
        after = found[-1]["index"]


def all_pending() -> Iterator[Recorded]:
    """Yield all entries without a place."""
    found = EntryRow.objects.filter(index__isnull=True).order_by("happened_at", "id")
    yield from map(_to_recorded, found.values().iterator(BATCH))


def of_subject(
    subject: ResidentId, *, events: Sequence[str] | None, before: datetime | None, limit: int
) -> list[Recorded]:
    """Return a resident's entries, newest first."""
    found = EntryRow.objects.filter(subject=subject)
    if events is not None:
        found = found.filter(event__in=events)
    if before is not None:
        found = found.filter(happened_at__lt=before)
    return [_to_recorded(row) for row in found.order_by("-happened_at", "-id").values()[:limit]]


def existing(ids: Sequence[LedgerEntryId]) -> set[LedgerEntryId]:
    """Return which of the entries stand in the ledger."""
    found = EntryRow.objects.filter(id__in=ids).values_list("id", flat=True)
    return {LedgerEntryId(one) for one in found}


def _to_recorded(row: Mapping[str, Any]) -> Recorded:
    entry = Entry(
        event=row["event"],
        subject=ResidentId(row["subject"]) if row["subject"] else None,
        actor=Actor(kind=row["actor_kind"], id=row["actor"]),
        service=ServiceId(row["service"]) if row["service"] else None,
        facts=row["facts"],
        happened_at=row["happened_at"],
    )
    return Recorded(
        id=LedgerEntryId(row["id"]),
        entry=entry,
        nonce=bytes(row["nonce"]),
        seal=bytes(row["seal"]),
        index=row["index"],
        subject_count=row["subject_count"],
        previous_index=row["previous_index"],
        leaf_hash=None if row["leaf_hash"] is None else bytes(row["leaf_hash"]),
    )
