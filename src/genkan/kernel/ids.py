"""Identifiers: random UUIDs with a type of their own, so that two cannot be swapped."""

from typing import NewType
from uuid import UUID, uuid4

AccountId = NewType("AccountId", UUID)
ResidentId = NewType("ResidentId", UUID)
OrganisationId = NewType("OrganisationId", UUID)
ServiceId = NewType("ServiceId", UUID)
AgreementId = NewType("AgreementId", UUID)
OfferId = NewType("OfferId", UUID)
ConsentId = NewType("ConsentId", UUID)
ProvisionId = NewType("ProvisionId", UUID)
DisposalId = NewType("DisposalId", UUID)
LedgerEntryId = NewType("LedgerEntryId", UUID)
TermsId = NewType("TermsId", UUID)
AcceptanceId = NewType("AcceptanceId", UUID)
ChangeId = NewType("ChangeId", UUID)


def new_id() -> UUID:
    """Return a fresh random identifier (UUID version 4): it says nothing about when or who."""
    return uuid4()
