"""Devices and the sessions on them; what a device is called tells it from none of its like."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from ipaddress import IPv6Address

from ua_parser import parse

from genkan.kernel.ids import AccountId

REMEMBERED_FOR = timedelta(days=400)
"""Since it was last seen; browsers keep no cookie longer (RFC 6265bis section 5.5)."""
SIGNED_OUT = "signed_out"
"""Under which name a session without a person keeps who signed out everywhere, and when."""
MAX_HEADER = 500
"""Characters of a User-Agent header that are looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One browser that is signed in.

    Attributes:
        id: names it in forms; it says nothing without its owner's session.
        device: as `name_of` says; empty if unknown.
        is_current: it is the one that asks.
    """

    id: int
    device: str
    first_seen_at: datetime
    last_seen_at: datetime
    is_current: bool


class SignOutCause(StrEnum):
    """Why somebody is signed out."""

    HERE = "here"
    """They left this browser."""
    DEVICE = "device"
    """They ended another browser."""
    EVERYWHERE = "everywhere"
    """They ended all, or all but this one."""
    SERVICE = "service"
    """They ended what was open at services, and stay signed in here."""
    PASSWORD = "password"  # noqa: S105 - a reason, no password
    """There is a new password: whoever knew the old one is out."""
    RECOVERY = "recovery"
    """The account was given back to its owner."""
    INTERVENTION = "intervention"
    """Staff stopped the ID, or want it proved again."""
    LEAVING = "leaving"
    """The ID or the registration ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedOut:
    """Sessions of one account that are over.

    Attributes:
        sessions: what each of them held; None: every one the account has anywhere.
        kept: what the session holds that goes on while `sessions` is None.
    """

    account: AccountId
    cause: SignOutCause
    sessions: tuple[Mapping[str, object], ...] | None = None
    kept: Mapping[str, object] | None = None


def digest_of(token: str) -> bytes:
    """Return what is stored of a device's random mark."""
    return sha256(token.encode()).digest()


def stand_in_address(keyed_hash: bytes) -> str:
    """Return an address that stands for a visitor's own, which is not kept (M05).

    It is a unique local one (RFC 4193), which no visitor has, in the first 64 bits: limits count
    IPv6 visitors by these.

    Args:
        keyed_hash: of the visitor's address, 7 bytes or more.
    """
    return str(IPv6Address(b"\xfd" + keyed_hash[:7] + bytes(8)))


def name_of(user_agent: str) -> str:
    """Return such a name as `Firefox, Windows`; empty if the header says nothing we know.

    Versions are left out: they change under the same device, and would help to follow people.
    """
    found = parse(user_agent[:MAX_HEADER])
    program = found.user_agent.family if found.user_agent else ""
    system = found.os.family if found.os else ""
    known = [part for part in (program, system) if part and part != "Other"]
    return ", ".join(dict.fromkeys(known))
