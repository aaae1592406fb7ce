"""What a session cookie refers to: who is signed in, and a sign-in that is under way."""

import secrets
import sqlite3
from dataclasses import dataclass

from shinsei.genkan_client import SignedIn, SignedOut
from shinsei.storage import one, transaction

VISIT_LIFETIME = 8 * 3600
SIGN_IN_LIFETIME = 1800
"""Seconds a person may take at Genkan; registering there for the first time takes a while."""
PURPOSES = frozenset({"sign_in", "link", "apply", "consent"})
"""Why the person goes to Genkan; decides where they land, so no address travels through there."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One browser's session."""

    id: str
    account: str | None
    unlinked_sub: str | None
    access_token: str | None
    access_expires_at: int | None
    id_token: str | None


@dataclass(frozen=True, slots=True)
class SignIn:
    """What we must remember while the person is at Genkan."""

    state: str
    nonce: str
    verifier: str
    purpose: str


def visit(db: sqlite3.Connection, visit_id: str, *, now: int) -> Visit | None:
    """The session with this identifier, unless it has ended."""
    row = one(
        db,
        "SELECT id, account, unlinked_sub, access_token, access_expires_at, id_token"
        " FROM visits WHERE id = ? AND expires_at > ?",
        visit_id,
        now,
    )
    return Visit(*row) if row else None


def begin(
    db: sqlite3.Connection,
    *,
    now: int,
    account: str | None = None,
    unlinked_sub: str | None = None,
    signed_in: SignedIn | None = None,
) -> str:
    """A new session; returns its identifier for the cookie."""
    new = secrets.token_urlsafe(32)
    tokens = (
        (signed_in.access_token, signed_in.access_expires_at, signed_in.id_token, signed_in.sid)
        if signed_in
        else (None, None, None, None)
    )
    db.execute(
        "INSERT INTO visits (id, account, unlinked_sub, access_token, access_expires_at, id_token,"
        " sid, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (new, account, unlinked_sub, *tokens, now + VISIT_LIFETIME),
    )
    return new


def end(db: sqlite3.Connection, visit_id: str) -> None:
    """The session is over; its cookie is worth nothing from now on."""
    db.execute("DELETE FROM visits WHERE id = ?", (visit_id,))


def hand_over(db: sqlite3.Connection, old: Visit, *, account: str, now: int) -> str:
    """A new session for the account that takes the tokens of the old one, which ends."""
    new = begin(db, now=now, account=account)
    db.execute(
        "UPDATE visits SET access_token = ?, access_expires_at = ?, id_token = ?,"
        " sid = (SELECT sid FROM visits WHERE id = ?) WHERE id = ?",
        (old.access_token, old.access_expires_at, old.id_token, old.id, new),
    )
    end(db, old.id)
    return new


def leave_for_genkan(db: sqlite3.Connection, visit_id: str, purpose: str, *, now: int) -> SignIn:
    """Remember a sign-in that starts now."""
    started = SignIn(
        state=secrets.token_urlsafe(32),
        nonce=secrets.token_urlsafe(32),
        verifier=secrets.token_urlsafe(48),
        purpose=purpose,
    )
    db.execute(
        "INSERT INTO sign_ins (state, visit, nonce, verifier, purpose, expires_at)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (
            started.state,
            visit_id,
            started.nonce,
            started.verifier,
            purpose,
            now + SIGN_IN_LIFETIME,
        ),
    )
    return started


def back_from_genkan(
    db: sqlite3.Connection, visit_id: str, state: str, *, now: int
) -> SignIn | None:
    """The sign-in this answer belongs to, once: a second answer with the same state finds none."""
    row = one(
        db,
        "DELETE FROM sign_ins WHERE state = ? AND visit = ? AND expires_at > ?"
        " RETURNING state, nonce, verifier, purpose",
        state,
        visit_id,
        now,
    )
    return SignIn(*row) if row else None


def forget_tokens(db: sqlite3.Connection, sub: str) -> None:
    """Consent has changed: whatever we could still ask for in running sessions, we do not."""
    db.execute(
        "UPDATE visits SET access_token = NULL, access_expires_at = NULL"
        " WHERE account IN (SELECT id FROM accounts WHERE genkan_sub = ?)",
        (sub,),
    )


def sign_out(db: sqlite3.Connection, over: SignedOut, *, now: int) -> bool:
    """End the sessions that Genkan says are over; False if this token was taken in before.

    Sessions that began with a password of ours stay: Genkan has no part in them.
    """
    with transaction(db):
        taken = db.execute(
            "INSERT OR IGNORE INTO logouts (jti, sid, received_at) VALUES (?, ?, ?)",
            (over.jti, over.sid, now),
        )
        if not taken.rowcount:
            return False
        if over.sid is not None:
            db.execute("DELETE FROM visits WHERE sid = ?", (over.sid,))
        else:
            db.execute(
                "DELETE FROM visits WHERE id_token IS NOT NULL AND (unlinked_sub = ?"
                " OR account IN (SELECT id FROM accounts WHERE genkan_sub = ?))",
                (over.sub, over.sub),
            )
    return True


def is_over(db: sqlite3.Connection, signed_in: SignedIn) -> bool:
    """Whether Genkan has ended this session while the person was on the way back."""
    return one(db, "SELECT 1 FROM logouts WHERE sid = ?", signed_in.sid) is not None
