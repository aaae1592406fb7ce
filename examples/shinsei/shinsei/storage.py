"""The service's own database: one SQLite file, opened anew for each request.

Deleting here means that the bytes leave the file: `secure_delete` overwrites freed pages, and
`scrub` empties the write-ahead log and packs the file. `temp_store` keeps the copy that packing
needs in memory.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from shinsei.keys import private_folder

SCHEMA = """
CREATE TABLE IF NOT EXISTS accounts (
  id TEXT PRIMARY KEY,
  login TEXT UNIQUE,
  password_hash TEXT,
  genkan_sub TEXT UNIQUE,    -- the one column that Genkan asks of an existing database
  linked_at INTEGER,
  linked_by TEXT,            -- how the person proved this account: password, session, new
  created_at INTEGER NOT NULL,
  kind TEXT NOT NULL DEFAULT 'person',       -- or corporate: never linked with one person's ID
  link_ended_at INTEGER,     -- the link ended, and there is no password: kept until linked again
  matters_told INTEGER NOT NULL DEFAULT 0,   -- applications under way, as Genkan knows
  CHECK ((login IS NULL) = (password_hash IS NULL)),
  CHECK ((genkan_sub IS NULL) = (linked_at IS NULL)),
  CHECK (login IS NOT NULL OR genkan_sub IS NOT NULL)
) STRICT;

CREATE TABLE IF NOT EXISTS visits (          -- what a session cookie refers to
  id TEXT PRIMARY KEY,
  account TEXT REFERENCES accounts ON DELETE CASCADE,
  unlinked_sub TEXT,         -- signed in at Genkan, not yet linked to an account
  access_token TEXT,
  access_expires_at INTEGER,
  id_token TEXT,
  expires_at INTEGER NOT NULL,
  sid TEXT                   -- Genkan's name for the session it signed the person in with
) STRICT;

CREATE TABLE IF NOT EXISTS linkings (        -- begun, and not yet linked on both sides
  id TEXT PRIMARY KEY,
  account TEXT NOT NULL,
  sub TEXT NOT NULL,
  started_at INTEGER NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS logouts (         -- logout tokens already taken in: each is good once
  jti TEXT PRIMARY KEY,
  sid TEXT,                  -- a sign-in of this session that comes late is not let in
  received_at INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS logouts_by_sid ON logouts (sid);

CREATE TABLE IF NOT EXISTS sign_ins (        -- sent to Genkan and not yet back
  state TEXT PRIMARY KEY,
  visit TEXT NOT NULL REFERENCES visits ON DELETE CASCADE,
  nonce TEXT NOT NULL,
  verifier TEXT NOT NULL,
  purpose TEXT NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS failed_logins (
  login TEXT NOT NULL,
  failed_at INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS failed_logins_by_login ON failed_logins (login, failed_at);

CREATE TABLE IF NOT EXISTS drafts (          -- one application form that was opened
  id TEXT PRIMARY KEY,
  account TEXT NOT NULL REFERENCES accounts,
  opened_at INTEGER NOT NULL,
  disposed_at INTEGER        -- what Genkan had filled in had to go before it was sent
) STRICT;

CREATE TABLE IF NOT EXISTS received (        -- the copy of what Genkan released, until sent
  provision TEXT PRIMARY KEY,
  draft TEXT NOT NULL UNIQUE REFERENCES drafts,
  sub TEXT NOT NULL,
  fields TEXT NOT NULL,      -- JSON: form field -> {value, origin, as_of}
  missing TEXT NOT NULL,     -- JSON: item names
  refused TEXT NOT NULL,     -- JSON: item names
  by_representative INTEGER NOT NULL DEFAULT 0,  -- somebody else agreed for the person
  received_at INTEGER NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS applications (
  number INTEGER PRIMARY KEY AUTOINCREMENT,  -- never used twice, also after deletion
  account TEXT NOT NULL REFERENCES accounts,
  draft TEXT NOT NULL UNIQUE REFERENCES drafts,
  provision TEXT,            -- the hand-over by Genkan it was filled from, if any
  sub TEXT,
  answers TEXT NOT NULL,     -- JSON: form field -> text, exactly as sent
  origins TEXT NOT NULL,     -- JSON: form field -> {origin, as_of}, unchanged fields only
  status TEXT NOT NULL,
  sent_at INTEGER NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS tombstones (      -- that an application was here, and nothing of it
  number INTEGER PRIMARY KEY,
  account TEXT NOT NULL REFERENCES accounts,
  disposal TEXT NOT NULL,
  sent_at INTEGER NOT NULL,
  deleted_at INTEGER NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS messages (        -- webhooks already taken in
  id TEXT PRIMARY KEY,
  received_at INTEGER NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS consents (
  consent TEXT PRIMARY KEY,
  sub TEXT NOT NULL,
  state TEXT NOT NULL,
  changed_at INTEGER NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS disposals (       -- also the outbox of the certificates
  id TEXT PRIMARY KEY,
  provisions TEXT NOT NULL,  -- JSON: identifiers
  certificate_url TEXT NOT NULL,
  due_at TEXT NOT NULL,
  deleted_at INTEGER NOT NULL,
  scrubbed_at INTEGER,
  certificate TEXT,          -- signed, sent again as it is while it is valid
  certificate_expires_at INTEGER,
  certified_at INTEGER,
  attempts INTEGER NOT NULL DEFAULT 0,
  next_attempt_at INTEGER NOT NULL,
  last_trouble TEXT
) STRICT;

CREATE TABLE IF NOT EXISTS gone (            -- provisions that must never be stored again
  provision TEXT PRIMARY KEY,
  disposal TEXT NOT NULL REFERENCES disposals
) STRICT;
"""

BUSY_TIMEOUT = 10.0
"""Seconds to wait for another writer."""


class ScrubPostponed(Exception):
    """Somebody was reading, so the log could not be emptied; nothing is lost by trying again."""


def prepare(data: Path) -> None:
    """Make the file (readable by us alone) and its tables if they are not there yet."""
    path = private_folder(data) / "shinsei.sqlite3"
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    with closing(connect(data)) as db:
        db.execute("PRAGMA journal_mode = WAL")
        db.executescript(SCHEMA)
        _widen(db)


def _widen(db: sqlite3.Connection) -> None:
    """Add what a file made by an earlier version lacks."""
    columns = {row["name"] for row in db.execute("PRAGMA table_info(visits)")}
    if "sid" not in columns:
        db.execute("ALTER TABLE visits ADD COLUMN sid TEXT")
    people = {row["name"] for row in db.execute("PRAGMA table_info(accounts)")}
    for column, kind in (
        ("kind", "TEXT NOT NULL DEFAULT 'person'"),
        ("link_ended_at", "INTEGER"),
        ("matters_told", "INTEGER NOT NULL DEFAULT 0"),
    ):
        if column not in people:
            db.execute(f"ALTER TABLE accounts ADD COLUMN {column} {kind}")
    held = {row["name"] for row in db.execute("PRAGMA table_info(received)")}
    if "by_representative" not in held:
        db.execute("ALTER TABLE received ADD COLUMN by_representative INTEGER NOT NULL DEFAULT 0")


def connect(data: Path) -> sqlite3.Connection:
    """A connection of its own for one request or one thread; the caller closes it."""
    db = sqlite3.connect(data / "shinsei.sqlite3", timeout=BUSY_TIMEOUT, isolation_level=None)
    db.row_factory = sqlite3.Row
    for setting in (
        "foreign_keys = ON",
        "secure_delete = ON",
        "synchronous = FULL",
        "temp_store = MEMORY",
    ):
        db.execute(f"PRAGMA {setting}")
    return db


@contextmanager
def transaction(db: sqlite3.Connection) -> Iterator[None]:
    """One writer at a time, all or nothing."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        if db.in_transaction:  # a full disk, for example, has ended it already
            db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")


def one(db: sqlite3.Connection, sql: str, *values: object) -> sqlite3.Row | None:
    """The first row, or None. The statement is run to its end, so that a DELETE is complete."""
    rows = db.execute(sql, values).fetchall()
    return rows[0] if rows else None


def count(db: sqlite3.Connection, sql: str, *values: object) -> int:
    """The number a counting query answers with."""
    (number,) = db.execute(sql, values).fetchone()
    return int(number)


def scrub(db: sqlite3.Connection) -> None:
    """Remove deleted content from the files: log emptied, file packed, log emptied again.

    Raises:
        ScrubPostponed: a reader or writer was in the way.
    """
    try:
        _empty_log(db)
        db.execute("VACUUM")
        _empty_log(db)
    except sqlite3.OperationalError as busy:
        raise ScrubPostponed from busy


def _empty_log(db: sqlite3.Connection) -> None:
    (blocked, _, _) = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if blocked:
        raise ScrubPostponed
