"""Files of invented people, as another system would hand them over."""

import csv
from collections.abc import Iterable
from pathlib import Path

from genkan.residents.domain.rows import COLUMNS
from genkan.residents.population.shape import SyntheticResident

TERMS = "2026-07"
"""The version of the terms that all these people accepted on paper."""


def row_of(person: SyntheticResident) -> dict[str, str]:
    """Return an invented person as a row of a file."""
    home = person.address
    return {
        "reference": person.key,
        "name": person.name.full,
        "family_name": person.name.family or "",
        "given_name": person.name.given or "",
        "name_kana": person.name_kana.full,
        "birthdate": person.birthdate.iso,
        "sex": person.sex,
        "postal_code": home.postal_code,
        "prefecture": home.prefecture,
        "municipality": home.municipality,
        "town": home.town,
        "street": home.street,
        "building": home.building or "",
        "phone": person.phone or "",
        "email": person.email or "",
        "terms_accepted": TERMS,
    }


def write(
    path: Path,
    rows: Iterable[dict[str, str]],
    *,
    encoding: str = "utf-8",
    columns: Iterable[str] = COLUMNS,
) -> Path:
    """Write a file; returns its path."""
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, list(columns))
        writer.writeheader()
        writer.writerows(rows)
    return path
