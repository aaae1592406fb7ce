"""Accounts from before Genkan, for demonstrations: two people and an organisation, with papers."""

import sqlite3
from contextlib import suppress

from shinsei import accounts, applications
from shinsei.accounts import Refusal
from shinsei.form import FIELDS

PEOPLE = {"hinata-hanako": "person", "hinata-taro": "person", "hinata-hoikuen": "corporate"}
"""User ids and what kind of account each is."""
_ANSWERS = {
    "applicant_name": "日向 花子",
    "applicant_kana": "ひなた はなこ",
    "applicant_birthdate": "1990-04-01",
    "postal_code": "564-0041",
    "address": "大阪府ひなた市玄関町一丁目99番9号",
    "email": "hanako@resident.example",
    "child_name": "日向 一花",
    "child_kana": "ひなた いちか",
    "child_birthdate": "2024-10-05",
    "nursery": "chuo",
    "start_month": "2027-04",
    "reason": "work",
}


def make(db: sqlite3.Connection, password: str, *, now: int) -> list[str]:
    """Make the sample accounts that are not there yet, each with one application; their user ids.

    Raises:
        Refusal: the password is too short or too long.
    """
    made = []
    for login, kind in PEOPLE.items():
        with suppress(AlreadyThere):
            who = _new(db, login, password, kind, now=now)
            draft = applications.open_blank(db, who.id, now=now)
            answers = {field.key: _ANSWERS.get(field.key, "") for field in FIELDS}
            applications.send(db, draft, who.id, answers, now=now)
            made.append(login)
    return made


class AlreadyThere(Exception):
    """Made by an earlier run."""


def _new(
    db: sqlite3.Connection, login: str, password: str, kind: str, *, now: int
) -> accounts.Account:
    try:
        return accounts.register(db, login, password, kind=kind, now=now)
    except Refusal as refusal:
        if refusal.code == "login_taken":
            raise AlreadyThere from refusal
        raise
