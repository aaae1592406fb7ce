"""`genkan db`: facts for people and for programs, plain refusals, exit codes."""

import json
import os
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.kernel.embedded.world import asked, connected

from genkan.kernel.embedded import Server
from genkan.site.cli.db import db

SECRET = "a-secret-of-more-than-thirty-two-letters"
ELSEWHERE = "postgresql://owner:hunter2@127.0.0.1:1/genkan"


@pytest.fixture
def genkan(server, monkeypatch):
    """Runs `genkan db ...` for an installation whose data lies beside the server's."""
    home = server.data_dir.with_name("installed") / "postgres"
    home.parent.mkdir()
    server.data_dir.rename(home)
    monkeypatch.setenv("GENKAN_ENV_FILE", os.devnull)
    monkeypatch.setenv("GENKAN_MODE", "development")
    monkeypatch.setenv("GENKAN_SECRET_KEY", SECRET)
    monkeypatch.setenv("GENKAN_DATA_DIR", str(home.parent))
    monkeypatch.setenv("DATABASE_URL", "")

    def run(*arguments: object, answer: str = "", **environment: str) -> Result:
        return CliRunner().invoke(db, [*map(str, arguments)], input=answer, env=environment)

    run.server = Server(home)
    run.home = home
    yield run
    if home.is_dir():
        run.server.stop()


def test_start_status_stop_tell_the_facts_as_json(genkan):
    stopped = genkan("status", "--json")
    assert stopped.exit_code == 3
    assert json.loads(stopped.stdout)["running"] is False

    started = genkan("start", "--json")
    assert started.exit_code == 0

    shown = genkan("status", "--json")
    facts = json.loads(shown.stdout)
    assert shown.exit_code == 0
    assert facts.pop("size_bytes") > 10_000_000
    assert facts == {
        "external": False,
        "running": True,
        "pid": json.loads(started.stdout)["pid"],
        "version": "18",
        "data_dir": str(genkan.home),
        "url": genkan.server.url(),
    }

    assert json.loads(genkan("stop", "--json").stdout)["was_running"] is True
    again = genkan("stop", "--json")
    assert (again.exit_code, json.loads(again.stdout)["was_running"]) == (0, False)


def test_start_and_stop_can_be_repeated(genkan):
    pids = [genkan("start").stdout for _ in range(2)]
    assert pids[0] == pids[1]
    assert "running: True" in pids[0]
    assert [genkan("stop").exit_code for _ in range(2)] == [0, 0]


def test_the_url_is_printed_alone(genkan):
    assert genkan("url").stdout == f"{genkan.server.url()}\n"
    assert json.loads(genkan("url", "--json").stdout) == {"url": genkan.server.url()}


def test_backup_and_restore_start_the_server_themselves(genkan, tmp_path):
    genkan("start")
    with connected(genkan.server) as connection:
        connection.execute("CREATE TABLE kept AS SELECT '髙' AS name")
    genkan("stop")

    done = genkan("backup", tmp_path / "b.dump", "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["size_bytes"] == (tmp_path / "b.dump").stat().st_size
    with connected(genkan.server) as connection:
        connection.execute("DROP TABLE kept")
    genkan("stop")

    restored = genkan("restore", tmp_path / "b.dump", "--yes")
    assert restored.exit_code == 0, restored.output
    assert asked(genkan.server, "SELECT name FROM kept") == ("髙",)


def test_a_backup_reads_rows_that_a_policy_hides_from_the_application(genkan, tmp_path):
    genkan("start")
    with connected(genkan.server) as connection:
        connection.execute("CREATE TABLE hidden AS SELECT 1 AS n")
        connection.execute("ALTER TABLE hidden ENABLE ROW LEVEL SECURITY")
        connection.execute("ALTER TABLE hidden FORCE ROW LEVEL SECURITY")

    assert genkan("backup", tmp_path / "b.dump").exit_code == 0
    assert genkan("restore", tmp_path / "b.dump", "--yes").exit_code == 0
    assert asked(genkan.server, "SELECT count(*) FROM hidden", user="postgres") == (1,)
    assert asked(genkan.server, "SELECT count(*) FROM hidden") == (0,)


def test_an_existing_backup_needs_force(genkan, tmp_path):
    file = tmp_path / "b.dump"
    file.write_text("precious")

    refused = genkan("backup", file)
    assert refused.exit_code == 1
    assert "--force" in refused.stderr
    assert file.read_text() == "precious"

    assert genkan("backup", file, "--force").exit_code == 0
    assert file.read_bytes().startswith(b"PGDMP")


@pytest.mark.parametrize("answer", ["n\n", "", "\n"])
def test_a_restore_asks_first_and_no_answer_is_no(genkan, tmp_path, answer):
    genkan("backup", tmp_path / "b.dump")
    with connected(genkan.server) as connection:
        connection.execute("CREATE TABLE kept ()")

    refused = genkan("restore", tmp_path / "b.dump", answer=answer)

    assert refused.exit_code == 1
    assert "will be replaced" in refused.stderr
    assert asked(genkan.server, "SELECT count(*) FROM kept") == (0,)


def test_a_restore_that_is_confirmed_is_done(genkan, tmp_path):
    genkan("backup", tmp_path / "b.dump")
    with connected(genkan.server) as connection:
        connection.execute("CREATE TABLE kept ()")

    assert genkan("restore", tmp_path / "b.dump", answer="y\n").exit_code == 0
    assert asked(genkan.server, "SELECT to_regclass('kept')") == (None,)


def test_garbage_is_refused_in_plain_words_and_as_json(genkan, tmp_path):
    (tmp_path / "letter").write_text("dear diary")
    told = genkan("restore", tmp_path / "letter", "--yes")
    assert told.exit_code == 1
    assert told.stderr.startswith(f"Error: {tmp_path}/letter cannot be restored")
    assert not told.stdout

    facts = genkan("restore", tmp_path / "letter", "--yes", "--json")
    assert facts.exit_code == 1
    assert json.loads(facts.stdout)["error"] == "not_a_backup"


def test_a_damaged_directory_is_told_and_a_restore_into_a_new_one_helps(genkan, tmp_path):
    genkan("start")
    with connected(genkan.server) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS n")
    genkan("backup", tmp_path / "b.dump")
    genkan("stop")
    (genkan.home / "global" / "pg_control").unlink()

    told = genkan("start", "--json")
    assert told.exit_code == 1
    assert json.loads(told.stdout)["error"] == "damaged"

    shutil.move(genkan.home, tmp_path / "aside")
    assert genkan("restore", tmp_path / "b.dump", "--yes").exit_code == 0
    assert asked(genkan.server, "SELECT n FROM kept") == (7,)


@pytest.mark.parametrize("command", ["start", "stop"])
def test_a_server_elsewhere_is_neither_started_nor_stopped(genkan, command):
    told = genkan(command, DATABASE_URL=ELSEWHERE)
    assert told.exit_code == 2
    assert "server of its own" in told.stderr
    assert "hunter2" not in told.output
    facts = genkan(command, "--json", DATABASE_URL=ELSEWHERE)
    assert (facts.exit_code, json.loads(facts.stdout)["error"]) == (2, "external")


def test_a_server_elsewhere_that_does_not_answer_is_told(genkan, tmp_path):
    shown = genkan("status", "--json", DATABASE_URL=ELSEWHERE)
    facts = json.loads(shown.stdout)
    assert shown.exit_code == 3
    assert (facts["external"], facts["running"]) == (True, False)
    assert facts["url"] == "postgresql://owner@127.0.0.1:1/genkan"
    assert "refused" in facts["reason"]

    refused = genkan("backup", tmp_path / "b.dump", DATABASE_URL=ELSEWHERE)
    assert refused.exit_code == 1
    assert "cannot be reached" in refused.stderr
    assert "hunter2" not in refused.output + shown.output
    assert not (tmp_path / "b.dump").exists()


def test_a_server_elsewhere_is_looked_at_and_copied(genkan, running, tmp_path):
    running.ensure_database("elsewhere")
    url = running.url("elsewhere")
    shown = genkan("status", "--json", DATABASE_URL=url)
    facts = json.loads(shown.stdout)
    assert shown.exit_code == 0
    assert (facts["external"], facts["running"], facts["version"][:2]) == (True, True, "18")
    assert facts["size_bytes"] > 1_000_000
    assert genkan("url", DATABASE_URL=url).stdout.startswith(
        "postgresql://genkan@/elsewhere?host=/"
    )

    with connected(running, "elsewhere") as connection:
        connection.execute("CREATE TABLE kept AS SELECT 5 AS n")
    assert genkan("backup", tmp_path / "b.dump", DATABASE_URL=url).exit_code == 0
    with connected(running, "elsewhere") as connection:
        connection.execute("DELETE FROM kept")
    done = genkan("restore", tmp_path / "b.dump", "--yes", DATABASE_URL=url)
    assert done.exit_code == 0, done.output
    assert asked(running, "SELECT n FROM kept", database="elsewhere") == (5,)


def test_an_address_that_is_none_is_refused_without_quoting_it(genkan):
    told = genkan("status", DATABASE_URL="postgresql://owner:hunter2@[::1/genkan")
    assert told.exit_code == 2
    assert "DATABASE_URL" in told.stderr
    assert "hunter2" not in told.output


def test_missing_settings_are_told(genkan):
    told = genkan("status", GENKAN_SECRET_KEY="short")
    assert told.exit_code == 2
    assert "SECRET_KEY" in told.stderr


def test_a_wrong_word_is_a_wrong_call(genkan):
    assert genkan("begin").exit_code == 2
    assert genkan("backup").exit_code == 2


def test_backup_files_are_not_folders(genkan, tmp_path: Path):
    assert genkan("backup", tmp_path).exit_code == 2
