"""Drafts and applications: opened, filled from Genkan or by hand, sent, listed.

A draft row holds no answers; what the person types is theirs until they send it. The copy of what
Genkan released lies in `received` only until the application is sent, then in the application.
"""

import json
import secrets
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

from shinsei.form import FIELDS
from shinsei.genkan_client import PersonData
from shinsei.prefill import Filled, fields_from, parts_missing
from shinsei.storage import count, one, transaction

DOUBLE_CLICK = 30
"""Seconds within which opening from Genkan again gives the same form, not a second hand-over."""


class DraftDisposed(Exception):
    """What Genkan had filled in was withdrawn before the application was sent."""


@dataclass(frozen=True, slots=True)
class Draft:
    """An opened form."""

    id: str
    provision: str | None
    sub: str | None
    fields: Mapping[str, Filled]
    missing: tuple[str, ...]
    refused: tuple[str, ...]
    by_representative: bool
    disposed: bool
    sent_as: int | None
    """The number of the application, once sent."""


@dataclass(frozen=True, slots=True)
class Application:
    """A sent application, or what is left of it: without `answers` it was disposed of."""

    number: int
    status: str
    sent_at: int
    deleted_at: int | None
    answers: Mapping[str, str]
    origins: Mapping[str, Mapping[str, str]]

    @property
    def receipt(self) -> str:
        """`HK-000123`: what the person quotes on the phone."""
        return receipt(self.number)


def receipt(number: int) -> str:
    """The receipt number; the letters keep it from being taken for another number."""
    return f"HK-{number:06}"


def open_blank(db: sqlite3.Connection, account: str, *, now: int) -> str:
    """An empty form; returns the draft."""
    draft = secrets.token_urlsafe(16)
    db.execute(
        "INSERT INTO drafts (id, account, opened_at) VALUES (?, ?, ?)", (draft, account, now)
    )
    return draft


def just_opened(db: sqlite3.Connection, account: str, *, now: int) -> str | None:
    """The form filled by Genkan that this person opened moments ago, if any."""
    row = one(
        db,
        "SELECT drafts.id FROM drafts JOIN received ON received.draft = drafts.id"
        " WHERE account = ? AND opened_at > ? ORDER BY opened_at DESC",
        account,
        now - DOUBLE_CLICK,
    )
    return row["id"] if row else None


def open_filled(db: sqlite3.Connection, account: str, person: PersonData, *, now: int) -> str:
    """A form filled from Genkan; the received copy is kept under its provision.

    Raises:
        DraftDisposed: its disposal was requested while the data was on its way to us.
    """
    with transaction(db):
        if one(db, "SELECT 1 FROM gone WHERE provision = ?", person.provision):
            raise DraftDisposed
        draft = open_blank(db, account, now=now)
        db.execute(
            "INSERT INTO received (provision, draft, sub, fields, missing, refused,"
            " by_representative, received_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                person.provision,
                draft,
                person.sub,
                json.dumps(fields_from(person), ensure_ascii=False),
                json.dumps([*person.missing, *parts_missing(person)]),
                json.dumps(person.refused),
                person.by_representative,
                now,
            ),
        )
    return draft


def draft(db: sqlite3.Connection, draft_id: str, account: str) -> Draft | None:
    """This person's draft; somebody else's does not exist."""
    row = one(
        db,
        "SELECT drafts.id, received.provision, received.sub, fields, missing, refused,"
        " by_representative, drafts.disposed_at IS NOT NULL AS disposed, applications.number"
        " FROM drafts LEFT JOIN received ON received.draft = drafts.id"
        " LEFT JOIN applications ON applications.draft = drafts.id"
        " WHERE drafts.id = ? AND drafts.account = ?",
        draft_id,
        account,
    )
    if row is None:
        return None
    return Draft(
        id=row["id"],
        provision=row["provision"],
        sub=row["sub"],
        fields=json.loads(row["fields"] or "{}"),
        missing=tuple(json.loads(row["missing"] or "[]")),
        refused=tuple(json.loads(row["refused"] or "[]")),
        by_representative=bool(row["by_representative"]),
        disposed=bool(row["disposed"]),
        sent_as=row["number"],
    )


def send(
    db: sqlite3.Connection, draft_id: str, account: str, answers: Mapping[str, str], *, now: int
) -> int:
    """Send the form; a second click finds the same application. Returns its number.

    Raises:
        DraftDisposed: the data it was filled from is gone; nothing is stored.
    """
    with transaction(db):
        current = draft(db, draft_id, account)
        if current is None or current.disposed:
            raise DraftDisposed
        if current.sent_as is not None:
            return current.sent_as
        kept = {field.key: answers.get(field.key, "") for field in FIELDS}
        added = db.execute(
            "INSERT INTO applications (account, draft, provision, sub, answers, origins, status,"
            " sent_at) VALUES (?, ?, ?, ?, ?, ?, 'accepted', ?)",
            (
                account,
                draft_id,
                current.provision,
                current.sub,
                json.dumps(kept, ensure_ascii=False),
                json.dumps(_origins(current.fields, kept)),
                now,
            ),
        )
        db.execute("DELETE FROM received WHERE draft = ?", (draft_id,))
    assert added.lastrowid is not None
    return added.lastrowid


def own_applications(db: sqlite3.Connection, account: str) -> list[Application]:
    """This person's applications, newest first, with those disposed of in their place."""
    rows = db.execute(
        "SELECT number, status, sent_at, NULL AS deleted_at, answers, origins FROM applications"
        " WHERE account = :account UNION ALL"
        " SELECT number, 'disposed', sent_at, deleted_at, '{}', '{}' FROM tombstones"
        " WHERE account = :account ORDER BY number DESC",
        {"account": account},
    )
    return [_application(row) for row in rows]


def under_way(db: sqlite3.Connection, account: str) -> int:
    """How many applications of an account nobody has decided about yet."""
    asked = "SELECT count(*) FROM applications WHERE account = ? AND status = 'accepted'"
    return count(db, asked, account)


def own_application(db: sqlite3.Connection, account: str, number: int) -> Application | None:
    """One of this person's applications; somebody else's does not exist."""
    mine = own_applications(db, account)
    return next((application for application in mine if application.number == number), None)


def _application(row: sqlite3.Row) -> Application:
    return Application(
        number=row["number"],
        status=row["status"],
        sent_at=row["sent_at"],
        deleted_at=row["deleted_at"],
        answers=json.loads(row["answers"]),
        origins=json.loads(row["origins"]),
    )


def _origins(filled: Mapping[str, Filled], answers: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Where each unchanged field came from. A field the person changed is their own."""
    return {
        key: {"origin": field["origin"], "as_of": field["as_of"]}
        for key, field in filled.items()
        if answers[key] == field["value"]
    }
