"""Every fault of the embedded server has a code and a sentence that says what to do."""

import os
import shutil
import subprocess
from contextlib import suppress
from fcntl import LOCK_EX, flock
from pathlib import Path

import pytest
from tests.kernel.embedded.world import QUICK, ROOT, asked, connected, script

from genkan.kernel.embedded import EmbeddedError, Server, programs
from genkan.kernel.embedded.account import account_for

LIMITED = """
import resource, sys
from pathlib import Path
from genkan.kernel.embedded import EmbeddedError, Server
resource.setrlimit(resource.RLIMIT_FSIZE, (4_000_000, resource.RLIM_INFINITY))
try:
    Server(Path(sys.argv[1])).ensure_running()
except EmbeddedError as error:
    print(error.code, error)
"""


def refusal(server: Server) -> EmbeddedError:
    with pytest.raises(EmbeddedError) as refused:
        server.ensure_running()
    return refused.value


def files(folder: Path) -> dict[str, float]:
    return {str(f): f.stat().st_mtime for f in folder.rglob("*") if f.is_file()}


def test_a_directory_of_another_major_version_is_refused_and_left_alone(tmp_path):
    home = tmp_path / "postgres"
    home.mkdir(mode=0o700)
    account = account_for(home)
    account.own(home)
    server = Server(home)
    if account.needs_switch:
        programs.run(account, ["true"])
        server_paths(server)
    initdb = [programs.program("initdb", 16), f"--pgdata={home}", "--no-sync"]
    made = programs.run(account, initdb)
    assert made.returncode == 0, made.stderr
    before = files(home)

    fault = refusal(server)

    assert fault.code == "other_version"
    assert "PostgreSQL 16" in str(fault)
    assert "PostgreSQL 18" in str(fault)
    assert "genkan db backup" in str(fault)
    assert "genkan db restore" in str(fault)
    assert files(home) == before


def server_paths(server: Server) -> None:
    """Let the server's user reach the folder, as a first start does."""
    from genkan.kernel.embedded import launch

    launch.open_paths(server.data_dir, account_for(server.data_dir))


@pytest.mark.parametrize("missing", ["PG_VERSION", "global/pg_control", "pg_wal", "base"])
def test_a_directory_without_a_vital_part_is_damaged(server, missing):
    (server.data_dir / missing).rename(server.data_dir.with_name("lost"))
    fault = refusal(server)
    assert fault.code == "damaged"
    assert missing in str(fault)
    assert "genkan db restore" in str(fault)


def test_a_garbled_control_file_is_damaged_and_the_log_is_shown(server):
    control = server.data_dir / "global" / "pg_control"
    control.write_bytes(os.urandom(control.stat().st_size))
    fault = refusal(server)
    assert fault.code == "damaged"
    assert "FATAL" in fault.log or "PANIC" in fault.log
    assert fault.log in str(fault)


def test_a_garbled_version_file_is_damaged(server):
    (server.data_dir / "PG_VERSION").write_text("eighteen")
    assert refusal(server).code == "damaged"


@pytest.mark.parametrize("lost", ["pg_wal/0*", "pg_xact/0*", "global/1*"])
def test_a_directory_that_lost_files_is_damaged_and_the_log_is_shown(server, lost):
    for file in server.data_dir.glob(lost):
        file.unlink()
    fault = refusal(server)
    assert fault.code == "damaged", str(fault)
    assert "FATAL" in fault.log or "PANIC" in fault.log


def test_a_directory_of_something_else_is_not_touched(tmp_path):
    home = tmp_path / "postgres"
    home.mkdir()
    (home / "letter.txt").write_text("dear diary")
    if ROOT:
        shutil.chown(home, "nobody")
        shutil.chown(home / "letter.txt", "nobody")
    fault = refusal(Server(home))
    assert fault.code == "not_a_database"
    assert [f.name for f in home.iterdir()] == ["letter.txt"]


def test_a_size_limit_while_making_leaves_nothing_behind(new):
    done = script(LIMITED, new.data_dir)

    assert done.stdout.startswith("disk_full The disk that holds"), done.stdout + done.stderr
    assert not new.data_dir.exists()
    assert not new.data_dir.with_name("postgres.new").exists()
    new.ensure_running()
    assert asked(new, "SELECT 1") == (1,)


@pytest.fixture
def small_disk(tmp_path):
    """A disk of 64 MB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64m,mode=755", "genkan-test", disk],
        capture_output=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip("no right to mount a small disk here; the size limit is tried instead")
    yield disk
    subprocess.run(["umount", disk], check=True)


def fill(disk: Path) -> Path:
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as opened, suppress(OSError):
        while opened.write(bytes(65536)):
            pass
    assert os.statvfs(disk).f_bavail == 0
    return filler


def test_a_full_disk_while_making_is_told_and_leaves_nothing(small_disk):
    (small_disk / "filler").write_bytes(bytes(40_000_000))
    server = Server(small_disk / "postgres", QUICK)

    fault = refusal(server)

    assert fault.code == "disk_full"
    assert str(server.data_dir) in str(fault)
    assert not server.data_dir.exists()
    (small_disk / "filler").unlink()
    server.ensure_running()
    server.stop()


def test_a_full_disk_at_the_start_is_told_and_committed_rows_survive(small_disk):
    server = Server(small_disk / "postgres", QUICK)
    server.ensure_running()
    with connected(server) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS n")
    server.stop()
    filler = fill(small_disk)

    fault = refusal(server)
    filler.unlink()
    server.ensure_running()
    kept = asked(server, "SELECT n FROM kept")
    server.stop()

    assert fault.code == "disk_full", str(fault)
    assert kept == (42,)


def test_a_disk_that_fills_while_the_server_works_loses_nothing_committed(small_disk):
    server = Server(small_disk / "postgres", QUICK)
    server.ensure_running()
    with connected(server) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS n")
        filler = fill(small_disk)
        with pytest.raises(Exception, match=r"(?i)no space|terminat|closed"):
            connection.execute("CREATE TABLE big AS SELECT g FROM generate_series(1, 2000000) g")
    filler.unlink()

    server.ensure_running()
    kept = asked(server, "SELECT n FROM kept")
    server.stop()
    assert kept == (42,)


def test_a_server_that_is_not_up_in_time_is_told(server):
    fault = refusal(Server(server.data_dir, QUICK, patience=0.0))
    assert fault.code == "not_in_time"
    assert str(server.log_file) in str(fault)
    assert server.ensure_running()


def test_a_lock_that_is_never_given_back_is_told(server):
    lock = server.data_dir.with_name("postgres.lock")
    with lock.open("w") as held:
        flock(held, LOCK_EX)
        fault = refusal(Server(server.data_dir, QUICK, patience=0.05))
    assert fault.code == "busy"
    assert str(lock) in str(fault)


def test_an_unknown_setting_is_told_in_the_servers_own_words(server):
    fault = refusal(Server(server.data_dir, (("no_such_setting", "1"),)))
    assert fault.code == "not_started"
    assert "no_such_setting" in fault.log


def test_too_little_memory_is_told(server):
    fault = refusal(Server(server.data_dir, (("shared_buffers", "7000GB"),)))
    assert fault.code == "no_memory"


def test_a_link_in_place_of_the_log_is_not_followed(server, tmp_path):
    target = tmp_path / "precious"
    target.write_text("precious")
    server.log_file.unlink(missing_ok=True)
    server.log_file.symlink_to(target)
    assert refusal(server).code == "path_unusable"
    assert target.read_text() == "precious"
