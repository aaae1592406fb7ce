"""The background thread: finishes disposals, and clears away what has run out."""

import logging
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

from shinsei import clock
from shinsei.disposal import next_due, proceed
from shinsei.genkan_client import Genkan, GenkanTrouble
from shinsei.linking import settle, tell_matters
from shinsei.storage import connect, transaction

log = logging.getLogger("shinsei.courier")

PAUSE = 1.0
"""Seconds between looks at the outbox, when nobody rings."""
SWEEP_EVERY = 600
DRAFT_LIFETIME = 24 * 3600
"""Seconds a form that was filled and never sent keeps its received copy."""
MESSAGE_MEMORY = 90 * 24 * 3600
"""Seconds for which webhook identifiers are remembered; Genkan stops repeating long before."""


class Courier:
    """One per process. Two processes may each have one: a disposal is taken by one at a time."""

    def __init__(self, data: Path, genkan: Genkan) -> None:
        self._data = data
        self._genkan = genkan
        self._bell = threading.Event()
        self._swept_at = 0

    def start(self) -> None:
        """Run in a thread of its own until the process ends."""
        threading.Thread(target=self._run, name="courier", daemon=True).start()

    def ring(self) -> None:
        """Something has just been put into the outbox."""
        self._bell.set()

    def _run(self) -> None:
        """A fault in one round is logged and does not end the rounds."""
        while True:
            self._bell.wait(PAUSE)
            self._bell.clear()
            try:
                self._round()
            except Exception:
                log.exception("courier_fault")

    def _round(self) -> None:
        now = clock.now()
        with closing(connect(self._data)) as db:
            if now - self._swept_at >= SWEEP_EVERY:
                sweep(db, now=now)
                self._swept_at = now
            self._settle_links(db)
            while disposal := next_due(db, now=clock.now()):
                proceed(db, self._genkan, disposal, now=clock.now())
                log.info("disposal_step %s", disposal)

    def _settle_links(self, db: sqlite3.Connection) -> None:
        """Undo linkings that were broken off, and tell what is under way; later, if not now."""
        try:
            while settle(db, self._genkan, now=clock.now()):
                log.info("linking_undone")
            while tell_matters(db, self._genkan):
                log.info("matters_told")
        except GenkanTrouble as trouble:
            log.info("link_trouble %s", trouble.code)


def sweep(db: sqlite3.Connection, *, now: int) -> None:
    """Delete what has run out: sessions, sign-ins, unsent copies, old counters."""
    unsent = (now, now - DRAFT_LIFETIME)
    with transaction(db):
        db.execute(
            "UPDATE drafts SET disposed_at = ?"
            " WHERE id IN (SELECT draft FROM received WHERE received_at <= ?)",
            unsent,
        )
        db.execute("DELETE FROM visits WHERE expires_at <= ?", (now,))
        db.execute("DELETE FROM sign_ins WHERE expires_at <= ?", (now,))
        db.execute("DELETE FROM received WHERE received_at <= ?", (now - DRAFT_LIFETIME,))
        db.execute("DELETE FROM failed_logins WHERE failed_at <= ?", (now - DRAFT_LIFETIME,))
        db.execute("DELETE FROM logouts WHERE received_at <= ?", (now - DRAFT_LIFETIME,))
        db.execute("DELETE FROM messages WHERE received_at <= ?", (now - MESSAGE_MEMORY,))
