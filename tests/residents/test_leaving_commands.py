"""`genkan resident export` and `deceased`."""

import json
import stat

import pytest
from click.testing import CliRunner

from genkan.kernel import clock
from genkan.residents import api as residents
from genkan.site.cli import cli
from tests.builders import a_member_of_staff, entry, events
from tests.residents.leavers import a_leaver

COUNTER = residents.StaffRole.COUNTER
pytestmark = pytest.mark.django_db


def run(*words):
    return CliRunner().invoke(cli, ["resident", *map(str, words)])


@pytest.fixture
def leaver():
    return a_leaver(now=clock.now(), partners=1)


@pytest.fixture
def clerk(db):
    """Somebody at the counter, by their address."""
    account = a_member_of_staff(email="clerk@office.example")
    residents.give_role("clerk@office.example", COUNTER, person=None, now=clock.now())
    return account


def export(leaver_id, *more):
    asked = ("--staff", "clerk@office.example", "--reason", "visit", "--note", "本人が来庁")
    return run("export", leaver_id, *asked, *more)


def test_an_export_at_the_counter_is_a_look_at_everything_with_name_and_reason(leaver, clerk):
    answer = export(leaver.id)

    document = json.loads(answer.output)
    assert {one["item"] for one in document["profile"]["values"]} >= {"name", "address"}
    for event in ("resident.looked_up", "resident.unmasked", "resident.exported"):
        assert entry(leaver.id, event).actor.id == str(clerk), event
    assert entry(leaver.id, "resident.unmasked").facts["reason"] == "visit"
    assert {"name", "address"} <= set(entry(leaver.id, "resident.unmasked").facts["items"])
    done = [one.act for one, note in residents.lookups_of(clerk) if note == "本人が来庁"]
    assert set(done) == {residents.Act.OPENED, residents.Act.UNMASKED}


@pytest.mark.parametrize(
    "words",
    [(), ("--staff", "clerk@office.example"), ("--reason", "visit")],
    ids=["neither", "no-reason", "no-name"],
)
def test_nobody_exports_without_name_and_reason(leaver, clerk, words):
    assert run("export", leaver.id, *words).exit_code == 2
    assert events(leaver.id).count("resident.exported") == 0


def test_who_has_no_role_exports_nothing(leaver):
    a_member_of_staff(email="clerk@office.example")

    answer = export(leaver.id)

    assert (answer.exit_code, answer.output) == (1, "Error: residents.role_needed\n")


def test_nobody_exports_their_own_record(leaver):
    a_member_of_staff(email="clerk@office.example")
    residents.give_role("clerk@office.example", COUNTER, person=leaver.id, now=clock.now())

    answer = export(leaver.id)

    assert (answer.exit_code, answer.output) == (1, "Error: residents.somebody_close\n")
    assert events(leaver.id).count("resident.exported") == 0


def test_export_writes_a_new_file_for_its_owner_alone(leaver, clerk, tmp_path):
    file = tmp_path / "copy.json"

    assert export(leaver.id, "--file", file).exit_code == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert json.loads(file.read_text("utf-8"))["id"] == str(leaver.id)
    before = file.read_text("utf-8")
    assert export(leaver.id, "--file", file).exit_code == 2
    assert file.read_text("utf-8") == before


def test_there_is_nothing_to_export_of_nobody(clerk):
    answer = export("8a4b1c5e-0000-4000-8000-000000000000")

    assert (answer.exit_code, answer.output) == (1, "Error: residents.not_a_resident\n")


def test_a_receipt_holds_until_a_letter_of_it_is_changed(leaver, clerk, tmp_path):
    file, altered = tmp_path / "copy.json", tmp_path / "altered.txt"
    assert export(leaver.id, "--file", file).exit_code == 0
    note = json.loads(file.read_text("utf-8"))["receipt"]["note"]

    told = run("check-receipt", file)
    assert told.exit_code == 0
    assert f"resident {leaver.id}" in told.output
    altered.write_text(note.replace("purpose P3", "purpose P5"), "utf-8")
    assert run("check-receipt", altered).exit_code == 1
    altered.write_text(note, "utf-8")
    assert run("check-receipt", altered).exit_code == 0


def test_a_death_is_recorded_and_corrected(leaver):
    told = run("deceased", leaver.id, "--date", "2026-07-01", "--json")
    assert json.loads(told.output)["id"] == str(leaver.id)
    assert residents.state_of(leaver.id) == "closed"

    assert run("deceased", leaver.id, "--correct").exit_code == 0
    assert residents.state_of(leaver.id) == "active"


@pytest.mark.parametrize(
    "words", [(), ("--date", "2026-07-01", "--correct")], ids=["neither", "both"]
)
def test_a_death_has_a_day_or_is_corrected(leaver, words):
    assert run("deceased", leaver.id, *words).exit_code == 2


def test_a_day_to_come_is_refused_by_name(leaver):
    answer = run("deceased", leaver.id, "--date", "2999-01-01")

    assert (answer.exit_code, answer.output) == (1, "Error: residents.date_impossible (date)\n")
