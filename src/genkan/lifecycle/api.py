"""Lifecycle's door."""

from genkan.lifecycle.domain import Certificate, Disposal, Progress, Provision
from genkan.lifecycle.errors import (
    AlreadyCertified,
    CertificateImplausible,
    CertificateIncomplete,
    UnknownDisposal,
)
from genkan.lifecycle.service import (
    certificates,
    certify,
    disposals_of,
    is_overdue,
    mark_overdue,
    open_provision,
    overdue_services,
    provisions_of,
    request_disposal,
    unrecorded,
)

__all__ = [
    "AlreadyCertified",
    "Certificate",
    "CertificateImplausible",
    "CertificateIncomplete",
    "Disposal",
    "Progress",
    "Provision",
    "UnknownDisposal",
    "certificates",
    "certify",
    "disposals_of",
    "is_overdue",
    "mark_overdue",
    "open_provision",
    "overdue_services",
    "provisions_of",
    "request_disposal",
    "unrecorded",
]
