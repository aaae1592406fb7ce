"""Linking an account with a Genkan subject: on both sides, or on neither.

Three steps: note that we begin, let Genkan confirm, write the link. Whatever stops us between the
first and the last, the note stays, and the courier has Genkan undo what it may have done. Genkan's
database decides who is first when two people want one account; a conflict is decided by its staff.
"""

import secrets
import sqlite3
from collections.abc import Callable
from contextlib import suppress

from shinsei import accounts
from shinsei.accounts import Account, Refusal
from shinsei.applications import under_way
from shinsei.genkan_client import Genkan, GenkanTrouble, Unreachable, Untrusted
from shinsei.link_api import Conflict
from shinsei.storage import one, transaction

SETTLES_AFTER = 60
"""Seconds after which a note without a link means that something stopped us."""


def link(
    db: sqlite3.Connection, genkan: Genkan, who: Account, proved: tuple[str, str, str], *, now: int
) -> None:
    """Link an account; the person proved it and themselves at Genkan in this session.

    Args:
        db: where.
        genkan: who confirms.
        who: the account.
        proved: the subject, the ID token that proves it, and how the account was proved.
        now: seconds since 1970.

    Raises:
        Refusal: `corporate`, `account_linked_elsewhere`, `sub_linked_elsewhere`.
        GenkanTrouble: Genkan did not confirm it; nothing is linked.
    """
    if who.is_corporate:
        raise Refusal("corporate")
    sub, _, by = proved
    _both(db, genkan, who.id, proved, lambda: accounts.link(db, who, sub, by=by, now=now), now=now)


def open_new(
    db: sqlite3.Connection, genkan: Genkan, sub: str, id_token: str, *, now: int
) -> Account:
    """A new account that is opened with Genkan, or the one this subject had here before.

    Raises:
        Refusal, GenkanTrouble: as `link`.
    """
    before = accounts.ended_holder(db, sub)
    account = before.id if before else secrets.token_urlsafe(16)
    proved = (sub, id_token, "new")
    _both(
        db,
        genkan,
        account,
        proved,
        lambda: accounts.register_linked(db, account, sub, now=now),
        now=now,
    )
    found = accounts.account(db, account)
    assert found is not None
    return found


def _both(
    db: sqlite3.Connection,
    genkan: Genkan,
    account: str,
    proved: tuple[str, str, str],
    here: Callable[[], None],
    *,
    now: int,
) -> None:
    sub, id_token, by = proved
    note = secrets.token_urlsafe(16)
    db.execute(
        "INSERT INTO linkings (id, account, sub, started_at) VALUES (?, ?, ?, ?)",
        (note, account, sub, now),
    )
    try:
        matters = under_way(db, account)
        genkan.links.confirm(account, id_token=id_token, proof=by, open_matters=matters)
    except Conflict as conflict:
        _forget(db, note)
        raise Refusal(_AT_GENKAN.get(conflict.reason, "account_linked_elsewhere")) from conflict
    except (Unreachable, Untrusted):
        raise  # nobody knows whether it was linked there: the note stays, the courier undoes it
    except GenkanTrouble:
        _forget(db, note)
        raise
    try:
        here()
    except Refusal:
        with suppress(GenkanTrouble):  # else the courier does it, by the note
            genkan.links.end(account)
            _forget(db, note)
        raise
    db.execute("DELETE FROM linkings WHERE account = ?", (account,))


_AT_GENKAN = {
    "account_of_another": "account_linked_elsewhere",
    "another_account": "sub_linked_elsewhere",
}


def unlink(db: sqlite3.Connection, genkan: Genkan, who: Account, *, sure: bool) -> None:
    """Unlink on both sides; the account stays, with its applications.

    Raises:
        Refusal: `needs_password`; `application_under_way` unless the person is sure.
        GenkanTrouble: Genkan does not know yet, so it stays linked here too.
    """
    accounts.must_have_password(who)
    if under_way(db, who.id) and not sure:
        raise Refusal("application_under_way")
    genkan.links.end(who.id)
    accounts.unlink(db, who)


def ended_at_genkan(db: sqlite3.Connection, sub: str, *, ended_at: int) -> None:
    """Genkan says that the link is over: so it is here. One made since then stays; joins."""
    row = one(
        db,
        "SELECT id FROM accounts WHERE genkan_sub = ? AND linked_at <= ? AND link_ended_at IS NULL",
        sub,
        ended_at,
    )
    if row is None:
        return
    db.execute("DELETE FROM visits WHERE account = ? AND id_token IS NOT NULL", (row["id"],))
    accounts.close_link(db, row["id"], now=ended_at)


def settle(db: sqlite3.Connection, genkan: Genkan, *, now: int) -> bool:
    """Undo at Genkan one linking that was never finished here; False if there is none.

    Raises:
        GenkanTrouble: Genkan cannot be told now; the note stays.
    """
    row = one(
        db,
        "SELECT id, account FROM linkings WHERE started_at <= ? ORDER BY started_at",
        now - SETTLES_AFTER,
    )
    if row is None:
        return False
    held = accounts.account(db, row["account"])
    newer = one(
        db,
        "SELECT 1 FROM linkings WHERE account = ? AND started_at > ?",
        row["account"],
        now - SETTLES_AFTER,
    )
    if newer is None and (held is None or held.genkan_sub is None):
        genkan.links.end(row["account"])
    _forget(db, row["id"])
    return True


def tell_matters(db: sqlite3.Connection, genkan: Genkan) -> bool:
    """Tell Genkan of one account whose applications under way have changed; False if none has.

    Raises:
        GenkanTrouble: later again.
    """
    row = one(db, _CHANGED)
    if row is None:
        return False
    genkan.links.tell_matters(row["id"], row["number"])
    db.execute("UPDATE accounts SET matters_told = ? WHERE id = ?", (row["number"], row["id"]))
    return True


_CHANGED = """
SELECT id, number FROM (
  SELECT accounts.id, matters_told, (SELECT count(*) FROM applications
     WHERE applications.account = accounts.id AND status = 'accepted') AS number
    FROM accounts WHERE genkan_sub IS NOT NULL AND link_ended_at IS NULL
) WHERE number <> matters_told LIMIT 1
"""


def merge(db: sqlite3.Connection, genkan: Genkan, gone: Account, into: Account) -> None:
    """Make one account of two: Genkan first, then here in one transaction.

    Raises:
        Conflict: both are linked with different people; nothing is merged.
        GenkanTrouble: Genkan does not know yet; nothing is merged.
    """
    genkan.links.merge(gone.id, into.id)
    with transaction(db):
        for table in ("applications", "drafts", "tombstones"):
            db.execute(f"UPDATE {table} SET account = ? WHERE account = ?", (into.id, gone.id))  # noqa: S608 -- our own table names
        moved = None if into.genkan_sub else gone.genkan_sub
        db.execute("DELETE FROM accounts WHERE id = ?", (gone.id,))
        if moved:
            db.execute(
                "UPDATE accounts SET genkan_sub = ?, linked_at = ?, linked_by = 'merged'"
                " WHERE id = ?",
                (moved, gone.linked_at, into.id),
            )


def _forget(db: sqlite3.Connection, note: str) -> None:
    db.execute("DELETE FROM linkings WHERE id = ?", (note,))
