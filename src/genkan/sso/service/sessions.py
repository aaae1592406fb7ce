"""Use cases of sessions at clients: enter one, end them, and have every client told (M15, M22).

Whoever ends a session at our pages, or stops an ID, ends the sessions at clients in the same
transaction, and writes for each a line of the outbox that `service/logouts.py` delivers.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256

from django.db import transaction

from genkan.kernel.db import require_transaction
from genkan.kernel.ids import AccountId
from genkan.ledger import api as ledger
from genkan.residents import api as residents
from genkan.residents.api import SignedOut, SignOutCause
from genkan.sso.domain.signed_in import SignedIn
from genkan.sso.domain.values import BROWSER_SECRET, Browser, Client, LinkId, SessionId
from genkan.sso.errors import QuestionChanged
from genkan.sso.service import logouts
from genkan.sso.store import sessions as store
from genkan.sso.store import signed_in as list_store

KEEPS_TOKENS = frozenset({SignOutCause.INTERVENTION})
"""Who is stopped is refused by name at every door; lifted, it is as it was before (M22)."""
KEEPS_OFFLINE = KEEPS_TOKENS | {SignOutCause.HERE, SignOutCause.DEVICE}
"""A browser was left; a service that may act while the resident is away still may (Back-Channel
Logout section 2.7). Who signs out of that service, or everywhere, or takes a new password, ends
that too."""


def enter(client: Client, link: LinkId, browser: Browser, *, now: datetime) -> str:
    """Return the `sid` of this browser's session at a client; joins.

    Of a sign-out and this, one waits for the other: either the sign-out finds the session, or this
    finds the browser signed out.

    Raises:
        QuestionChanged: the browser was signed out a moment ago.
    """
    require_transaction()
    if not residents.hold_session(browser.session, now=now):
        raise QuestionChanged
    return store.enter(link, client.id, browser_digest=digest_of(browser), now=now)


def sign_out(over: SignedOut, *, now: datetime) -> None:
    """End the sessions at clients that began in sessions of ours which are over; joins."""
    if over.sessions is None:
        kept = _digests([over.kept] if over.kept is not None else [])
        ended = store.end_of_account(over.account, kept=kept, now=now)
    else:
        ended = store.end_of_browsers(over.account, _digests(over.sessions), now=now)
    _over(ended, over.cause, now=now)
    if over.cause not in KEEPS_OFFLINE:
        store.revoke_offline(over.account, now=now)


def end_of_link(link: LinkId, *, cause: SignOutCause, now: datetime) -> None:
    """End the sessions of a link; joins."""
    _over(store.end_of_link(link, now=now), cause, now=now)


def signed_in(account: AccountId, browser: Browser, *, now: datetime) -> list[SignedIn]:
    """Return where an account is signed in, the last used first.

    Args:
        account: whose.
        browser: the one that asks.
        now: the present moment.
    """
    held = residents.browsers_of(account, now=now)
    secrets = ((device, one.get(BROWSER_SECRET)) for device, one in held)
    devices = {_digest(text): device for device, text in secrets if isinstance(text, str)}
    return list_store.of_account(account, devices=devices, here=digest_of(browser))


@transaction.atomic(durable=True)
def end_at_services(
    account: AccountId, chosen: Sequence[SessionId] | None, *, by: ledger.Actor, now: datetime
) -> int:
    """End sessions of an account at clients, and have the clients told; return how many ended.

    The account stays signed in here. What is not its own, or has ended, is left alone.

    Args:
        account: whose.
        chosen: which ones; None for all.
        by: who ends them.
        now: the present moment.
    """
    ended = list_store.end(account, chosen, now=now)
    _over(ended, SignOutCause.SERVICE, by=by, now=now)
    return len(ended)


def _over(
    ended: Sequence[SessionId],
    cause: SignOutCause,
    *,
    by: ledger.Actor = ledger.SYSTEM,
    now: datetime,
) -> None:
    if not ended:
        return
    if cause not in KEEPS_TOKENS:
        store.revoke_grants(ended, offline_too=cause not in KEEPS_OFFLINE, now=now)
    logouts.write(ended, cause, by=by, now=now)


def digest_of(browser: Browser) -> bytes:
    """Return what is stored of a browser's secret."""
    return _digest(browser.secret)


def _digests(held: Sequence[Mapping[str, object]]) -> list[bytes]:
    """Return the digests of the browsers whose sessions held this."""
    secrets = (one.get(BROWSER_SECRET) for one in held)
    return [_digest(secret) for secret in secrets if isinstance(secret, str)]


def _digest(secret: str) -> bytes:
    return sha256(secret.encode()).digest()
