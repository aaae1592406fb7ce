"""Use cases of the ledger: append, sequence, publish, verify."""

import hmac
import os
import re
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from genkan.kernel.db import require_transaction
from genkan.kernel.ids import LedgerEntryId, ResidentId, new_id
from genkan.kernel.sealing import Keyring, load_keyring
from genkan.ledger import store
from genkan.ledger.domain.audit import Audit, Problem
from genkan.ledger.domain.entries import NONCE_BYTES, Entry, Recorded, canonical, leaf_hash, places
from genkan.ledger.domain.notes import Checkpoint, Signer, Verifier

SEQUENCE_LIMIT = 1_000
PUBLISHED = "checkpoints.txt"
RECEIPT = "genkan receipt v1"
_LONGEST_NOTE = 4096
_NOTE = re.compile(r"([^\n]+\n\d+\n[^\n]+\n\n— [^\n]+\n)\n")
_SHUFFLE = secrets.SystemRandom()


def append(entry: Entry) -> LedgerEntryId:
    """Record an act; joins the act's transaction, so that neither exists without the other."""
    require_transaction()
    recorded = _recorded(entry, load_keyring(settings.GENKAN.keyring))
    store.add(recorded)
    return recorded.id


def append_all(entries: Iterable[Entry]) -> None:
    """Record many acts at once; joins their transaction."""
    require_transaction()
    ring = load_keyring(settings.GENKAN.keyring)
    store.add_all(_recorded(entry, ring) for entry in entries)


def _recorded(entry: Entry, ring: Keyring) -> Recorded:
    entry_id = LedgerEntryId(new_id())
    nonce = secrets.token_bytes(NONCE_BYTES)
    seal = _seal(ring, nonce, canonical(entry_id, entry))
    return Recorded(id=entry_id, entry=entry, nonce=nonce, seal=seal)


@transaction.atomic(durable=True)
def sequence(*, now: datetime) -> int:
    """Give pending entries their places and sign the new state of the tree.

    One sequencer works at a time; an entry whose seal does not hold stays pending, so that a row
    edited before its time never enters the tree and `verify` names it.

    Returns:
        How many entries were placed, at most 1,000.
    """
    store.lock_sequencer()
    batch = [one for one in store.pending(SEQUENCE_LIMIT) if _seal_holds(one)]
    if not batch:
        return 0
    edge = store.edge()
    slots = list(range(edge.size, edge.size + len(batch)))
    _SHUFFLE.shuffle(slots)
    subjects = [one.entry.subject for one in batch]
    before = store.last_places([subject for subject in set(subjects) if subject is not None])
    placed = [
        (one.id, place, leaf_hash(one, place))
        for one, place in zip(batch, places(subjects, slots, before), strict=True)
    ]
    store.save_places(placed)
    grown = edge.grown(leaf for _, place, leaf in sorted(placed, key=lambda one: one[1].index))
    key = signer()
    note = key.signed(Checkpoint(key.name, grown.size, grown.root()))
    store.add_checkpoint(grown, note, now=now)
    return len(batch)


def publish() -> None:
    """Write the newest checkpoint where anybody may keep it: a line-separated file of notes.

    The file is the anchor outside the database: a table restored from before it is found out.
    """
    note = store.last_note()
    if note is None:
        return
    path = published_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    if _published_last(path) == note:
        return
    with path.open("a", encoding="utf-8") as file:
        file.write(note + "\n")
        file.flush()
        os.fsync(file.fileno())


def published_file() -> Path:
    """Return where checkpoints are published."""
    folder: Path = settings.GENKAN.ledger_dir
    return folder / PUBLISHED


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a verification found.

    Attributes:
        size: leaves in the tree; `pending`: entries that wait for their place.
        checkpoints: signed states that were checked.
        problems: empty if the ledger is what was signed.
    """

    size: int
    pending: int
    checkpoints: int
    root: bytes
    verifier: str
    problems: Sequence[Problem]

    @property
    def holds(self) -> bool:
        """Whether nothing was edited, deleted or moved."""
        return not self.problems


def verify() -> Report:
    """Hold every row against the signed checkpoints, in the table and in the published file."""
    verifier = signer().verifier()
    problems: list[Problem] = []
    kept = {one.size: one.root for one in _opened(store.notes(), verifier, problems)}
    published = {one.size: one.root for one in _opened(_published_notes(), verifier, problems)}
    audit = Audit(kept=kept, published=published, problems=problems)
    audit.walk(store.placed())
    audit.close()
    waiting = 0
    for one in store.all_pending():
        waiting += 1
        if not _seal_holds(one):
            problems.append(Problem("edited_while_pending", None, str(one.id)))
    return Report(
        size=audit.edge.size,
        pending=waiting,
        checkpoints=len(kept),
        root=audit.edge.root(),
        verifier=verifier.as_text(),
        problems=tuple(problems),
    )


def entries_of(
    resident: ResidentId,
    *,
    events: Sequence[str] | None = None,
    before: datetime | None = None,
    limit: int = 50,
) -> list[Recorded]:
    """Return a resident's entries, newest first.

    Args:
        resident: whose.
        events: only these; None for all.
        before: only what happened earlier, for the next page.
        limit: at most so many.
    """
    return store.of_subject(resident, events=events, before=before, limit=limit)


def missing(ids: Sequence[LedgerEntryId]) -> list[LedgerEntryId]:
    """Return which of the entries that others refer to are not in the ledger."""
    found = store.existing(ids)
    return [one for one in ids if one not in found]


def sign_receipt(lines: Sequence[str]) -> str:
    """Return lines as a signed note: what somebody keeps, and can show years later.

    The key signs nothing but receipts; whoever has `receipt_key` checks the note without us.
    """
    return _receipt_signer().note("".join(f"{line}\n" for line in (RECEIPT, *lines)))


def receipt_key() -> str:
    """Return the public key of receipts as people pass it on (C2SP signed-note)."""
    return _receipt_signer().verifier().as_text()


def signed_receipt(note: str) -> list[str] | None:
    """Return the lines of a receipt, or None if it was altered or is not ours."""
    text = _receipt_signer().verifier().signed_text(note)
    head, *lines = (text or "").split("\n")
    return lines if head == RECEIPT else None


def _receipt_signer() -> Signer:
    seed = load_keyring(settings.GENKAN.keyring).keyed_hash("receipt signing key", b"1")
    return Signer(f"{_origin()}/receipts", seed)


def signer() -> Signer:
    """Return the ledger's signing key: its seed comes from the keyring, not from the database."""
    seed = load_keyring(settings.GENKAN.keyring).keyed_hash("ledger signing key", b"1")
    return Signer(_origin(), seed)


def _origin() -> str:
    """Return the log's name: that of its first checkpoint, whatever the settings say later."""
    first = store.first_note()
    name: str = first.partition("\n")[0] if first else settings.GENKAN.ledger_name
    return name


def _seal(ring: Keyring, nonce: bytes, record: bytes) -> bytes:
    return ring.keyed_hash("ledger entry", nonce + record)


def _seal_holds(one: Recorded) -> bool:
    ring = load_keyring(settings.GENKAN.keyring)
    return hmac.compare_digest(one.seal, _seal(ring, one.nonce, canonical(one.id, one.entry)))


def _opened(
    notes: Iterable[str], verifier: Verifier, problems: list[Problem]
) -> Iterable[Checkpoint]:
    for position, note in enumerate(notes):
        checkpoint = verifier.opened(note)
        if checkpoint is None:
            problems.append(Problem("checkpoint_not_signed", position))
        else:
            yield checkpoint


def _published_notes() -> list[str]:
    path = published_file()
    return _NOTE.findall(path.read_text("utf-8")) if path.exists() else []


def _published_last(path: Path) -> str | None:
    """Return the last note of the file, reading only its end."""
    if not path.exists():
        return None
    with path.open("rb") as file:
        file.seek(max(0, file.seek(0, os.SEEK_END) - _LONGEST_NOTE))
        found = _NOTE.findall(file.read().decode(errors="replace"))
    return found[-1] if found else None
