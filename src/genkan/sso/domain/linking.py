"""Linking accounts that people have at a service already (M18).

Link: unlinked -> pending -> linked; pending -> conflict; linked -> unlinked. A person proves both
accounts in one flow; what does not fit together is decided by staff, never by a program.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType
from uuid import UUID

from typing_extensions import override

from genkan.kernel.errors import Refusal
from genkan.kernel.ids import ResidentId, ServiceId
from genkan.kernel.parameters import Form
from genkan.sso.domain.values import LinkId
from genkan.sso.errors import InvalidRequest, OAuthError

ExternalAccountId = NewType("ExternalAccountId", UUID)
ConflictId = NewType("ConflictId", UUID)

LINKING_TIME = timedelta(minutes=30)
"""How long a link may wait for its account; then it is undone, on both sides."""
MOST_MATTERS = 9_999
_REFERENCE = re.compile(r"[A-Za-z0-9._~:\-]{8,128}", re.ASCII)
"""An opaque reference: no @, no space, nothing that is somebody's name or address."""


class LinkGone(OAuthError):
    """The sign-in that would prove a person cannot: too old, used, over, or another client's."""

    error = "invalid_grant"

    def __init__(self, *, detail: str) -> None:
        super().__init__("this sign-in links nothing: begin again", detail=detail)


class CorporateAccount(OAuthError):
    """An account of an organisation is linked with nobody's ID."""

    error = "corporate_account"
    status = 403

    def __init__(self) -> None:
        super().__init__("accounts of organisations cannot be linked with a person's ID")


class LinkInConflict(OAuthError):
    """The account and the person do not fit together: staff decide, nobody else."""

    error = "link_conflict"
    status = 409

    def __init__(self, reason: str, *, conflict: str) -> None:
        super().__init__("staff of Genkan decide about this link", state="link_conflict")
        self.reason = reason
        self.conflict = conflict

    @override
    def document(self) -> dict[str, str]:
        """Return the error with what does not fit, and the name of the conflict."""
        return super().document() | {"reason": self.reason, "conflict": self.conflict}


class AlreadyDecided(Refusal):
    """Somebody has decided about this conflict before; the first decision stands."""

    code = "sso.already_decided"


class NotSupervisor(Refusal):
    """Conflicts are decided by supervisors."""

    code = "sso.not_supervisor"
    status = 403


class OwnConflict(Refusal):
    """Nobody decides a conflict that concerns themselves (M44)."""

    code = "sso.own_conflict"
    status = 403


class Proof(StrEnum):
    """How the person proved the account at the service, as the service says."""

    PASSWORD = "password"  # noqa: S105 - the name of a way, not a password
    SESSION = "session"
    """Signed in there before leaving for Genkan."""
    NEW = "new"
    """The account was made in this flow."""


class Kind(StrEnum):
    """Whose account it is."""

    PERSON = "person"
    CORPORATE = "corporate"
    """Of an organisation: it outlives whoever uses it, so no person's ID is linked to it."""


class Reason(StrEnum):
    """What does not fit together."""

    ACCOUNT_OF_ANOTHER = "account_of_another"
    """The account is linked with another resident."""
    ANOTHER_ACCOUNT = "another_account"
    """The resident is linked with another account there."""
    MERGED = "merged"
    """The service merged two accounts that are linked with two residents."""


class Outcome(StrEnum):
    """What staff decided. Neither links anything: whoever may link proves both accounts anew."""

    KEEP = "keep"
    """What was linked stays so."""
    RELEASE = "release"
    """What stood in the way is unlinked."""


class LinkState(StrEnum):
    """How an account stands, as a service is told."""

    LINKED = "linked"
    CONFLICT = "conflict"
    UNLINKED = "unlinked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What a service says of an account when it asks to confirm a link.

    Attributes:
        account: its opaque reference; it is never stored, only a keyed hash of it.
        id_token: of this very sign-in: it says who proved themselves at Genkan.
        open_matters: applications of the account that are under way.
    """

    account: str
    proof: Proof
    kind: Kind
    id_token: str
    open_matters: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ExternalAccount:
    """An account at a service that is linked with a resident.

    Attributes:
        digest: keyed hash of the service's reference.
        open_matters: applications under way, as the service last said.
    """

    id: ExternalAccountId
    link: LinkId
    resident: ResidentId
    service: ServiceId
    digest: bytes
    linked_at: datetime
    open_matters: int
    evidence: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """A link that staff have to decide about.

    Attributes:
        resident: who tried to link.
        holder: whose link stands in the way; the same person for a second account of theirs.
        obstacle: the linked account that stands in the way.
        decided_by: the member of staff.
        note: why, in their words; residents do not read it.
    """

    id: ConflictId
    service: ServiceId
    reason: Reason
    resident: ResidentId
    holder: ResidentId
    obstacle: ExternalAccountId
    opened_at: datetime
    evidence: Mapping[str, object]
    decided_at: datetime | None = None
    outcome: Outcome | None = None
    decided_by: str = ""
    note: str = ""

    def concerns(self, person: ResidentId | None) -> bool:
        """Whether it is about this person, who then must not decide it."""
        return person is not None and person in {self.resident, self.holder}


def read_statement(form: Form) -> Statement:
    """Return what a service says of an account.

    Raises:
        InvalidRequest: a member is missing or has another form; the text names it.
    """
    return Statement(
        account=reference(form),
        proof=Proof(_one_of(form, "proof", set(Proof))),
        kind=Kind(_one_of(form, "kind", set(Kind), default=Kind.PERSON)),
        id_token=_once(form, "id_token"),
        open_matters=matters(form),
    )


def reference(form: Form, name: str = "account") -> str:
    """Return an account's opaque reference.

    Raises:
        InvalidRequest: missing, or something that might be a person's.
    """
    found = _once(form, name)
    if not _REFERENCE.fullmatch(found):
        raise InvalidRequest(f"{name} must be 8 to 128 characters of A-Z a-z 0-9 . _ ~ : -")
    return found


def matters(form: Form) -> int:
    """Return how many applications are under way; 0 if nothing was said.

    Raises:
        InvalidRequest: not such a number.
    """
    text = form.get("open_matters") or "0"
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(MOST_MATTERS))):
        raise InvalidRequest(f"open_matters must be a number up to {MOST_MATTERS}")
    return int(text)


def _one_of(form: Form, name: str, allowed: set[str], *, default: str | None = None) -> str:
    found = form.get(name) or default or _once(form, name)
    if found not in allowed:
        raise InvalidRequest(f"{name} must be one of {', '.join(sorted(allowed))}")
    return found


def _once(form: Form, name: str) -> str:
    found = form.get(name)
    if not found or name in form.repeated:
        raise InvalidRequest(f"{name} is needed, once")
    return found
