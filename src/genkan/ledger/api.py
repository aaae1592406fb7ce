"""The ledger's door."""

from genkan.kernel.ids import LedgerEntryId
from genkan.ledger.domain.entries import SYSTEM, Actor, Entry, Recorded
from genkan.ledger.service import (
    Report,
    append,
    append_all,
    entries_of,
    missing,
    publish,
    receipt_key,
    sequence,
    sign_receipt,
    signed_receipt,
    verify,
)

__all__ = [
    "SYSTEM",
    "Actor",
    "Entry",
    "LedgerEntryId",
    "Recorded",
    "Report",
    "append",
    "append_all",
    "entries_of",
    "missing",
    "publish",
    "receipt_key",
    "sequence",
    "sign_receipt",
    "signed_receipt",
    "verify",
]
