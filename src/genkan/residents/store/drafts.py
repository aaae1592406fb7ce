"""Queries of registrations that were given up."""

from collections.abc import Sequence
from datetime import datetime

from allauth.account.models import EmailAddress

from genkan.kernel.db import rows
from genkan.kernel.ids import AccountId, ResidentId
from genkan.residents.models import Account, RegistrationRow


def lock_abandoned(*, before: datetime, limit: int) -> list[tuple[AccountId, ResidentId | None]]:
    """Return accounts without an ID, not used since `before`, locked with their registrations.

    One that somebody is working on at this moment is left out: they are not abandoned. So is a
    registration that was touched between the two statements.
    """
    accounts = rows(
        """
        SELECT a.id
          FROM residents_account a
          LEFT JOIN residents_registration g ON g.account_id = a.id
         WHERE a.kind = 'resident'
           AND greatest(a.created_at, a.last_login, g.updated_at) < %(before)s
           AND NOT EXISTS (SELECT FROM residents_resident r WHERE r.account_id = a.id)
         ORDER BY a.id
         LIMIT %(limit)s
           FOR UPDATE OF a SKIP LOCKED
        """,
        before=before,
        limit=limit,
    )
    named = [row["id"] for row in accounts]
    known = RegistrationRow.objects.filter(account__in=named)
    begun = set(known.values_list("account_id", flat=True))
    free = dict(
        known.select_for_update(skip_locked=True)
        .filter(updated_at__lt=before)
        .exclude(state="id_issued")
        .values_list("account_id", "id")
    )
    return [
        (AccountId(one), ResidentId(free[one]) if one in free else None)
        for one in named
        if one in free or one not in begun
    ]


def delete_drafts(accounts: Sequence[AccountId]) -> None:
    """Delete registrations without an ID, what was typed in them included."""
    RegistrationRow.objects.filter(account__in=accounts).delete()


def delete_accounts(accounts: Sequence[AccountId]) -> None:
    """Delete accounts that never had an ID, with their addresses and what signs them in."""
    EmailAddress.objects.filter(user__in=accounts).delete()
    Account.objects.filter(pk__in=accounts).delete()
