"""Use cases of back-channel logout: write the outbox, deliver it, tell the answers (M15, B4).

Source:
    OpenID Connect Back-Channel Logout 1.0.
"""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlencode

from django.conf import settings
from django.db import transaction

from genkan.kernel import jobs, outbound
from genkan.kernel.db import require_transaction
from genkan.kernel.ids import AccountId, new_id
from genkan.ledger import api as ledger
from genkan.partners import api as partners
from genkan.residents.api import SignOutCause
from genkan.sso.domain import logout_tokens as domain
from genkan.sso.domain.logout_tokens import GIVEN_UP_AFTER, Logout, SignOut
from genkan.sso.domain.values import SessionId
from genkan.sso.service.keys import sign
from genkan.sso.store import logouts as store

ATTEMPTS_TOLD_APART = 16
FORM = "application/x-www-form-urlencoded"


def write(
    sessions: Sequence[SessionId],
    cause: SignOutCause,
    *,
    by: ledger.Actor = ledger.SYSTEM,
    now: datetime,
) -> None:
    """Have the clients of sessions that are over told; joins the transaction that ended them."""
    require_transaction()
    for logout in store.add(sessions, cause, now=now):
        _record("sso.signed_out", logout, {"cause": str(cause)}, by=by, now=now)
    jobs.defer("sso.deliver_logouts")


def deliver_next(*, now: datetime) -> bool:
    """Tell one client that is due.

    The claim is committed before the call, so that a slow neighbour holds no row; the outcome is
    written after it. Killed in between, the client is told again.

    Returns:
        Whether there was one.
    """
    logout = _claim(now)
    if logout is None:
        return False
    outcome, confirmed = _attempt(logout, now)
    _settle(logout, outcome, confirmed=confirmed, now=now)
    return True


@transaction.atomic(durable=True)
def _claim(now: datetime) -> Logout | None:
    pauses = [partners.pause_after(n).total_seconds() for n in range(1, ATTEMPTS_TOLD_APART)]
    return store.claim(pauses=pauses, now=now)


def _attempt(logout: Logout, now: datetime) -> tuple[str, bool]:
    """Send a logout token once; return how it ended and whether the client confirmed."""
    told = domain.claims(
        logout,
        issuer=settings.GENKAN.issuer,
        subject=partners.pairwise_subject(logout.sector, logout.resident),
        jti=new_id(),
        now=now,
    )
    body = urlencode({"logout_token": sign(told, typ=domain.TYP)})
    try:
        answer = outbound.post(
            logout.logout_uri,
            content=body.encode(),
            headers={"content-type": FORM},
            allow_loopback=settings.GENKAN.allow_loopback_fetch,
        )
    except (outbound.AddressRefused, outbound.Unreachable) as error:
        return type(error).__name__, False
    return str(answer.status), answer.status in domain.CONFIRMING


@transaction.atomic(durable=True)
def _settle(logout: Logout, outcome: str, *, confirmed: bool, now: datetime) -> None:
    """Write how an attempt ended; the resident reads of the last one."""
    if confirmed:
        if store.confirm(logout.id, outcome, now=now):
            _record("sso.sign_out_confirmed", logout, {}, now=now)
    elif now - logout.created_at >= GIVEN_UP_AFTER:
        if store.give_up(logout.id, outcome):
            _record("sso.sign_out_unreached", logout, {"outcome": outcome}, now=now)
    else:
        store.save_outcome(logout.id, outcome)


def sign_outs_of(account: AccountId, *, since: datetime) -> list[SignOut]:
    """Return which services were told of sign-outs since, with their answers, newest first."""
    return store.of_account(account, since=since)


def _record(
    event: str,
    logout: Logout,
    facts: dict[str, str],
    *,
    by: ledger.Actor = ledger.SYSTEM,
    now: datetime,
) -> None:
    ledger.append(
        ledger.Entry(
            event=event,
            subject=logout.resident,
            actor=by,
            service=logout.service,
            happened_at=now,
            facts={"logout": str(logout.id)} | facts,
        )
    )
