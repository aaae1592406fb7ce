"""The door of terms."""

from genkan.terms.domain import LOCALES, Acceptance, Kind, Method, TermsVersion, Wording
from genkan.terms.errors import TermsOutdated, TermsUnpublished, TooEarly, VersionChanged
from genkan.terms.markdown import as_html
from genkan.terms.service import (
    Draft,
    accept,
    accept_all,
    acceptance,
    acceptances_of,
    current,
    drafts,
    hold_current,
    publish,
    text,
    version,
    version_of,
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
    "as_html",
    "current",
    "drafts",
    "hold_current",
    "publish",
    "text",
    "version",
    "version_of",
    "versions",
]
