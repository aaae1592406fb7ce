"""Deleting on request, so that nothing can be lost between deleting and certifying.

A disposal goes through three marks on its row: `deleted_at` (rows gone, in the same transaction
that accepts the request), `scrubbed_at` (bytes gone from the files), `certified_at` (Genkan has
our signed word). The row is the outbox: whatever stops the process, the next start goes on with it.
"""

import json
import sqlite3
from dataclasses import dataclass

from shinsei.genkan_client import CERTIFICATE_LIFETIME, Genkan, GenkanTrouble
from shinsei.linking import ended_at_genkan
from shinsei.notices import ConsentChanged, DisposalRequested, LinkEnded, Notice
from shinsei.storage import ScrubPostponed, count, one, scrub, transaction
from shinsei.visits import forget_tokens

FIRST_RETRY, LONGEST_RETRY = 1, 3600
"""Seconds: 1, 2, 4, … and then every hour, until it goes through."""
LEASE = 60
"""Seconds for which one worker has a disposal to itself; more than its longest step."""
STILL_VALID = 60
"""Seconds a certificate must have left to be sent again rather than signed anew."""


class NotOurPerson(Exception):
    """A provision in the request belongs to another subject here: a fault to look at, not to do."""


@dataclass(frozen=True, slots=True)
class Holdings:
    """How much Genkan data is held, in numbers only."""

    received: int
    applications: int
    tombstones: int
    certificates_waiting: int
    certificates_accepted: int
    troubles: tuple[str, ...]


def take_in(db: sqlite3.Connection, notice: Notice, *, now: int) -> bool:
    """Act on a verified webhook, once. Returns False if it was taken in before.

    Raises:
        NotOurPerson: nothing was changed.
    """
    with transaction(db):
        added = db.execute(
            "INSERT INTO messages (id, received_at) VALUES (?, ?) ON CONFLICT DO NOTHING",
            (notice.message, now),
        )
        if added.rowcount == 0:
            return False
        if isinstance(notice, ConsentChanged):
            _record_consent(db, notice, now)
        if isinstance(notice, DisposalRequested):
            _delete(db, notice, now)
        if isinstance(notice, LinkEnded):
            ended_at_genkan(db, notice.sub, ended_at=notice.ended_at)
    return True


def _record_consent(db: sqlite3.Connection, notice: ConsentChanged, now: int) -> None:
    db.execute(
        "INSERT INTO consents (consent, sub, state, changed_at) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (consent) DO UPDATE SET state = excluded.state,"
        " changed_at = excluded.changed_at",
        (notice.consent, notice.sub, notice.state, now),
    )
    forget_tokens(db, notice.sub)


def _delete(db: sqlite3.Connection, notice: DisposalRequested, now: int) -> None:
    """Remove received copies and the applications filled from them; leave tombstones.

    In real life a sent application would be kept as long as the law says, and the certificate would
    carry the outcome `excepted` with the legal basis. This sample shows the plain case.
    """
    values = {
        "disposal": notice.disposal,
        "sub": notice.sub,
        "listed": json.dumps(notice.provisions),
        "url": notice.certificate_url,
        "due_at": notice.due_at,
        "now": now,
    }
    if db.execute(_HELD_FOR_OTHERS, values).fetchone():
        raise NotOurPerson
    for statement in _DELETION:
        db.execute(statement, values)


_HELD_FOR_OTHERS = """
SELECT 1 FROM (
  SELECT provision, sub FROM received UNION ALL SELECT provision, sub FROM applications
)
WHERE sub <> :sub AND provision IN (SELECT value FROM json_each(:listed)) LIMIT 1
"""
_DELETION = (
    """
    INSERT INTO disposals (id, provisions, certificate_url, due_at, deleted_at, next_attempt_at)
    VALUES (:disposal, :listed, :url, :due_at, :now, :now) ON CONFLICT DO NOTHING
    """,
    """
    INSERT INTO gone (provision, disposal) SELECT value, :disposal FROM json_each(:listed)
    WHERE true ON CONFLICT DO NOTHING
    """,
    """
    INSERT INTO tombstones (number, account, disposal, sent_at, deleted_at)
    SELECT number, account, :disposal, sent_at, :now FROM applications
    WHERE provision IN (SELECT value FROM json_each(:listed))
    """,
    """
    UPDATE drafts SET disposed_at = :now WHERE id IN (
      SELECT draft FROM received WHERE provision IN (SELECT value FROM json_each(:listed))
      UNION
      SELECT draft FROM applications WHERE provision IN (SELECT value FROM json_each(:listed))
    )
    """,
    "DELETE FROM received WHERE provision IN (SELECT value FROM json_each(:listed))",
    "DELETE FROM applications WHERE provision IN (SELECT value FROM json_each(:listed))",
)


def next_due(db: sqlite3.Connection, *, now: int) -> str | None:
    """Take the next disposal that is not certified, for `LEASE` seconds."""
    row = one(
        db,
        "UPDATE disposals SET next_attempt_at = ? WHERE id = (SELECT id FROM disposals"
        " WHERE certified_at IS NULL AND next_attempt_at <= ? ORDER BY next_attempt_at LIMIT 1)"
        " RETURNING id",
        now + LEASE,
        now,
    )
    return row["id"] if row else None


def release_leases(db: sqlite3.Connection, *, now: int) -> None:
    """At start: a process that died mid-way holds nothing any more; try everything at once."""
    db.execute("UPDATE disposals SET next_attempt_at = ? WHERE certified_at IS NULL", (now,))


def proceed(db: sqlite3.Connection, genkan: Genkan, disposal: str, *, now: int) -> None:
    """Take one disposal as far as it goes today; on trouble, note when to try again."""
    try:
        _scrub(db, disposal, now)
        url, certificate = _signed(db, genkan, disposal, now)
        genkan.send_certificate(url, certificate)
    except ScrubPostponed:
        _retry(db, disposal, "file_in_use", now)
    except GenkanTrouble as trouble:
        _retry(db, disposal, trouble.code, now)
    else:
        db.execute(
            "UPDATE disposals SET certified_at = ?, last_trouble = NULL WHERE id = ?",
            (now, disposal),
        )


def _scrub(db: sqlite3.Connection, disposal: str, now: int) -> None:
    if one(db, "SELECT 1 FROM disposals WHERE id = ? AND scrubbed_at IS NULL", disposal):
        scrub(db)
        db.execute("UPDATE disposals SET scrubbed_at = ? WHERE id = ?", (now, disposal))


def _signed(db: sqlite3.Connection, genkan: Genkan, disposal: str, now: int) -> tuple[str, str]:
    """Address and certificate. One that is still valid is sent again as it is, byte for byte."""
    row = one(db, "SELECT * FROM disposals WHERE id = ?", disposal)
    assert row is not None
    if row["certificate"] and row["certificate_expires_at"] > now + STILL_VALID:
        return row["certificate_url"], row["certificate"]
    certificate = genkan.certificate(
        disposal=disposal,
        provisions=json.loads(row["provisions"]),
        completed_at=row["scrubbed_at"],
        now=now,
    )
    db.execute(
        "UPDATE disposals SET certificate = ?, certificate_expires_at = ? WHERE id = ?",
        (certificate, now + CERTIFICATE_LIFETIME, disposal),
    )
    return row["certificate_url"], certificate


def _retry(db: sqlite3.Connection, disposal: str, trouble: str, now: int) -> None:
    attempts = count(db, "SELECT attempts FROM disposals WHERE id = ?", disposal)
    wait = min(FIRST_RETRY * 2 ** min(attempts, 20), LONGEST_RETRY)
    db.execute(
        "UPDATE disposals SET attempts = attempts + 1, next_attempt_at = ?, last_trouble = ?"
        " WHERE id = ?",
        (now + wait, trouble, disposal),
    )


def holdings(db: sqlite3.Connection) -> Holdings:
    """Numbers for the page that shows whether anything is left."""
    waiting = "SELECT count(*) FROM disposals WHERE certified_at IS NULL"
    accepted = "SELECT count(*) FROM disposals WHERE certified_at IS NOT NULL"
    troubles = db.execute(
        "SELECT DISTINCT last_trouble FROM disposals WHERE last_trouble IS NOT NULL"
    )
    return Holdings(
        received=count(db, "SELECT count(*) FROM received"),
        applications=count(db, "SELECT count(*) FROM applications WHERE provision IS NOT NULL"),
        tombstones=count(db, "SELECT count(*) FROM tombstones"),
        certificates_waiting=count(db, waiting),
        certificates_accepted=count(db, accepted),
        troubles=tuple(row["last_trouble"] for row in troubles),
    )
