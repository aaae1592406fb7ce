"""Versions, texts and acceptances as values."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
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
        touches: purposes ("P3") and linked services (their slug) that a changed clause is about:
            what residents allowed them before is asked anew.
    """

    id: TermsId
    kind: Kind
    label: str
    effective_from: datetime
    authoritative_locale: str
    material: bool = True
    touches: frozenset[str] = frozenset()


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What a person keeps of an acceptance."""

    version: TermsVersion
    locale: str
    text_hash: str
    shown_at: datetime
    accepted_at: datetime


def in_force(versions: Iterable[TermsVersion], now: datetime) -> TermsVersion | None:
    """Return the version that took effect last, `now` included; None before the first."""
    begun = [version for version in versions if version.effective_from <= now]
    return max(begun, key=lambda version: (version.effective_from, version.label), default=None)


def before(version: TermsVersion, versions: Iterable[TermsVersion]) -> TermsVersion | None:
    """Return the version that `version` takes the place of; None for the first."""
    earlier = [one for one in versions if one.effective_from < version.effective_from]
    return max(earlier, key=lambda one: one.effective_from, default=None)


class Duty(StrEnum):
    """What the newest change of the terms asks of somebody who accepted an earlier version."""

    NOTHING = "nothing"
    ANNOUNCED = "announced"
    """A version is published that is not in force yet."""
    CHANGED = "changed"
    """A version took effect lately that asks for nothing."""
    UNDECIDED = "undecided"
    """A material change is in force, neither accepted nor refused."""
    REFUSED = "refused"
    """A material change is in force, and was refused."""


NOTICE_FOR = timedelta(days=30)
"""How long a change that asks for nothing is told after it took effect."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """A version, and what somebody did about it."""

    version: TermsVersion
    accepted_at: datetime | None = None
    refused_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How somebody stands to the terms of use.

    Attributes:
        version: what the duty is about; for NOTHING, the version in force, None before the first.
        accepted: the newest version that was accepted; None if none was.
        touching: versions with a clause about linked services, those to come included.
    """

    duty: Duty
    version: TermsVersion | None
    accepted: TermsVersion | None
    touching: tuple[TermsVersion, ...] = ()

    @property
    def is_current(self) -> bool:
        """Whether everything that has to be accepted was."""
        return self.duty not in {Duty.UNDECIDED, Duty.REFUSED}


def standing(decisions: Iterable[Decided], now: datetime) -> Standing:
    """Return how somebody stands to the terms at `now`.

    Every material change since the version accepted last must be accepted, and accepting the
    version in force accepts them all: a small change upon a material one hides nothing.

    Args:
        decisions: all versions of the terms of use, in any order.
        now: the moment that is asked about.
    """
    known = list(decisions)
    touching = tuple(one.version for one in known if one.version.touches)
    return replace(_standing(known, now), touching=touching)


def _standing(known: Sequence[Decided], now: datetime) -> Standing:
    agreed = [one.version for one in known if one.accepted_at is not None]
    accepted = max(agreed, key=lambda version: version.effective_from, default=None)
    newer = sorted(
        (one for one in known if _is_after(one.version, accepted)),
        key=lambda one: one.version.effective_from,
    )
    begun = [one for one in newer if one.version.effective_from <= now]
    to_come = [one.version for one in newer if one.version.effective_from > now]
    if any(one.version.material for one in begun):
        duty = Duty.REFUSED if begun[-1].refused_at is not None else Duty.UNDECIDED
        return Standing(duty=duty, version=begun[-1].version, accepted=accepted)
    if to_come:
        return Standing(duty=Duty.ANNOUNCED, version=to_come[0], accepted=accepted)
    if begun and now < begun[-1].version.effective_from + NOTICE_FOR:
        return Standing(duty=Duty.CHANGED, version=begun[-1].version, accepted=accepted)
    current = in_force([one.version for one in known], now)
    return Standing(duty=Duty.NOTHING, version=current, accepted=accepted)


def _is_after(version: TermsVersion, accepted: TermsVersion | None) -> bool:
    return accepted is None or version.effective_from > accepted.effective_from
