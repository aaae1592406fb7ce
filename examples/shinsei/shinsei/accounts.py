"""Local accounts, their passwords and their link to a Genkan subject.

A link is made only in a session in which the person has proved both sides: Genkan by signing in
there, the account by its password, by being signed in to it, or by it being new. A conflict is
never resolved automatically.
"""

import re
import secrets
import sqlite3
from dataclasses import dataclass

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from shinsei.storage import count, one, transaction

MIN_PASSWORD, MAX_PASSWORD = 10, 200
"""Characters. A long sentence is welcome; no rule about signs or digits."""
MAX_FAILURES, FAILURE_WINDOW = 5, 900
"""Wrong passwords for one user id within so many seconds; then it waits."""

_hasher = PasswordHasher()
_nobody = _hasher.hash(secrets.token_hex(16))
"""Checked when the user id is unknown, so that both cases take the same time."""


class Refusal(Exception):
    """Not done, nothing changed. `code` names a sentence in texts/."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Account:
    """One person's account with this service."""

    id: str
    login: str | None
    genkan_sub: str | None
    """While it is linked."""
    linked_at: int | None
    kind: str = "person"

    @property
    def is_corporate(self) -> bool:
        """Of an organisation: it outlives whoever uses it, so no person's ID is linked to it."""
        return self.kind == "corporate"


def account(db: sqlite3.Connection, account_id: str) -> Account | None:
    """The account with this identifier."""
    return _account(one(db, f"{_SELECT} WHERE id = ?", account_id))


def called(db: sqlite3.Connection, login: str) -> Account | None:
    """The account with this user id."""
    return _account(one(db, f"{_SELECT} WHERE login = ?", login))


def holder(db: sqlite3.Connection, sub: str) -> Account | None:
    """The account linked to this Genkan subject."""
    return _account(one(db, f"{_SELECT} WHERE genkan_sub = ? AND link_ended_at IS NULL", sub))


def ended_holder(db: sqlite3.Connection, sub: str) -> Account | None:
    """The account that only this Genkan subject opened, until the link ended."""
    return _account(one(db, f"{_SELECT} WHERE genkan_sub = ? AND link_ended_at NOT NULL", sub))


def register(
    db: sqlite3.Connection, login: str, password: str, *, kind: str = "person", now: int
) -> Account:
    """A new account with a user id and a password.

    Raises:
        Refusal: `login_form`, `password_short`, `password_long`, `login_taken`.
    """
    _check(login, password)
    new = secrets.token_urlsafe(16)
    try:
        db.execute(
            "INSERT INTO accounts (id, login, password_hash, created_at, kind)"
            " VALUES (?, ?, ?, ?, ?)",
            (new, login, _hasher.hash(password), now, kind),
        )
    except sqlite3.IntegrityError as taken:
        raise Refusal("login_taken") from taken
    return Account(new, login, None, None, kind)


def register_linked(db: sqlite3.Connection, new: str, sub: str, *, now: int) -> None:
    """A new account that is opened with Genkan alone, or the same person's old one once more.

    Raises:
        Refusal: `sub_linked_elsewhere`: meanwhile this subject belongs to another account.
    """
    try:
        db.execute(
            "INSERT INTO accounts (id, genkan_sub, linked_at, linked_by, created_at)"
            " VALUES (:id, :sub, :now, 'new', :now) ON CONFLICT (id) DO UPDATE"
            " SET linked_at = :now, link_ended_at = NULL",
            {"id": new, "sub": sub, "now": now},
        )
    except sqlite3.IntegrityError as taken:
        raise Refusal("sub_linked_elsewhere") from taken


def proved(db: sqlite3.Connection, login: str, password: str, *, now: int) -> Account:
    """The account whose user id and password these are.

    Raises:
        Refusal: `too_many_failures`, or `wrong_login` which does not say which of the two is wrong.
    """
    since = now - FAILURE_WINDOW
    counted = "SELECT count(*) FROM failed_logins WHERE login = ? AND failed_at > ?"
    if count(db, counted, login, since) >= MAX_FAILURES:
        raise Refusal("too_many_failures")
    row = one(db, "SELECT password_hash FROM accounts WHERE login = ?", login)
    right = _matches(row["password_hash"] if row else _nobody, password[: MAX_PASSWORD + 1])
    found = _account(one(db, f"{_SELECT} WHERE login = ?", login))
    if found is None or not right:
        db.execute("INSERT INTO failed_logins (login, failed_at) VALUES (?, ?)", (login, now))
        raise Refusal("wrong_login")
    return found


def link(db: sqlite3.Connection, who: Account, sub: str, *, by: str, now: int) -> None:
    """Link an account to a Genkan subject; both sides were proved in this session.

    Args:
        db: where.
        who: the account.
        sub: the subject.
        by: how the account was proved: `password` or `session`.
        now: seconds since 1970.

    Raises:
        Refusal: `account_linked_elsewhere`, `sub_linked_elsewhere`.
    """
    with transaction(db):
        current = account(db, who.id)
        other = holder(db, sub)
        if other is not None and other.id == who.id:
            return
        if other is not None or ended_holder(db, sub) is not None:
            raise Refusal("sub_linked_elsewhere")
        if current is None or current.genkan_sub is not None:
            raise Refusal("account_linked_elsewhere")
        db.execute(
            "UPDATE accounts SET genkan_sub = ?, linked_at = ?, linked_by = ? WHERE id = ?",
            (sub, now, by, who.id),
        )


def must_have_password(who: Account) -> None:
    """Without a password nobody could open the account any more.

    Raises:
        Refusal: `needs_password`.
    """
    if who.login is None:
        raise Refusal("needs_password")


def unlink(db: sqlite3.Connection, who: Account) -> None:
    """Forget the Genkan subject; the account stays, with its applications.

    Raises:
        Refusal: `needs_password`.
    """
    must_have_password(who)
    close_link(db, who.id, now=0)


def close_link(db: sqlite3.Connection, account_id: str, *, now: int) -> None:
    """End the link. Who has no password keeps the account shut until they link it again."""
    db.execute(
        "UPDATE accounts SET genkan_sub = NULL, linked_at = NULL, linked_by = NULL"
        " WHERE id = ? AND login IS NOT NULL",
        (account_id,),
    )
    db.execute(
        "UPDATE accounts SET link_ended_at = ?, matters_told = 0 WHERE id = ? AND login IS NULL",
        (now, account_id),
    )


def set_password(db: sqlite3.Connection, who: Account, login: str, password: str) -> None:
    """Give an account that was opened with Genkan a user id and password of its own.

    Raises:
        Refusal: as `register`; `login_taken` also when this account has one already.
    """
    _check(login, password)
    try:
        changed = db.execute(
            "UPDATE accounts SET login = ?, password_hash = ? WHERE id = ? AND login IS NULL",
            (login, _hasher.hash(password), who.id),
        )
    except sqlite3.IntegrityError as taken:
        raise Refusal("login_taken") from taken
    if changed.rowcount == 0:
        raise Refusal("login_taken")


_SELECT = "SELECT id, login, genkan_sub, linked_at, kind FROM accounts"


def _account(row: sqlite3.Row | None) -> Account | None:
    return Account(*row) if row else None


def _check(login: str, password: str) -> None:
    if not re.fullmatch(r"[a-z0-9][a-z0-9._-]{2,39}", login):
        raise Refusal("login_form")
    if len(password) < MIN_PASSWORD:
        raise Refusal("password_short")
    if len(password) > MAX_PASSWORD:
        raise Refusal("password_long")


def _matches(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False
