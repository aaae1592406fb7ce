"""Use cases of redeeming a recovery: the slip and the birth date, then a new way of signing in.

Whoever redeems has locked the account, the resident and the recovery, in this order: an
intervention, a stop or a second redemption comes either before and wins, or after.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hmac import compare_digest

from django.contrib.auth.hashers import make_password
from django.db import transaction

from genkan.kernel import jobs
from genkan.kernel.ids import AccountId
from genkan.residents.domain.addresses import code_of, same
from genkan.residents.domain.credentials import Notice
from genkan.residents.domain.devices import SignOutCause
from genkan.residents.domain.recovery import Ending, Phase, Recovery, RecoveryId
from genkan.residents.errors import RecoveryOver, RecoveryWaits
from genkan.residents.service import devices, notices, profile
from genkan.residents.service import recovery as recoveries
from genkan.residents.store import addresses, credentials, people
from genkan.residents.store import recovery as store

MAIL = "residents.recovery.mail"


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewal:
    """What takes the place of all that was lost: a password, or a passkey.

    Attributes:
        password: "" for a passkey.
        passkey: name and the browser's answer, verified before; None for a password.
        mail_code: what was mailed to the new address; "" where the old one stays.
    """

    password: str = ""
    passkey: tuple[str, Mapping[str, object]] | None = None
    mail_code: str = ""


def prove(code: str, birthdate: str, *, language: str, now: datetime) -> RecoveryId:
    """Return which recovery a slip and a birth date open; mail a code to a new address.

    Args:
        code: as typed.
        birthdate: ISO 8601, perhaps without what nobody knows.
        language: of the page, for the mail.
        now: the present moment, UTC.

    Raises:
        RecoveryOver: no such slip, or the birth date is another one: the answer does not tell.
        RecoveryWaits: both are right, and it is too early.
        Suspended, Leaving, Closed: both are right, and the ID cannot be used.
    """
    found = _proved(code, birthdate, language=language, now=now)
    if found is None:
        raise RecoveryOver(field="code")
    if found.phase(now) is Phase.WAITING:
        raise RecoveryWaits
    return found.id


@transaction.atomic(durable=True)
def _proved(code: str, birthdate: str, *, language: str, now: datetime) -> Recovery | None:
    """Look a slip up and count a wrong birth date, which is committed before anybody is told."""
    known = store.by_digest(recoveries.digest_of(code))
    held = None if known is None else store.lock(known.id)
    if held is None or held.phase(now) is Phase.OVER:
        return None
    born = profile.profile_of(held.resident).content("birthdate")
    if not compare_digest(birthdate.encode(), str(born).encode()):
        recoveries.count_wrong(held, now=now)
        return None
    recoveries.refuse_unusable(people.state_of(held.resident))
    if held.new and held.phase(now) is Phase.READY:
        jobs.defer("residents.send_recovery_code", recovery=str(held.id), language=language)
    return held


def proved(recovery: RecoveryId, *, now: datetime) -> Recovery:
    """Return a recovery that can be redeemed now.

    Raises:
        RecoveryOver, RecoveryWaits: it cannot.
    """
    return _redeemable(store.recovery(recovery), now)


def redeem(recovery: RecoveryId, renewal: Renewal, *, language: str, now: datetime) -> bool:
    """Set a new password or passkey; everything from before ends. Once.

    Args:
        recovery: that `prove` returned in this browser.
        renewal: what signs in from now on.
        language: of the page, for the mail.
        now: the present moment, UTC.

    Returns:
        Whether it was done; False for a wrong code from the mail, which counts.

    Raises:
        RecoveryOver, RecoveryWaits: it cannot be redeemed, or it was, meanwhile.
        Suspended, Leaving, Closed: something stands between the ID and its use.
        AddressTaken: the new address has become somebody else's; nothing is changed.
    """
    password_hash = make_password(renewal.password) if renewal.password else None
    return _redeemed(recovery, renewal, password_hash, language, now)


@transaction.atomic(durable=True)
def _redeemed(
    recovery: RecoveryId,
    renewal: Renewal,
    password_hash: str | None,
    language: str,
    now: datetime,
) -> bool:
    known = store.recovery(recovery)
    if known is None:
        raise RecoveryOver
    if known.account is not None:
        credentials.lock_account(known.account)
    recoveries.must_be_usable(known.resident)
    held = _redeemable(store.lock(recovery), now)
    if held.new and not same(renewal.mail_code, mail_code_for(held)):
        recoveries.count_wrong(held, now=now)
        return False
    account = _account_with_address(held, now)
    store.renew(account, password_hash)
    if renewal.passkey is not None:
        store.add_passkey(account, *renewal.passkey)
    devices.end_all(account, cause=SignOutCause.RECOVERY, now=now)
    devices.forget_devices_of(account)
    store.end(held.id, Ending.REDEEMED, now=now)  # locked above, and still standing
    notices.tell(account, Notice.RECOVERED, language=language, now=now)
    if held.new:
        recoveries.tell_old_contact(held, "done")
    return True


def _account_with_address(held: Recovery, now: datetime) -> AccountId:
    """Return the account to renew, locked, with the address to sign in with."""
    account = owner_of(held)
    if held.account is None:
        store.open_account(account, held.resident, held.new)
    elif held.new:
        addresses.set_address(account, held.new)
    if held.new:
        profile.put_address(held.resident, held.new, now=now)
    return account


def owner_of(recovery: Recovery) -> AccountId:
    """Return the account that a recovery renews, or the name of the one that it opens."""
    return recovery.account or AccountId(recovery.id)


def mail_code_for(recovery: Recovery) -> str:
    """Return the code that proves the new address; stored nowhere."""
    return code_of(recoveries.keyring().keyed_hash(MAIL, recovery.id.bytes))


def _redeemable(held: Recovery | None, now: datetime) -> Recovery:
    if held is None or held.phase(now) is Phase.OVER:
        raise RecoveryOver
    if held.phase(now) is Phase.WAITING:
        raise RecoveryWaits
    return held
