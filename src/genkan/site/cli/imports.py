"""`genkan residents import` and `generate`: many people at once, from a file or invented."""

import codecs
import csv
import io
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, TextIO

import click
from typing_extensions import override

from genkan.site.cli.base import as_json, tell, with_django

CHUNK_BYTES = 1 << 20
MAX_FIELD_CHARACTERS = 10_000
BYTE_ORDER_MARK = "\ufeff"
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
ERROR_COLUMNS = ("line", "field", "code", "message")
BYTES_PER_PERSON = 150
FEW = 5_000
"""People for whom it is not worth while to share the work."""


processes = click.option(
    "--processes", type=click.IntRange(1, 64), help="How many share the work; one per processor."
)


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--source", required=True, help="Names the system that the references are of.")
@click.option("--errors", type=click.Path(dir_okay=False, path_type=Path), help="Report of faults.")
@click.option("--encoding", type=click.Choice(["utf-8", "cp932"]), help="Found out if not named.")
@click.option("--language", type=click.Choice(["ja", "ja-easy", "en"]), default="ja")
@processes
@as_json
@with_django
def import_file(file: Path, *, as_json: bool, **options: Any) -> None:  # noqa: ANN401 - click's options
    """Register the people of a CSV file who are not registered yet.

    The first line names the columns. Again after a kill, or a second time, adds nobody twice. Bad
    rows go into the report, by line and field, and stop nothing.
    """
    from django.utils import translation

    from genkan.kernel import clock
    from genkan.residents import api

    report = options["errors"] or file.with_name(f"{file.stem}.errors.csv")
    csv.field_size_limit(MAX_FIELD_CHARACTERS)
    size = file.stat().st_size
    with (
        _lost_told(),
        file.open("rb") as raw,
        _Report(report) as bad,
        translation.override(options["language"]),
        click.progressbar(length=size, label="bytes", hidden=as_json) as bar,
    ):
        text = io.TextIOWrapper(raw, encoding=_encoding(raw, options["encoding"]), newline="")
        lines = _lines(text)
        columns = _columns(lines, needed=api.IMPORT_NEEDED, known=api.IMPORT_COLUMNS)
        done = api.import_people(
            api.numbered(lines, columns),
            source=options["source"],
            now=clock.now(),
            refuse=bad.add,
            tell=lambda _line: bar.update(max(0, raw.tell() - bar.pos)),
            processes=options["processes"] or _processes_for(size // BYTES_PER_PERSON),
        )
    facts = {"added": done.added, "known": done.known, "refused": done.refused}
    tell({**facts, "report": str(report) if done.refused else None}, as_json=as_json)
    if done.refused:
        raise click.exceptions.Exit(1)


def _processes_for(people: int) -> int:
    return 1 if people < FEW else os.cpu_count() or 1


@contextmanager
def _lost_told() -> Iterator[None]:
    """Say in one line that a process was killed."""
    from genkan.kernel.crew import WorkerLost

    try:
        yield
    except WorkerLost as lost:
        message = "a process was killed; the same command goes on where this one stopped"
        raise click.ClickException(message) from lost


def _encoding(raw: BinaryIO, named: str | None) -> str:
    """Return how the file is encoded: as named, else UTF-8 if all of it is, else CP932."""
    if named == "cp932":
        return named
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while chunk := raw.read(CHUNK_BYTES):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        if named:
            raise click.ClickException(f"the file is not {named}") from error
        return "cp932"
    finally:
        raw.seek(0)
    return "utf-8-sig"


def _lines(text: TextIO) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(text, strict=True)
    try:
        for fields in reader:
            yield reader.line_num, fields
    except csv.Error as error:
        raise click.ClickException(f"line {reader.line_num} is not CSV: {error}") from error
    except UnicodeDecodeError as error:
        place = f"after line {reader.line_num}"
        raise click.ClickException(f"{place} there is text in another encoding") from error


def _columns(
    lines: Iterator[tuple[int, list[str]]], *, needed: tuple[str, ...], known: tuple[str, ...]
) -> list[str]:
    """Return the first line, if it names columns that we know.

    Raises:
        ClickException: a column is missing, unknown or named twice.
    """
    _, columns = next(lines, (0, []))
    problems = {
        "missing": sorted(set(needed) - set(columns)),
        "unknown": sorted(set(columns) - set(known)),
        "twice": sorted({name for name in columns if columns.count(name) > 1}),
    }
    told = [f"{what}: {', '.join(names)}" for what, names in problems.items() if names]
    if told:
        raise click.ClickException(f"columns of the first line {'; '.join(told)}")
    return columns


class _Report(AbstractContextManager["_Report"]):
    """A CSV file of bad fields, for its owner alone; it appears with the first of them."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: TextIO | None = None
        self._write: Callable[[list[Any]], Any] = lambda _: None

    def add(self, bad: Any) -> None:  # noqa: ANN401 - a BadField, known once Django is set up
        """Add one field."""
        if self._file is None:
            handle = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            self._file = os.fdopen(handle, "w", encoding="utf-8", newline="")
            self._file.write(BYTE_ORDER_MARK)
            self._write = csv.writer(self._file).writerow
            self._write(list(ERROR_COLUMNS))
        self._write([bad.line, bad.field, bad.code, _no_formula(bad.message)])

    @override
    def __exit__(self, *_fault: object) -> None:
        if self._file is not None:
            self._file.close()


def _no_formula(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA_SIGNS) else text


@click.command()
@click.argument("number", type=click.IntRange(1))
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--anchor", type=click.DateTime(["%Y-%m-%d"]), help="Day of reference; today.")
@processes
@as_json
@with_django
def generate(
    number: int, *, seed: int, anchor: datetime | None, processes: int | None, as_json: bool
) -> None:
    """Invent people, beside the special thirty. The same number and seed give the same people."""
    from django.conf import settings

    from genkan.kernel import clock
    from genkan.kernel.clock import day_in_japan
    from genkan.residents import api

    now = clock.now()
    day = anchor.date() if anchor else day_in_japan(now)
    wanted = api.Wanted(size=number, seed=seed, anchor=day, passwords={})
    with _lost_told(), click.progressbar(length=number, label="residents", hidden=as_json) as bar:
        loaded = api.load(
            wanted,
            mode=settings.GENKAN.mode,
            now=now,
            tell=bar.update,
            processes=processes or _processes_for(number),
        )
    tell({"added": loaded.added, "total": loaded.total}, as_json=as_json)
