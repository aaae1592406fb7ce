"""`genkan residents import`: a file of people, with mistakes, again, and after a kill."""

import csv
import json
from datetime import date

import pytest
from bench.people_file import TERMS, row_of, write
from click.testing import CliRunner

from genkan.kernel.ids import ResidentId
from genkan.residents import api as residents
from genkan.residents.domain.rows import COLUMNS, Fault, read_row
from genkan.residents.models import Account, ResidentRow
from genkan.residents.population.crowd import generate
from genkan.site.cli import cli

pytestmark = pytest.mark.django_db(transaction=True)
T0 = date(2026, 7, 15)
GOOD = {
    "reference": "A-1",
    "name": "髙橋 𠮷男",
    "family_name": "髙橋",
    "given_name": "𠮷男",
    "name_kana": "たかはし ﾖｼｵ",
    "birthdate": "S46.3.9",
    "postal_code": "560-0003",
    "prefecture": "大阪府",
    "municipality": "豊中市",
    "town": "東豊中町",
    "street": "三丁目999番地",
    "phone": "000-0000-0001",
    "email": "Takahashi@resident.example",
    "terms_accepted": TERMS,
}


def crowd(number):
    """Rows of people who all differ in their addresses."""
    rows = [row_of(person) for person in generate(number, 1, T0)]
    seen: set[str] = set()
    for row in rows:
        if row["email"] in seen:
            row["email"] = ""
        seen.add(row["email"])
    return rows


def run(path, *words):
    return CliRunner().invoke(
        cli, ["residents", "import", str(path), "--source", "city", *words, "--json"]
    )


def facts(path, *words):
    answer = run(path, *words)
    assert answer.exit_code in {0, 1}, answer.output
    return json.loads(answer.output)


def faults(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [(int(bad["line"]), bad["field"], bad["code"]) for bad in csv.DictReader(file)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_row_becomes_a_resident_exactly_as_write(published, tmp_path, encoding):
    done = facts(write(tmp_path / "city.csv", [GOOD], encoding=encoding))

    assert (done["added"], done["known"], done["refused"], done["report"]) == (1, 0, 0, None)
    profile = residents.profile_of(ResidentId(ResidentRow.objects.get().id))
    assert profile.content("name") == {"full": "髙橋 𠮷男", "family": "髙橋", "given": "𠮷男"}
    assert profile.content("name_kana") == {"full": "タカハシ ヨシオ"}
    assert profile.content("birthdate") == "1971-03-09"
    assert profile.content("address")["lg_code"] == "272035"
    assert profile.values["name"].origin == "counter"
    assert Account.objects.get().email == "takahashi@resident.example"


def test_a_file_of_an_old_system_is_read_in_its_own_encoding(published, tmp_path):
    row = GOOD | {"name": "髙﨑 太郎", "family_name": "", "given_name": ""}

    facts(write(tmp_path / "city.csv", [row], encoding="cp932"))

    profile = residents.profile_of(ResidentId(ResidentRow.objects.get().id))
    assert profile.content("name") == {"full": "髙﨑 太郎"}


def test_the_same_file_again_changes_nothing(published, tmp_path):
    path = write(tmp_path / "city.csv", crowd(30))

    assert facts(path)["added"] == 30
    assert facts(path) == {"added": 0, "known": 30, "refused": 0, "report": None}
    assert ResidentRow.objects.count() == 30


def test_another_system_with_the_same_references_brings_other_people(published, tmp_path):
    path = write(tmp_path / "city.csv", [GOOD | {"email": ""}])
    facts(path)

    again = CliRunner().invoke(cli, ["residents", "import", str(path), "--source", "clinic"])

    assert again.exit_code == 0
    assert ResidentRow.objects.count() == 2


def test_bad_rows_are_told_by_line_and_field_and_stop_nobody(published, tmp_path):
    rows = [
        GOOD,
        GOOD | {"reference": "A-2", "email": "", "name": "", "birthdate": "昭和64年1月8日"},
        GOOD | {"reference": "A-3", "email": "", "postal_code": "12", "sex": "7"},
        GOOD | {"reference": "A-4", "email": "no-address", "name_kana": "KANA"},
        GOOD | {"reference": "A-5", "email": "", "terms_accepted": "2019-01"},
        GOOD | {"reference": "A-1", "email": ""},
        GOOD | {"reference": "A-7"},
        GOOD | {"reference": "A-8", "email": "", "municipality": "横浜市"},
        GOOD | {"reference": "A-9", "email": "", "name": "a\u202eb", "phone": "=1+1"},
        GOOD | {"reference": "A-10", "email": "later@resident.example"},
    ]
    path = write(tmp_path / "city.csv", rows)

    done = facts(path)

    assert (done["added"], done["refused"]) == (2, 8)
    assert faults(tmp_path / "city.errors.csv") == [
        (3, "name", "empty"),
        (3, "birthdate", "not_in_era"),
        (4, "sex", "not_a_sex"),
        (4, "postal_code", "not_a_postal_code"),
        (5, "name_kana", "not_katakana"),
        (5, "email", "not_an_email"),
        (6, "terms_accepted", "terms_not_accepted"),
        (7, "reference", "repeated"),
        (8, "email", "repeated"),
        (9, "municipality", "not_a_municipality_code"),
        (10, "name", "direction_override"),
        (10, "phone", "not_a_phone"),
    ]
    report = (tmp_path / "city.errors.csv").read_text("utf-8-sig")
    assert "元号" in report
    assert "髙橋" not in report
    assert (tmp_path / "city.errors.csv").stat().st_mode & 0o077 == 0


def test_an_address_of_somebody_else_is_refused(published, tmp_path):
    facts(write(tmp_path / "city.csv", [GOOD]))

    done = facts(write(tmp_path / "clinic.csv", [GOOD | {"reference": "B-1"}]))

    assert (done["added"], done["refused"]) == (0, 1)
    assert faults(tmp_path / "clinic.errors.csv") == [(2, "email", "email_taken")]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "missing"),
        ("name,reference\n", "missing"),
        (",".join([*COLUMNS, "my_number"]) + "\n", "unknown: my_number"),
        (",".join([*COLUMNS, "name"]) + "\n", "twice: name"),
        (",".join(COLUMNS) + '\n"never closed\n', "is not CSV"),
        (",".join(COLUMNS) + "\n" + "x" * 20_000 + "\n", "is not CSV"),
    ],
    ids=["empty", "columns missing", "column unknown", "column twice", "quote", "long"],
)
def test_a_file_that_is_no_such_file_is_refused_in_words(published, tmp_path, text, said):
    path = tmp_path / "city.csv"
    path.write_text(text, "utf-8")

    answer = run(path)

    assert answer.exit_code == 1
    assert said in answer.output
    assert ResidentRow.objects.count() == 0


def test_a_row_of_another_length_is_a_bad_row(published, tmp_path):
    path = write(tmp_path / "city.csv", [GOOD])
    with path.open("a", encoding="utf-8") as file:
        file.write("only,three,fields\n\n")

    assert facts(path)["refused"] == 1
    assert faults(tmp_path / "city.errors.csv") == [(3, "", "wrong_number_of_fields")]


def test_an_encoding_that_is_named_wrongly_is_told(published, tmp_path):
    path = write(
        tmp_path / "city.csv", [GOOD | {"name": "髙橋", "given_name": ""}], encoding="cp932"
    )

    assert "not utf-8" in run(path, "--encoding", "utf-8").output


def test_without_terms_in_force_nobody_is_imported(tmp_path):
    answer = run(write(tmp_path / "city.csv", [GOOD]))

    assert answer.exit_code == 1
    assert ResidentRow.objects.count() == 0


@pytest.mark.parametrize("column", COLUMNS)
def test_no_field_is_overlooked(column):
    """Whatever stands in a field, it is taken or named; nothing breaks."""
    for text in ("\x00", "x" * 5_000, "\u202e", "　", "\ud7ff", "葛\U000e0100" * 200):
        read = read_row(GOOD | {column: text}, terms=TERMS, today=T0)
        if isinstance(read, list):
            assert {fault.field for fault in read} == {column}
            assert all(isinstance(fault, Fault) for fault in read)
