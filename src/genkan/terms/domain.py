"""Versions, texts and acceptances as values."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from uuid import UUID

from genkan.kernel.ids import TermsId

LOCALES = ("ja", "ja-easy", "en")
AUTHORITATIVE = "ja"


class Kind(StrEnum):
    """The documents a resident reads."""

    TERMS_OF_USE = "terms_of_use"
    PRIVACY_POLICY = "privacy_policy"


class Method(StrEnum):
    """How somebody accepted."""

    WEB = "web"
    COUNTER = "counter"
    SYNTHETIC = "synthetic"


@dataclass(frozen=True, slots=True, kw_only=True)
class TermsVersion:
    """One version of a document.

    Attributes:
        label: what people call it, such as 2026-07; unique per kind.
        effective_from: the first moment it is in force.
        authoritative_locale: the language that decides where languages differ.
        material: residents must accept it anew; else they are told, and that is all.
    """

    id: TermsId
    kind: Kind
    label: str
    effective_from: datetime
    authoritative_locale: str
    material: bool = True


@dataclass(frozen=True, slots=True)
class Wording:
    """A version in one language: Markdown, and SHA-256 over its UTF-8 in hexadecimal."""

    locale: str
    body: str
    sha256: str

    @classmethod
    def of(cls, locale: str, body: str) -> "Wording":
        """Return the wording with its hash."""
        return cls(locale, body, sha256(body.encode()).hexdigest())


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance:
    """What somebody accepted, and what they had before their eyes.

    Attributes:
        person: the registration, whose identifier becomes the resident's.
        text_hash: SHA-256 of the text shown, in hexadecimal.
        shown_at: when the text was shown.
    """

    person: UUID
    terms: TermsId
    locale: str
    text_hash: str
    shown_at: datetime
    method: Method


def in_force(versions: Iterable[TermsVersion], now: datetime) -> TermsVersion | None:
    """Return the version that took effect last, `now` included; None before the first."""
    begun = [version for version in versions if version.effective_from <= now]
    return max(begun, key=lambda version: (version.effective_from, version.label), default=None)


def before(version: TermsVersion, versions: Iterable[TermsVersion]) -> TermsVersion | None:
    """Return the version that `version` takes the place of; None for the first."""
    earlier = [one for one in versions if one.effective_from < version.effective_from]
    return max(earlier, key=lambda one: one.effective_from, default=None)
