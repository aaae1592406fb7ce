"""Identifiers: random UUIDs with a type of their own, so that two cannot be swapped."""

import os
from typing import NewType
from uuid import UUID

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


# RFC 9562 section 5.4: four bits say the version, two the variant. uuid.uuid4 takes twice as long.
_VERSION_4 = 0x4 << 76 | 0b10 << 62
_DRAWN = (1 << 128) - 1 ^ (0xF << 76 | 0b11 << 62)


def new_id() -> UUID:
    """Return a fresh random identifier (UUID version 4): it says nothing about when or who."""
    drawn = int.from_bytes(os.urandom(16), "big")
    return UUID(int=drawn & _DRAWN | _VERSION_4)
