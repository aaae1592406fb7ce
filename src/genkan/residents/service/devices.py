"""Use cases of devices and sessions: seen, listed, ended (M11, M22)."""

import secrets
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Protocol

from django.db import transaction

from genkan.kernel.db import require_transaction
from genkan.kernel.errors import NotFound
from genkan.kernel.ids import AccountId
from genkan.kernel.registry import Registry
from genkan.residents.domain.credentials import Notice
from genkan.residents.domain.devices import (
    REMEMBERED_FOR,
    Session,
    SignedOut,
    SignOutCause,
    digest_of,
)
from genkan.residents.service import notices
from genkan.residents.store import devices as store

SIGNED_IN = "resident.signed_in"
ENDED = "resident.sessions_ended"
TOKEN_BYTES = 32
TOKEN_CHARACTERS = 43
"""Of 32 bytes in base64url without padding."""


class SignOutStep(Protocol):
    """What a higher app does when sessions end; joins the transaction that ends them."""

    def __call__(self, over: SignedOut, *, now: datetime) -> None:
        """Tell whoever counts on these sessions."""


on_sign_out: Registry[SignOutStep] = Registry("steps of signing out")


@transaction.atomic(durable=True)
def signed_in(
    account: AccountId, token: str | None, *, device: str, language: str, now: datetime
) -> str:
    """Record a sign-in and return the mark of its device, which the browser is to keep.

    A device that the account has not used before is told by mail; the very first one is not. A
    family that shares one browser shares its mark: each account has its own line about it.

    Args:
        account: who signed in.
        token: what the browser kept; None if nothing.
        device: name of the device.
        language: of the page, for the mail to people who have no ID yet.
        now: the present moment, UTC.
    """
    facts = {"device": device}
    if token is not None and len(token) != TOKEN_CHARACTERS:
        token = None
    if token is not None and store.see_again(account, digest_of(token), now=now):
        notices.record(account, SIGNED_IN, facts=facts, now=now)
        return token
    is_first = not store.knows_devices(account)
    fresh = token or secrets.token_urlsafe(TOKEN_BYTES)
    store.add_device(account, digest_of(fresh), device, now=now)
    if is_first:
        notices.record(account, SIGNED_IN, facts=facts, now=now)
    else:
        notices.tell(account, Notice.NEW_DEVICE, language=language, facts=facts, now=now)
    return fresh


def sessions_of(
    account: AccountId, *, current: str, idle: timedelta, now: datetime
) -> list[Session]:
    """Return the browsers that are signed in, the last seen first. One query."""
    return store.sessions_of(account, current=current, idle=idle, now=now)


def browsers_of(account: AccountId, *, now: datetime) -> list[tuple[str, Mapping[str, object]]]:
    """Return the device of each browser that is signed in, and what its session holds."""
    return store.browsers_of(account, now=now)


@transaction.atomic(durable=True)
def end_session(account: AccountId, session: int, *, now: datetime) -> None:
    """Sign one browser of an account out, at once.

    Raises:
        NotFound: it is not this account's, or it has ended.
    """
    ended = store.end_session(account, session)
    if not ended:
        raise NotFound
    tell(SignedOut(account=account, cause=SignOutCause.DEVICE, sessions=ended), now=now)
    notices.record(account, ENDED, facts={"number": 1}, now=now)


@transaction.atomic(durable=True)
def end_sessions(account: AccountId, *, keep: str = "", now: datetime) -> int:
    """Sign every browser of an account out at once, but the one with the session key `keep`."""
    ended = end_all(account, cause=SignOutCause.EVERYWHERE, keep=keep, now=now)
    if ended:
        notices.record(account, ENDED, facts={"number": ended}, now=now)
    return ended


def end_all(account: AccountId, *, cause: SignOutCause, keep: str = "", now: datetime) -> int:
    """Sign every browser of an account out, but the one with the key `keep`; joins.

    A request that is under way finds its session gone and cannot bring it back.
    """
    require_transaction()
    ended = store.end_sessions(account, keep=keep)
    kept = store.held_by(keep) if keep else None
    tell(SignedOut(account=account, cause=cause, kept=kept), now=now)
    return ended


@transaction.atomic(durable=True)
def sign_out(
    account: AccountId, held: Mapping[str, object], *, leave: Callable[[], None], now: datetime
) -> None:
    """Sign the browser in front of us out, and tell it in the same transaction.

    Args:
        account: who is signed in.
        held: what their session holds.
        leave: ends the session.
        now: the present moment, UTC.
    """
    leave()
    tell(SignedOut(account=account, cause=SignOutCause.HERE, sessions=(held,)), now=now)


def tell(over: SignedOut, *, now: datetime) -> None:
    """Tell higher apps that sessions are over; joins. Nothing can begin with these any more."""
    require_transaction()
    for step in on_sign_out.items().values():
        step(over, now=now)


def hold_session(session: str, *, now: datetime) -> bool:
    """Let no sign-out pass until the transaction ends; whether the session is there; joins."""
    require_transaction()
    return store.hold_session(session, now=now)


@transaction.atomic(durable=True)
def forget_what_ended(*, now: datetime) -> None:
    """Delete sessions and limits that ran out, and devices that were not seen for long."""
    store.forget_limits(now=now)
    store.forget_sessions(now=now)
    store.forget_devices(unseen_since=now - REMEMBERED_FOR)


def forget_devices_of(account: AccountId) -> None:
    """Delete what is known of an account's devices, when it goes; joins."""
    require_transaction()
    store.forget_devices_of(account)


def rename_session(old: str, new: str) -> None:
    """Keep the device of a session that got another key."""
    store.rename_session(old, new)
