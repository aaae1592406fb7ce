"""Ways of signing in: what a person has, where passkeys work, what is told about changes."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from ipaddress import ip_address
from urllib.parse import urlsplit

LOCAL = "localhost"


class Notice(StrEnum):
    """What a person is told about their ways of signing in, at once and by mail (M11, M22).

    The ledger's event is `resident.` and the value.
    """

    NEW_DEVICE = "new_device"
    ADDRESS_CHANGED = "address_changed"
    PASSKEY_ADDED = "passkey_added"
    PASSKEY_REMOVED = "passkey_removed"
    AUTHENTICATOR_ADDED = "authenticator_added"
    AUTHENTICATOR_REMOVED = "authenticator_removed"
    RECOVERY_CODES_MADE = "recovery_codes_made"
    CARD_CHECKED = "card_checked"
    RECOVERED = "recovered"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - the name of an event

    @property
    def event(self) -> str:
        """The ledger's name of it."""
        return f"resident.{self.value}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Passkey:
    """One passkey of an account.

    Attributes:
        id: names it in addresses; it says nothing without its owner's session.
        name: as its owner calls it.
    """

    id: int
    name: str
    added_at: datetime
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """The ways of signing in that an account has.

    Attributes:
        passkeys: the oldest first.
        authenticator_since: when an authenticator app was set up, if one is.
        recovery_codes_left: unused codes; None if none were ever made.
    """

    passkeys: tuple[Passkey, ...]
    authenticator_since: datetime | None
    recovery_codes_left: int | None
    has_password: bool

    @property
    def has_second_step(self) -> bool:
        """Whether a password alone does not sign in."""
        return bool(self.passkeys) or self.authenticator_since is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class PasskeyPlace:
    """Where passkeys work, seen from one page.

    Attributes:
        relying_party: the domain that passkeys made here belong to; None if none can be made here.
        address: where they can be made and used, if not here.
    """

    relying_party: str | None
    address: str


def passkey_place(host: str, *, issuer: str) -> PasskeyPlace:
    """Return whether passkeys work on a page of `host`.

    A passkey belongs to a domain name, never to an IP address; ours belong to the issuer's. An
    installation that is reached by a bare address (the demo) has them under `localhost`.

    Args:
        host: as in the Host header, perhaps with a port.
        issuer: our public address, `scheme://host[:port]`.

    Source:
        Web Authentication Level 3, section 5.1.3: the RP ID is a valid domain string.
    """
    parts = urlsplit(issuer)
    own, here = parts.hostname or "", urlsplit(f"//{host}").hostname or ""
    if _is_ip_address(own):
        port = urlsplit(f"//{host}").port
        local = f"{parts.scheme}://{LOCAL}" + (f":{port}" if port else "")
        return PasskeyPlace(relying_party=None if _is_ip_address(here) else here, address=local)
    return PasskeyPlace(relying_party=own if here == own else None, address=issuer)


def _is_ip_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
