"""What people are told about their account: an entry in the ledger and a mail, with the change."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import transaction

from genkan.kernel import jobs
from genkan.kernel.db import require_transaction
from genkan.kernel.ids import AccountId
from genkan.ledger import api as ledger
from genkan.residents.domain.credentials import Notice
from genkan.residents.errors import NotAResident
from genkan.residents.store import credentials as store
from genkan.residents.store import people


@contextmanager
def told(account: AccountId, notice: Notice, *, language: str, now: datetime) -> Iterator[None]:
    """Make a change that a library writes, its entry and its mail one transaction.

    The account is locked, so that of two changes at once each sees the other's result.

    Args:
        account: whose.
        notice: what the block changes.
        language: of the page, for the mail to people who have no ID yet.
        now: the present moment, UTC.

    Raises:
        NotAResident: the account is gone.
    """
    with transaction.atomic():
        if not store.lock_account(account):
            raise NotAResident
        yield
        tell(account, notice, language=language, now=now)


def tell(
    account: AccountId,
    notice: Notice,
    *,
    language: str,
    now: datetime,
    facts: Mapping[str, Any] | None = None,
) -> None:
    """Record what happened to an account, and mail it to its owner; joins."""
    require_transaction()
    facts = dict(facts or {})
    record(account, notice.event, facts=facts, now=now)
    jobs.defer(
        "residents.send_notice",
        account=str(account),
        notice=notice.value,
        language=language,
        device=str(facts.get("device", "")),
        happened_at=now.isoformat(),
    )


def record(account: AccountId, event: str, *, facts: Mapping[str, Any], now: datetime) -> None:
    """Record what happened to an account, if it has an ID; joins."""
    require_transaction()
    resident = people.resident_of_account(account)
    if resident is None:
        return
    ledger.append(
        ledger.Entry(
            event=event,
            subject=resident,
            actor=ledger.Actor.resident(resident),
            facts=facts,
            happened_at=now,
        )
    )


def contact_of(account: AccountId, *, otherwise: str) -> tuple[str, str] | None:
    """Return where and in which language to write to an account, or None if it is gone.

    Args:
        account: whose.
        otherwise: the language where no ID says one.
    """
    found = store.contact_of(account)
    return None if found is None else (found[0], found[1] or otherwise)
