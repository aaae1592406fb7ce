"""The door of terms."""

from genkan.terms.domain import LOCALES, Acceptance, Kind, Method, TermsVersion, Wording
from genkan.terms.errors import TermsOutdated, TermsUnpublished, TooEarly, VersionChanged
from genkan.terms.service import (
    Draft,
    accept,
    accept_all,
    acceptance,
    acceptances_of,
    current,
    hold_current,
    publish,
    text,
    versions,
)

__all__ = [
    "LOCALES",
    "Acceptance",
    "Draft",
    "Kind",
    "Method",
    "TermsOutdated",
    "TermsUnpublished",
    "TermsVersion",
    "TooEarly",
    "VersionChanged",
    "Wording",
    "accept",
    "accept_all",
    "acceptance",
    "acceptances_of",
    "current",
    "hold_current",
    "publish",
    "text",
    "versions",
]
