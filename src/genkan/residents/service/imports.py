"""The use case of importing people from a file: any number, again and again, never twice."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import islice
from uuid import UUID

from django.conf import settings

from genkan.kernel.clock import day_in_japan
from genkan.kernel.crew import Crew
from genkan.kernel.db import Repeated
from genkan.kernel.ids import ResidentId
from genkan.kernel.sealing import Keyring, load_keyring
from genkan.residents.domain.people import NewResident, Origin
from genkan.residents.domain.rows import Fault, Person, RowProblem, read_row
from genkan.residents.errors import RegisteredMeanwhile
from genkan.residents.service.creation import create_all
from genkan.residents.store import people as store
from genkan.residents.wording import sentence_of
from genkan.terms import api as terms

BATCH = 1_000
ATTEMPTS = 5
UNIQUE = ("reference", "email")
"""Columns that name a person; case makes no difference to an address, and hardly ever elsewhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BadField:
    """Why a row was not imported. It says which row and field, never what stood there.

    Attributes:
        line: of the file, the first one is 1.
        message: in the language of the moment.
    """

    line: int
    field: str
    code: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What an import did, in rows: `added` now, `known` from an earlier run, `refused`."""

    added: int
    known: int
    refused: int


Row = tuple[int, Mapping[str, str] | None]
"""Line number and text by column; None for a row that does not fit the first line."""


def import_people(
    rows: Iterable[Row],
    *,
    source: str,
    now: datetime,
    refuse: Callable[[BadField], None],
    tell: Callable[[int], None] = lambda _: None,
    processes: int = 1,
) -> Imported:
    """Register the people of a file who are not registered yet, 1,000 to a transaction.

    A person is known again by `source` and the row's reference: the same file may be imported
    again, after a kill too. Each has accepted the terms on paper, as the row says (M07). Of rows
    with one reference or address the first one counts, however many processes share the work.

    Args:
        rows: the file's rows in order.
        source: names the system that the references are of.
        now: when they register.
        refuse: hears of each bad field of each bad row, in the order of the rows.
        tell: hears the number of the last line that is done, batch by batch.
        processes: how many share the work; more than one only where this one has no threads yet.

    Raises:
        TermsUnpublished: there are no terms to accept.
        WorkerLost: a process was killed; what was committed stands.
    """
    added = known = refused = 0
    with Crew(partial(_import, source=source, now=now), size=processes) as crew:
        terms.current(now)
        for done in crew.in_order(_batches(rows), about=_references_and_addresses):
            for line, faults in done.bad:
                for fault in faults:
                    refuse(_told(line, fault))
            added += done.added
            known += done.known
            refused += len(done.bad)
            tell(done.last)
    return Imported(added=added, known=known, refused=refused)


Bad = list[tuple[int, list[Fault]]]
Good = dict[ResidentId, tuple[int, NewResident]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Done:
    """What came of a batch; `bad` by line, `last` line of the batch."""

    added: int
    known: int
    bad: Bad
    last: int


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    one_by_one = iter(rows)
    while batch := list(islice(one_by_one, BATCH)):
        yield batch


def _references_and_addresses(batch: list[Row]) -> set[tuple[str, str]]:
    """Return what two batches must not register at once, or the later row might count."""
    kept = (row for _, row in batch if row is not None)
    said = {(column, row.get(column, "").strip().lower()) for row in kept for column in UNIQUE}
    return said - {(column, "") for column in UNIQUE}


def _import(batch: list[Row], *, source: str, now: datetime) -> _Done:
    """Register the people of a batch. Who registers meanwhile is seen at the next attempt."""
    people, bad = _read(batch, terms.current(now).label, source, now)
    for _ in range(ATTEMPTS):
        new, late = _missing(people)
        known = len(people) - len(new) - len(late)
        if not new or _created(new, now=now):
            return _Done(added=len(new), known=known, bad=sorted([*bad, *late]), last=batch[-1][0])
    raise RegisteredMeanwhile


def _created(new: list[NewResident], *, now: datetime) -> bool:
    """Register people; False if one of them, or their address, came in between: then nobody was."""
    try:
        create_all(new, now=now)
    except Repeated:
        return False
    return True


def _read(batch: list[Row], label: str, source: str, now: datetime) -> tuple[Good, Bad]:
    """Return the good rows by the ID their person gets, and what is wrong with the others."""
    good: Good = {}
    bad: Bad = []
    addresses: set[str] = set()
    today, ring = day_in_japan(now), load_keyring(settings.GENKAN.keyring)
    for line, row in batch:
        if row is None:
            bad.append((line, [Fault("", RowProblem.WRONG_NUMBER_OF_FIELDS)]))
            continue
        read = read_row(row, terms=label, today=today)
        if isinstance(read, list):
            bad.append((line, read))
            continue
        resident = _id_of(ring, source, read.reference)
        if resident in good:
            bad.append((line, [Fault("reference", RowProblem.REPEATED)]))
        elif read.email in addresses:
            bad.append((line, [Fault("email", RowProblem.REPEATED)]))
        else:
            good[resident] = (line, _as_new(resident, read))
            addresses |= {read.email} if read.email else set()
    return good, bad


def _missing(people: Good) -> tuple[list[NewResident], Bad]:
    """Return who is not registered yet, and of these who cannot be: their address is taken."""
    existing = store.existing(list(people))
    absent = [found for resident, found in people.items() if resident not in existing]
    taken = store.addresses_taken([person.email for _, person in absent if person.email])
    late = [
        (line, [Fault("email", RowProblem.EMAIL_TAKEN)])
        for line, person in absent
        if person.email in taken
    ]
    return [person for _, person in absent if person.email not in taken], late


def _as_new(resident: ResidentId, person: Person) -> NewResident:
    return NewResident(
        id=resident,
        email=person.email,
        password_hash=None,
        values=person.values,
        ui_locale=person.ui_locale,
        origins=dict.fromkeys(person.values, Origin.COUNTER),
    )


def _id_of(ring: Keyring, source: str, reference: str) -> ResidentId:
    """Return the ID of a person in a file: always the same, and nobody can go back from it."""
    made = ring.keyed_hash("residents.import", f"{source}\0{reference}".encode())
    return ResidentId(UUID(bytes=made[:16], version=4))


def _told(line: int, fault: Fault) -> BadField:
    message = sentence_of(fault.code)
    return BadField(line=line, field=fault.field, code=str(fault.code), message=message)


def numbered(lines: Iterable[tuple[int, list[str]]], columns: list[str]) -> Iterator[Row]:
    """Yield rows by column; a row with more or fewer fields as None; empty lines not at all."""
    for line, fields in lines:
        if not fields:
            continue
        fits = len(fields) == len(columns)
        yield line, dict(zip(columns, fields, strict=True)) if fits else None
