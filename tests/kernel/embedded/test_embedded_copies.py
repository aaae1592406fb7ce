"""Backup and restore: a round trip, and what fails leaves the old database as it was."""

import os
import stat
import threading
from pathlib import Path

import psycopg
import pytest
from tests.kernel.embedded.world import asked, connected

from genkan.kernel.embedded import Database, EmbeddedError, swap
from genkan.kernel.embedded.account import Account, account_for
from genkan.kernel.embedded.programs import MAJOR, program, run

PATH = {"PATH": os.environ["PATH"]}
BYTES = 300_000  # of a table that does not compress, so that a cut file lacks some


@pytest.fixture
def database(running):
    """A database of its own in the running server, with a row that must survive."""
    name = f"copied_{os.urandom(4).hex()}"
    running.ensure_database(name)
    with connected(running, name) as connection:
        connection.execute("CREATE TABLE kept (name text PRIMARY KEY, noise bytea)")
        connection.execute("INSERT INTO kept VALUES ('𠮷野屋', %s)", [os.urandom(BYTES)])
    yield Database(running.conninfo(name), PATH)
    with connected(running, "postgres") as connection:
        for leftover in (name, f"{name}_restoring", f"{name}_replaced"):
            connection.execute(f'DROP DATABASE IF EXISTS "{leftover}" WITH (FORCE)')


@pytest.fixture
def file(database, tmp_path) -> Path:
    """A backup of the database."""
    database.backup(tmp_path / "genkan.dump", overwrite=False)
    return tmp_path / "genkan.dump"


def names(running, database) -> list[str]:
    with connected(running, database.name) as connection:
        return [n for (n,) in connection.execute("SELECT name FROM kept ORDER BY 1").fetchall()]


def add(running, database, name: str) -> None:
    with connected(running, database.name) as connection:
        connection.execute("INSERT INTO kept VALUES (%s, '')", [name])


def databases(running, database) -> list[str]:
    with connected(running, "postgres") as connection:
        found = connection.execute(
            "SELECT datname FROM pg_database WHERE datname LIKE %s ORDER BY 1",
            [f"{database.name}%"],
        ).fetchall()
    return [n for (n,) in found]


def refusal(deed, *arguments, **options) -> EmbeddedError:
    with pytest.raises(EmbeddedError) as refused:
        deed(*arguments, **options)
    return refused.value


def test_what_was_backed_up_comes_back_and_what_came_later_is_gone(running, database, file):
    facts = "SELECT datlocale, datlocprovider::text, pg_get_userbyid(datdba) FROM pg_database"
    facts += " WHERE datname = current_database()"
    before = asked(running, facts, database=database.name)
    add(running, database, "later")

    database.restore(file)

    assert names(running, database) == ["𠮷野屋"]
    assert asked(running, "SELECT length(noise) FROM kept", database=database.name) == (BYTES,)
    assert asked(running, facts, database=database.name) == before
    assert databases(running, database) == [database.name]
    add(running, database, "writable again")


def test_a_backup_is_for_its_owners_eyes_and_has_no_half(database, file):
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.read_bytes().startswith(b"PGDMP")
    assert [f.name for f in file.parent.iterdir()] == [file.name]


def test_a_backup_is_not_overwritten_unless_asked(database, file):
    before = file.read_bytes()

    assert refusal(database.backup, file, overwrite=False).code == "backup_exists"
    assert file.read_bytes() == before

    size = database.backup(file, overwrite=True)
    assert size == file.stat().st_size > BYTES


def test_a_failed_backup_leaves_the_old_file_and_no_part(database, file):
    before = file.read_bytes()
    gone = Database({**database.conninfo, "dbname": "no_such_database"}, PATH)

    assert refusal(gone.backup, file, overwrite=True).code == "database_unreachable"
    assert file.read_bytes() == before
    assert [f.name for f in file.parent.iterdir()] == [file.name]


def test_a_backup_on_a_full_disk_is_told(database, tmp_path):
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    with Path("/dev/full").open("wb") as full:
        fault = refusal(
            database._call,
            [program("pg_dump"), "--format=custom", database._target(database.name)],
            output=full.fileno(),
        )
    assert fault.code == "disk_full"


@pytest.mark.parametrize(
    ("place", "code"),
    [("no/such/folder/x.dump", "parent_missing"), ("n" * 300, "path_unusable")],
)
def test_a_backup_to_an_impossible_place_is_refused(database, tmp_path, place, code):
    fault = refusal(database.backup, tmp_path / place, overwrite=False)
    assert fault.code == code
    assert str(tmp_path) in str(fault)


@pytest.mark.parametrize(
    "content",
    [b"", b"PGDMP", b"CREATE TABLE x ();\n", b"\x1f\x8b\x08garbage", b"PGDMP" + b"\xff" * 99],
)
def test_garbage_is_refused_before_anything_is_touched(running, database, tmp_path, content):
    garbage = tmp_path / "garbage"
    garbage.write_bytes(content)

    fault = refusal(database.restore, garbage)

    assert fault.code == "not_a_backup"
    assert "not touched" in str(fault)
    assert names(running, database) == ["𠮷野屋"]


def test_a_backup_that_is_not_there_is_refused(database, tmp_path):
    assert refusal(database.restore, tmp_path / "nothing").code == "parent_missing"
    assert refusal(database.restore, tmp_path).code == "path_unusable"


@pytest.mark.parametrize("left", [0.3, 0.9])
def test_a_cut_backup_leaves_the_old_database_untouched(running, database, file, left):
    whole = file.read_bytes()
    file.write_bytes(whole[: int(len(whole) * left)])
    add(running, database, "later")
    with connected(running, database.name) as still_here:
        fault = refusal(database.restore, file)
        assert still_here.execute("SELECT 1").fetchone() == (1,)

    assert fault.code in ("program_failed", "not_a_backup")
    assert names(running, database) == ["later", "𠮷野屋"]
    assert databases(running, database) == [database.name]


def test_a_restore_wins_against_sessions_that_connect_again_at_once(running, database, file):
    stop = threading.Event()

    def insist():
        while not stop.is_set():
            try:
                with connected(running, database.name) as connection:
                    while not stop.is_set():
                        connection.execute("SELECT count(*) FROM kept")
            except psycopg.OperationalError:
                continue

    insisting = [threading.Thread(target=insist) for _ in range(4)]
    for thread in insisting:
        thread.start()
    try:
        add(running, database, "later")
        database.restore(file)
    finally:
        stop.set()
        for thread in insisting:
            thread.join()

    assert names(running, database) == ["𠮷野屋"]


def test_a_session_that_may_not_be_ended_keeps_the_old_database(running, database, file):
    add(running, database, "later")
    with connected(running, database.name, "postgres") as superuser:
        fault = refusal(database.restore, file)
        assert superuser.execute("SELECT count(*) FROM kept").fetchone() == (2,)

    assert fault.code == "in_use"
    assert databases(running, database) == [database.name]


def test_a_database_never_loses_its_name_without_another_taking_it(running, database):
    with (
        connected(running, "postgres") as session,
        connected(running, "postgres") as helper,
        pytest.raises(psycopg.errors.InvalidCatalogName),
    ):
        swap.take_place(session, helper, fresh="no_such_database", name=database.name)

    assert databases(running, database) == [database.name]


def test_two_restores_at_once_are_refused(running, database, file):
    with connected(running, "postgres") as other:
        other.execute(
            "SELECT pg_advisory_lock(hashtextextended(%s, 0))", [f"genkan restores {database.name}"]
        )
        assert refusal(database.restore, file).code == "in_use"


def test_leftovers_of_a_killed_restore_are_cleared_away(running, database, file):
    running.ensure_database(f"{database.name}_restoring")
    running.ensure_database(f"{database.name}_replaced")

    database.restore(file)

    assert databases(running, database) == [database.name]


def test_a_missing_database_is_made_by_a_restore(running, database, file):
    with connected(running, "postgres") as connection:
        connection.execute(f'DROP DATABASE "{database.name}"')

    database.restore(file)

    assert names(running, database) == ["𠮷野屋"]


def test_a_user_without_the_right_is_told_which(running, database, file):
    with connected(running, "postgres", "postgres") as connection:
        connection.execute("DROP ROLE IF EXISTS humble")
        connection.execute("CREATE ROLE humble LOGIN")
        humble = Database({**database.conninfo, "user": "humble"}, PATH)
        fault = refusal(humble.restore, file)
        connection.execute("DROP ROLE humble")

    assert fault.code == "not_permitted"
    assert "CREATEDB" in str(fault)
    assert names(running, database) == ["𠮷野屋"]


def test_a_password_goes_by_the_environment_and_not_by_the_arguments():
    secret = Database({"dbname": "x", "host": "h", "password": "hunter2"}, {})
    assert "hunter2" not in secret._target("x")
    assert "host=h" in secret._target("x")


@pytest.fixture
def older(tmp_path, running):
    """A PostgreSQL 16 that is not ours, as behind a DATABASE_URL."""
    home = tmp_path / "older"
    home.mkdir(mode=0o700)
    account = account_for(home)
    account.own(home)
    _reachable(home, account)
    initdb = [program("initdb", 16), "-D", str(home), "-U", "owner", "--no-sync", "-E", "UTF8"]
    made = run(account, [*initdb, "--locale=C.UTF-8", "--auth=trust"])
    assert made.returncode == 0, made.stderr
    control = [program("pg_ctl", 16), "-D", str(home), "-s"]
    options = f"-c listen_addresses= -c unix_socket_directories={home} -c shared_buffers=16MB"
    log = str(home / "log")
    assert run(account, [*control, "-l", log, "-w", "-o", options, "start"]).returncode == 0
    yield Database({"host": str(home), "user": "owner", "dbname": "genkan"}, PATH)
    assert run(account, [*control, "-m", "immediate", "stop"]).returncode == 0


def _reachable(home: Path, account: Account) -> None:
    from genkan.kernel.embedded import launch

    launch.open_paths(home, account)


def test_a_server_of_somebody_else_and_of_an_older_version_is_copied_too(older, tmp_path, running):
    where = {**older.conninfo, "dbname": "postgres"}
    with psycopg.connect(**where, autocommit=True) as connection:
        connection.execute("CREATE DATABASE genkan")
        assert connection.info.server_version // 10000 == 16 < MAJOR
    with psycopg.connect(**older.conninfo) as connection:
        connection.execute("CREATE TABLE kept AS SELECT '髙'::text AS name")
    older.backup(tmp_path / "old.dump", overwrite=False)
    with psycopg.connect(**older.conninfo) as connection:
        connection.execute("DELETE FROM kept")

    older.restore(tmp_path / "old.dump")

    with psycopg.connect(**older.conninfo) as connection:
        assert connection.execute("SELECT name FROM kept").fetchone() == ("髙",)
    # And it moves to the embedded server of the newer version.
    moved = Database(running.conninfo("moved"), PATH)
    moved.restore(tmp_path / "old.dump")
    assert asked(running, "SELECT name FROM kept", database="moved") == ("髙",)
