"""Provisions, disposals and certificates as values."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from genkan.kernel.ids import (
    ConsentId,
    DisposalId,
    LedgerEntryId,
    OfferId,
    ProvisionId,
    ResidentId,
    ServiceId,
)
from genkan.lifecycle.errors import CertificateImplausible, CertificateIncomplete

CLOCK_SKEW = timedelta(minutes=1)


class Progress(StrEnum):
    """How far a disposal is."""

    REQUESTED = "requested"
    OVERDUE = "overdue"
    CERTIFIED = "certified"


@dataclass(frozen=True, slots=True, kw_only=True)
class Provision:
    """One release of a resident's data to a service.

    Attributes:
        items: keys of the catalogue's items that left.
        digest: SHA-256 of the payload's items as canonical JSON (32 bytes).
        door: through which interface it left ("person_data", "userinfo").
        ledger_entry: the entry written in the same transaction.
        name_form: "alias" where the alias left in the place of the name; "" for anything else.
        disposal: the request that asks for its disposal, once there is one.
        closed_at: when a certificate closed it; None while open.
    """

    id: ProvisionId
    resident: ResidentId
    service: ServiceId
    consent: ConsentId
    offer: OfferId
    purpose: str
    items: tuple[str, ...]
    digest: bytes
    door: str
    released_at: datetime
    ledger_entry: LedgerEntryId
    name_form: str = ""
    disposal: DisposalId | None = None
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Disposal:
    """A request to dispose of provisions, due at `due_at`."""

    id: DisposalId
    resident: ResidentId
    service: ServiceId
    consent: ConsentId
    reason: str
    requested_at: datetime
    due_at: datetime
    overdue_at: datetime | None = None
    certified_at: datetime | None = None

    def progress(self, now: datetime) -> Progress:
        """How far it is at `now`: overdue from the due moment on."""
        if self.certified_at is not None:
            return Progress.CERTIFIED
        return Progress.OVERDUE if now >= self.due_at else Progress.REQUESTED


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """A partner's signed statement, its signature already checked.

    Attributes:
        token: the JWS as received.
        provisions: what it says was disposed of.
        method: "erased", "overwritten" or "crypto_shredded".
        copies: where copies were, backups and processors included, in words.
        responsible: who answers for it, in words.
        completed_at: when the disposal was complete.
    """

    token: str
    provisions: frozenset[ProvisionId]
    method: str
    copies: str
    responsible: str
    completed_at: datetime


def check(
    certificate: Certificate, disposal: Disposal, asked: frozenset[ProvisionId], *, now: datetime
) -> None:
    """Check that a certificate answers this request.

    Raises:
        CertificateIncomplete: it covers other provisions than were asked for.
        CertificateImplausible: completed before the request, or later than now (1 min skew).
    """
    if certificate.provisions != asked:
        raise CertificateIncomplete(field="provisions")
    earliest, latest = disposal.requested_at - CLOCK_SKEW, now + CLOCK_SKEW
    if not earliest <= certificate.completed_at <= latest:
        raise CertificateImplausible(field="completed_at")
