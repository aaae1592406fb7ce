"""Registrations, values and profiles as values, and the decisions about them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from genkan.kernel.ids import AcceptanceId, AccountId, ResidentId, TermsId
from genkan.residents.domain.protection import is_protected
from genkan.residents.errors import AlreadyIssued, ProfileMissing, TermsNotAccepted


class AccountKind(StrEnum):
    """Whose account it is."""

    RESIDENT = "resident"
    STAFF = "staff"


class ResidentState(StrEnum):
    """Whether an ID can be used."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    LEAVING = "leaving"
    CLOSED = "closed"


class Origin(StrEnum):
    """Where a value comes from: 自己申告, マイナンバーカード由来, 窓口確認."""

    SELF_DECLARED = "self_declared"
    CARD = "card"
    COUNTER = "counter"


class Step(StrEnum):
    """How far a registration has come (M07)."""

    CONTACT_VERIFIED = "contact_verified"
    TERMS_ACCEPTED = "terms_accepted"
    PROFILE = "profile"
    ID_ISSUED = "id_issued"


BASIC_FOUR = ("name", "address", "sex", "birthdate")
REQUIRED = frozenset({"name", "name_kana", "birthdate", "address", "email"})
"""What an ID needs. Sex may be left open (JAPAN.md section 6), a telephone is a courtesy."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A profile on its way: fields as typed, to fill the form again, and values by item."""

    typed: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """The way from a verified address to an ID.

    Attributes:
        id: becomes the ID.
        terms: the version that `acceptance` accepted.
    """

    id: ResidentId
    account: AccountId
    step: Step
    acceptance: AcceptanceId | None = None
    terms: TermsId | None = None
    draft: Draft = Draft()

    def with_acceptance(self, acceptance: AcceptanceId, terms: TermsId) -> "Registration":
        """Return the registration with its newest acceptance; what was typed stays.

        Raises:
            AlreadyIssued: the ID exists; further acceptances are not a matter of registration.
        """
        self._must_be_open()
        step = Step.PROFILE if self.step is Step.PROFILE else Step.TERMS_ACCEPTED
        return replace(self, step=step, acceptance=acceptance, terms=terms)

    def with_profile(self, draft: Draft) -> "Registration":
        """Return the registration with a profile.

        Raises:
            AlreadyIssued: the ID exists.
            TermsNotAccepted: the terms come first.
        """
        self._must_be_open()
        if self.acceptance is None:
            raise TermsNotAccepted
        return replace(self, step=Step.PROFILE, draft=draft)

    def issued(self, in_force: TermsId) -> "Registration":
        """Return the registration with its ID issued and its draft emptied.

        Args:
            in_force: the version of the terms in force now.

        Raises:
            AlreadyIssued: the ID exists.
            TermsNotAccepted: nothing, or not this version, was accepted.
            ProfileMissing: the profile is not filled in.
        """
        self._must_be_open()
        if self.acceptance is None or self.terms != in_force:
            raise TermsNotAccepted
        if self.step is not Step.PROFILE:
            raise ProfileMissing
        return replace(self, step=Step.ID_ISSUED, draft=Draft())

    def _must_be_open(self) -> None:
        if self.step is Step.ID_ISSUED:
            raise AlreadyIssued


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One item of a resident's data.

    Attributes:
        item: key in the catalogue.
        content: JSON in the shape of the person-data API.
        origin: `Origin`.
        as_of: when it was true, as told.
        verified: whether somebody checked it.
    """

    item: str
    content: Any
    origin: str
    as_of: datetime
    verified: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Past(Value):
    """A value that no longer holds: it did until `until`, excluded."""

    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What we hold about a resident now.

    Attributes:
        protected_until: end of the protection of the address (支援措置), excluded, if there is one.
        proof_needed: nothing may leave until a counter has confirmed the person.
    """

    resident: ResidentId
    state: ResidentState
    values: Mapping[str, Value]
    proof_needed: bool = False
    protected_until: datetime | None = None

    def is_protected(self, now: datetime) -> bool:
        """Whether nothing that reveals where the person lives may be shown or sent (A9)."""
        return is_protected(self.protected_until, now)

    @property
    def lg_code(self) -> str | None:
        """The code of the municipality or ward they live in; None if unknown."""
        code = (self.content("address") or {}).get("lg_code")
        return code if isinstance(code, str) else None

    def content(self, item: str) -> Any:  # noqa: ANN401 - JSON of the item's shape
        """Return an item's content, or None where there is none."""
        value = self.values.get(item)
        return None if value is None else value.content

    def contents(self) -> dict[str, Any]:
        """Return all contents by item."""
        return {item: value.content for item, value in self.values.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What a resident keeps of the issue of their ID.

    Attributes:
        email: None for a person without an account.
        terms_label: the version accepted; `text_locale` and `text_hash` say which text was read.
        authoritative_hash: of the text that is valid where that one differs from it.
    """

    resident: ResidentId
    issued_at: datetime
    email: str | None
    ui_locale: str
    terms_label: str
    text_locale: str
    text_hash: str
    authoritative_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Who an account is to the portal: what decides which page comes next."""

    account: AccountId
    is_staff: bool
    resident: ResidentId | None
    interests_asked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NewResident:
    """Somebody registered other than by the public form: at a counter, by a command, invented.

    Attributes:
        id: the ID to be; residents of the test population keep theirs.
        email: None for a person without an account.
        password_hash: as Django writes it; None for no password.
        values: contents by item; the e-mail address is added from `email`.
        interests: None if they were not asked yet.
        origins: by item; self-declared where nothing is said.
        past: what held before `values`.
        protected_until: end of the protection of the address, for invented residents.
    """

    id: ResidentId
    email: str | None
    password_hash: str | None
    values: Mapping[str, Any]
    interests: frozenset[str] | None = None
    ui_locale: str = "ja"
    origins: Mapping[str, Origin] = field(default_factory=dict)
    synthetic: bool = False
    past: tuple["Earlier", ...] = ()
    protected_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """A content that held from `since` until `until`, excluded."""

    item: str
    content: Any
    since: datetime
    until: datetime


def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """Return the contents of `after` that differ from `before`, item by item."""
    return {item: content for item, content in after.items() if before.get(item) != content}
