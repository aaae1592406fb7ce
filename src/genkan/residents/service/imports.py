"""The use case of importing people from a file: any number, again and again, never twice."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from uuid import UUID

from django.conf import settings

from genkan.kernel.clock import day_in_japan
from genkan.kernel.ids import ResidentId
from genkan.kernel.sealing import load_keyring
from genkan.residents.domain.people import NewResident, Origin
from genkan.residents.domain.rows import Fault, Person, RowProblem, read_row
from genkan.residents.service.creation import create_all
from genkan.residents.store import people as store
from genkan.residents.wording import sentence_of
from genkan.terms import api as terms

BATCH = 1_000


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
) -> Imported:
    """Register the people of a file who are not registered yet, 1,000 to a transaction.

    A person is known again by `source` and the row's reference: the same file may be imported
    again, after a kill too. Each has accepted the terms on paper, as the row says (M07).

    Args:
        rows: the file's rows in order.
        source: names the system that the references are of.
        now: when they register.
        refuse: hears of each bad field of each bad row.
        tell: hears the number of the last line that is done, batch by batch.

    Raises:
        TermsUnpublished: there are no terms to accept.
    """
    added = known = refused = 0
    label = terms.current(now).label
    one_by_one = iter(rows)
    while batch := list(islice(one_by_one, BATCH)):
        people, bad = _read(batch, label, source, now)
        new, late = _missing(people)
        for line, faults in sorted([*bad, *late]):
            refused += 1
            for fault in faults:
                refuse(_told(line, fault))
        if new:
            create_all(new, now=now)
        added += len(new)
        known += len(people) - len(new) - len(late)
        tell(batch[-1][0])
    return Imported(added=added, known=known, refused=refused)


Bad = list[tuple[int, list[Fault]]]
Good = dict[ResidentId, tuple[int, NewResident]]


def _read(batch: list[Row], label: str, source: str, now: datetime) -> tuple[Good, Bad]:
    """Return the good rows by the ID their person gets, and what is wrong with the others."""
    good: Good = {}
    bad: Bad = []
    addresses: set[str] = set()
    today = day_in_japan(now)
    for line, row in batch:
        if row is None:
            bad.append((line, [Fault("", RowProblem.WRONG_NUMBER_OF_FIELDS)]))
            continue
        read = read_row(row, terms=label, today=today)
        if isinstance(read, list):
            bad.append((line, read))
            continue
        resident = _id_of(source, read.reference)
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


def _id_of(source: str, reference: str) -> ResidentId:
    """Return the ID of a person in a file: always the same, and nobody can go back from it."""
    ring = load_keyring(settings.GENKAN.keyring)
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
