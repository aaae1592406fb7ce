"""One row of a file of people: read as a whole, with all its problems, or as a registration.

Nothing is corrected but the width of kana; names and addresses stay as they stand in the file.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Any

import regex

from genkan.kernel.text import addresses, kana, names
from genkan.kernel.text.addresses import Address
from genkan.kernel.text.characters import Finding
from genkan.kernel.text.dates import birthdate_problem
from genkan.kernel.text.names import Name, other_name
from genkan.kernel.text.typed_dates import read_date

NEEDED = (
    "reference",
    "name",
    "name_kana",
    "birthdate",
    "postal_code",
    "prefecture",
    "municipality",
    "street",
    "terms_accepted",
)
"""Columns a file must have."""

COLUMNS = (
    *NEEDED,
    "family_name",
    "given_name",
    "family_kana",
    "given_kana",
    "former_name",
    "former_name_kana",
    "alias",
    "alias_kana",
    "sex",
    "town",
    "building",
    "phone",
    "email",
    "ui_language",
)
"""All columns that are read. A file with others is refused: a misspelt one would be lost."""

LANGUAGES = ("ja", "ja-easy", "en")
SEXES = ("0", "1", "2", "9")
MAX_REFERENCE, MAX_EMAIL = 100, 254
HOME = "大阪府"

_EMAIL = regex.compile(r"[^\s@]+@[^\s@.]+(?:\.[^\s@.]+)+")
_PHONE = regex.compile(r"[0+][\d\-() ]{8,20}", regex.ASCII)


class RowProblem(StrEnum):
    """What can be wrong with a field beyond what is wrong with a text or a date."""

    NOT_AN_EMAIL = "not_an_email"
    NOT_A_PHONE = "not_a_phone"
    NOT_A_SEX = "not_a_sex"
    NOT_A_LANGUAGE = "not_a_language"
    TERMS_NOT_ACCEPTED = "terms_not_accepted"
    REPEATED = "repeated"
    EMAIL_TAKEN = "email_taken"
    WRONG_NUMBER_OF_FIELDS = "wrong_number_of_fields"


@dataclass(frozen=True, slots=True)
class Fault:
    """One problem of one field; `code` is a `RowProblem`, a `Problem` or a `DateProblem`."""

    field: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """What a good row says.

    Attributes:
        reference: whatever names the person in the system the file comes from.
        values: contents by item, in the shapes of the person-data API.
    """

    reference: str
    email: str | None
    ui_locale: str
    values: Mapping[str, Any]


def read_row(row: Mapping[str, str], *, terms: str, today: date) -> Person | list[Fault]:
    """Return what a row says, or everything that is wrong with it.

    Args:
        row: text by column; columns that are not needed may be missing.
        terms: label of the terms in force, which the person must have accepted (M07).
        today: the day of the import.
    """
    cells = {column: row.get(column, "").strip() for column in COLUMNS}
    readings = _in_katakana(cells)
    faults = [*_faults_of_names(cells, readings), *_faults_of_rest(cells, terms)]
    born = read_date(cells["birthdate"])
    problem = born.problem or (born.value and birthdate_problem(born.value, today))
    if problem:
        faults.append(Fault("birthdate", problem))
    address = _address(cells)
    faults += _faults_of_home(address)
    if faults or born.value is None:
        return faults
    known = {
        "name": _name(cells, "name", "family_name", "given_name"),
        "name_kana": _name(readings, "name_kana", "family_kana", "given_kana"),
        "birthdate": born.value.iso,
        "former_name": _other_name(cells, "former_name"),
        "alias": _other_name(cells, "alias"),
        "sex": cells["sex"],
        "address": address.content(),
        "phone": cells["phone"],
    }
    return Person(
        reference=cells["reference"],
        email=cells["email"].lower() or None,
        ui_locale=cells["ui_language"] or "ja",
        values={item: content for item, content in known.items() if content},
    )


def _faults_of_names(cells: Mapping[str, str], readings: Mapping[str, str]) -> Iterator[Fault]:
    yield from _named("reference", names.findings_of(cells["reference"], limit=MAX_REFERENCE))
    yield from _named("name", names.findings_of(cells["name"]))
    for field in ("family_name", "given_name", "former_name", "alias"):
        found = names.findings_of(cells[field], limit=names.MAX_PART, required=False)
        yield from _named(field, found)
    yield from _named("name_kana", kana.findings_of(readings["name_kana"]))
    for field in ("family_kana", "given_kana", "former_name_kana", "alias_kana"):
        yield from _named(field, kana.findings_of(readings[field], required=False))


def _faults_of_rest(cells: Mapping[str, str], terms: str) -> Iterator[Fault]:
    email = cells["email"]
    if email and (len(email) > MAX_EMAIL or not _EMAIL.fullmatch(email)):
        yield Fault("email", RowProblem.NOT_AN_EMAIL)
    if cells["phone"] and not _PHONE.fullmatch(cells["phone"]):
        yield Fault("phone", RowProblem.NOT_A_PHONE)
    if cells["sex"] and cells["sex"] not in SEXES:
        yield Fault("sex", RowProblem.NOT_A_SEX)
    if cells["ui_language"] and cells["ui_language"] not in LANGUAGES:
        yield Fault("ui_language", RowProblem.NOT_A_LANGUAGE)
    if cells["terms_accepted"] != terms:
        yield Fault("terms_accepted", RowProblem.TERMS_NOT_ACCEPTED)


def _faults_of_home(home: Address) -> Iterator[Fault]:
    for field, found in addresses.findings_of(home).items():
        if field == "lg_code":
            if home.prefecture == HOME:  # of other prefectures we know no municipalities for sure
                yield from _named("municipality", found)
        else:
            yield from _named(field, found)


def _named(field: str, found: list[Finding]) -> Iterator[Fault]:
    for code in dict.fromkeys(finding.problem for finding in found):
        yield Fault(field, code)


def _in_katakana(cells: Mapping[str, str]) -> dict[str, str]:
    return {
        field: kana.to_katakana(cells[field]) if cells[field] else ""
        for field in (
            "name_kana",
            "family_kana",
            "given_kana",
            "former_name_kana",
            "alias_kana",
        )
    }


def _name(cells: Mapping[str, str], full: str, family: str, given: str) -> dict[str, str]:
    return Name(cells[full], cells[family] or None, cells[given] or None).content()


def _other_name(cells: Mapping[str, str], field: str) -> dict[str, str] | None:
    """Return a former family name or an alias with its reading; None where there is none."""
    if not cells[field]:
        return None
    return other_name(cells[field], reading=kana.to_katakana(cells[f"{field}_kana"]))


def _address(cells: Mapping[str, str]) -> Address:
    postal_code = addresses.postal_code_of(cells["postal_code"]) or ""
    return Address(
        postal_code=postal_code,
        prefecture=cells["prefecture"],
        municipality=cells["municipality"],
        lg_code=_lg_code(cells["prefecture"], cells["municipality"], postal_code),
        town=cells["town"],
        street=cells["street"],
        building=cells["building"] or None,
    )


@lru_cache(maxsize=4_096)
def _lg_code(prefecture: str, municipality: str, postal_code: str) -> str:
    return addresses.lg_code_of(prefecture, municipality, postal_code)
