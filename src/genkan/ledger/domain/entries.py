"""Entries and the commitments to them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from genkan.kernel.ids import LedgerEntryId, ResidentId, ServiceId

NONCE_BYTES = 32
_as_json = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who acted: kind "resident", "service", "operator" or "system", and our identifier of them."""

    kind: str
    id: str = ""

    @classmethod
    def resident(cls, resident: ResidentId) -> "Actor":
        """Return the resident as the one who acted."""
        return cls(kind="resident", id=str(resident))

    @classmethod
    def service(cls, service: ServiceId) -> "Actor":
        """Return the linked service as the one who acted."""
        return cls(kind="service", id=str(service))


SYSTEM = Actor(kind="system")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One act, as told to the ledger.

    Attributes:
        event: `app.past_participle`.
        subject: whose data or account it concerns, if anybody's.
        actor: who acted.
        service: the linked service concerned, if any.
        facts: identifiers, item keys, reasons; never a value of a resident's data.
        happened_at: when, UTC.
    """

    event: str
    subject: ResidentId | None
    actor: Actor
    happened_at: datetime
    service: ServiceId | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """An entry as it stands in the ledger; `index` and what hangs on it are None while pending."""

    id: LedgerEntryId
    entry: Entry
    nonce: bytes
    seal: bytes
    index: int | None = None
    subject_count: int | None = None
    previous_index: int | None = None
    leaf_hash: bytes | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where an entry stands: its index, the how-manieth of its subject, the index before that."""

    index: int
    subject_count: int | None
    previous_index: int | None


def canonical(entry_id: UUID, entry: Entry) -> bytes:
    """Return the entry as bytes: JSON with sorted keys, no spaces, UTF-8, UTC with microseconds."""
    record = {
        "id": str(entry_id),
        "event": entry.event,
        "subject": str(entry.subject) if entry.subject else None,
        "actor": {"kind": entry.actor.kind, "id": entry.actor.id},
        "service": str(entry.service) if entry.service else None,
        "facts": entry.facts,
        "happened_at": f"{entry.happened_at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}",
    }
    return _as_json(record).encode()


def leaf_hash(recorded: Recorded, place: Place) -> bytes:
    """Return the hash of the entry's leaf at `place`.

    The leaf is SHA-256 of nonce, place and record: 32 bytes that nobody can guess without the
    nonce, so it may be published. Destroying nonce and record leaves the tree whole.

    Source:
        RFC 6962 section 2.1: a leaf's hash is SHA-256(0x00 || leaf).
    """
    chain = f"{place.index},{place.subject_count},{place.previous_index}".encode()
    leaf = sha256(recorded.nonce + chain + b"\n" + canonical(recorded.id, recorded.entry)).digest()
    return sha256(b"\x00" + leaf).digest()


def places(
    subjects: Sequence[ResidentId | None],
    slots: Sequence[int],
    before: Mapping[ResidentId, tuple[int, int]],
) -> list[Place]:
    """Give each entry of a batch its place.

    Args:
        subjects: whose the entries are, oldest entry first.
        slots: a shuffled run of the next indexes, one per entry: timing links nobody.
        before: for a subject seen earlier, its count so far and its last index.

    Returns:
        One place per entry, in the order of `subjects`. Entries of one subject keep their order:
        the shuffle decides which indexes they share, never which of them comes first.
    """
    kept: dict[ResidentId, list[int]] = {}
    for subject, slot in zip(subjects, slots, strict=True):
        if subject is not None:
            kept.setdefault(subject, []).append(slot)
    ordered = {subject: iter(sorted(mine)) for subject, mine in kept.items()}
    last = dict(before)
    found: list[Place] = []
    for subject, slot in zip(subjects, slots, strict=True):
        if subject is None:
            found.append(Place(slot, None, None))
            continue
        index = next(ordered[subject])
        count, previous = last.get(subject, (0, None))
        found.append(Place(index, count + 1, previous))
        last[subject] = (count + 1, index)
    return found
