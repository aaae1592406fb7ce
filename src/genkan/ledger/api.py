"""The ledger's door."""

from genkan.ledger.domain.entries import SYSTEM, Actor, Entry, Recorded
from genkan.ledger.service import Report, append, entries_of, missing, publish, sequence, verify

__all__ = [
    "SYSTEM",
    "Actor",
    "Entry",
    "Recorded",
    "Report",
    "append",
    "entries_of",
    "missing",
    "publish",
    "sequence",
    "verify",
]
