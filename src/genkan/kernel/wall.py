"""The second wall: whose rows the database shows to the statements that follow (decision 0013).

Tables behind it have row-level security. Their policies believe `genkan.scope`, which lists people,
each with a proof that only who has the keyring can make: SQL that somebody smuggles in can neither
show everybody's rows nor another person's. Nobody's rows are shown unless something here says so.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from psycopg.pq import TransactionStatus

from genkan.kernel.sealing import load_keyring

SETTING = "genkan.scope"
EVERYBODY = UUID(int=0)
People = tuple[UUID, ...]

outside: People = ()
"""Who is shown where nothing was said; tests say everybody."""
_shown_to: ContextVar[People | None] = ContextVar("people shown", default=None)


@contextmanager
def acting_for(*people: UUID) -> Iterator[None]:
    """Show the rows of these people and of nobody else."""
    before = _shown_to.set(people)
    try:
        yield
    finally:
        _shown_to.reset(before)


@contextmanager
def for_everybody(reason: str) -> Iterator[None]:
    """Show all rows: staff, jobs, commands, releases.

    Args:
        reason: why the caller needs that, for whoever reads the code.

    Raises:
        ValueError: no reason is given.
    """
    if not reason:
        raise ValueError("everybody's rows need a reason")
    with acting_for(EVERYBODY):
        yield


@contextmanager
def for_nobody() -> Iterator[None]:
    """Show no rows until somebody is known."""
    with acting_for():
        yield


def shown_now() -> People:
    """Return whose rows are shown."""
    said = _shown_to.get()
    return outside if said is None else said


@contextmanager
def shown_too(*people: UUID) -> Iterator[None]:
    """Show the rows of these people besides whose are shown: a query by name says whom it is about.

    Costs nothing where they are shown already.
    """
    before = shown_now()
    if EVERYBODY in before or set(people) <= set(before):
        yield
        return
    with acting_for(*before, *people):
        yield


def lock_of(person: UUID) -> bytes:
    """Return what the database keeps to check a proof: it opens nothing."""
    return sha256(_proof(person)).digest()


def scope_of(people: People, ring: Path | None = None) -> str:
    """Return what the setting has to say for these people to be shown."""
    return ",".join(f"{person}:{_proof(person, ring).hex()}" for person in people)


def show(connection: Any) -> None:  # noqa: ANN401 - a psycopg connection, which carries a note of ours
    """Tell the server whose rows to show, unless this connection has told it already.

    In a transaction that has failed nothing more can be told, nor asked.
    """
    wanted = shown_now()
    if getattr(connection, "genkan_shows", None) == wanted:
        return
    if connection.info.transaction_status == TransactionStatus.INERROR:
        return
    connection.execute("SELECT set_config(%s, %s, false)", [SETTING, scope_of(wanted)])
    connection.genkan_shows = wanted


def forget(connection: Any) -> None:  # noqa: ANN401 - likewise
    """Note that a rollback may have taken back what the server was told."""
    if connection is not None:
        connection.genkan_shows = None


def _proof(person: UUID, ring: Path | None = None) -> bytes:
    return load_keyring(ring or settings.GENKAN.keyring).keyed_hash("wall", person.bytes)
