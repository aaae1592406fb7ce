"""`genkan resident export` and `deceased`."""

import json
import stat

import pytest
from click.testing import CliRunner

from genkan.kernel import clock
from genkan.residents import api as residents
from genkan.site.cli import cli
from tests.builders import entry
from tests.residents.leavers import a_leaver

pytestmark = pytest.mark.django_db


def run(*words):
    return CliRunner().invoke(cli, ["resident", *map(str, words)])


@pytest.fixture
def leaver():
    return a_leaver(now=clock.now(), partners=1)


def test_export_tells_everything_and_stands_in_the_ledger(leaver):
    answer = run("export", leaver.id)

    document = json.loads(answer.output)
    assert {one["item"] for one in document["profile"]["values"]} >= {"name", "address"}
    assert entry(leaver.id, "resident.exported").actor.kind == "operator"


def test_export_writes_a_new_file_for_its_owner_alone(leaver, tmp_path):
    file = tmp_path / "copy.json"

    assert run("export", leaver.id, "--file", file).exit_code == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert json.loads(file.read_text("utf-8"))["id"] == str(leaver.id)
    before = file.read_text("utf-8")
    assert run("export", leaver.id, "--file", file).exit_code == 2
    assert file.read_text("utf-8") == before


def test_there_is_nothing_to_export_of_nobody():
    answer = run("export", "8a4b1c5e-0000-4000-8000-000000000000")

    assert (answer.exit_code, answer.output) == (1, "Error: residents.not_a_resident\n")


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
