"""The embedded server's life: made, shared, stopped, killed, and back with its data."""

import os
import select
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress

import psycopg
import pytest
from tests.kernel.embedded.world import ENVIRONMENT, QUICK, asked, connected

from genkan.kernel.embedded import Server

START = """
import sys
from pathlib import Path
from genkan.kernel.embedded import Server
print(Server(Path(sys.argv[1])).ensure_running(), flush=True)
"""


def starter(server, **options):
    return subprocess.Popen(
        [sys.executable, "-c", START, server.data_dir],
        stdout=subprocess.PIPE,
        text=True,
        env=ENVIRONMENT,
        **options,
    )


def kill(pid):
    handle = os.pidfd_open(pid)
    os.kill(pid, signal.SIGKILL)
    select.select([handle], [], [], 10)
    os.close(handle)


def test_data_survives_stop_and_start(new):
    new.ensure_running()
    with connected(new) as connection:
        connection.execute("CREATE TABLE kept AS SELECT '𠮷野屋' AS name")
    assert new.stop()
    assert not new.status().running

    new.ensure_running()

    assert asked(new, "SELECT name FROM kept") == ("𠮷野屋",)


def test_stopping_a_stopped_server_is_no_fault(server):
    assert not server.stop()


def test_eight_processes_at_once_make_and_share_one_server(new):
    starters = [starter(new) for _ in range(8)]

    pids = {process.communicate(timeout=60)[0].strip() for process in starters}

    assert pids == {str(new.status().pid)}
    assert new.log_file.read_text().count("ready to accept connections") == 1


def test_committed_rows_are_there_after_kill_9_and_others_are_not(server):
    pid = server.ensure_running()
    with connected(server) as connection:
        connection.execute("CREATE TABLE seen (what text)")
        connection.execute("INSERT INTO seen VALUES ('committed')")
        connection.execute("BEGIN")
        connection.execute("INSERT INTO seen VALUES ('open')")
        kill(pid)
        with pytest.raises(psycopg.OperationalError):  # a process notices while it waits
            connection.execute("SELECT pg_sleep(60)")

    assert server.ensure_running() != pid
    assert asked(server, "SELECT array_agg(what) FROM seen") == (["committed"],)


def test_a_busy_process_of_a_killed_server_does_not_keep_the_next_one_from_starting(server):
    pid = server.ensure_running()
    with closing(connected(server)) as connection:
        busy = connection.info.backend_pid
        connection.pgconn.send_query(b"DO $$ BEGIN LOOP PERFORM 1; END LOOP; END $$")
        connection.pgconn.flush()
        time.sleep(0.1)
        kill(pid)
        try:
            began = time.monotonic()
            assert server.ensure_running() != pid
            assert time.monotonic() - began < 10
        finally:
            with suppress(ProcessLookupError):  # or it would be busy for ever
                os.kill(busy, signal.SIGKILL)


def test_a_pid_that_now_belongs_to_another_process_is_no_server(server, tmp_path, made):
    subprocess.run(["cp", "-a", made, tmp_path / "other"], check=True)
    other = Server(tmp_path / "other", QUICK)
    living = other.ensure_running()
    try:
        server.ensure_running()
        pid_file = server.data_dir / "postmaster.pid"
        kept = pid_file.read_text()
        kill(server.status().pid)
        pid_file.write_text(kept.replace(kept.split("\n", 1)[0], str(living), 1))

        assert not server.status().running
        assert server.ensure_running() != living
        assert asked(server, "SELECT 1") == (1,)
        assert other.status().pid == living
    finally:
        other.stop()


def test_an_unfinished_pid_file_is_no_server(server):
    pid_file = server.data_dir / "postmaster.pid"
    for text in ("", "\n", "12", "no number\n", f"{os.getpid()}\n/elsewhere\n"):
        pid_file.write_text(text)
        assert not server.status().running


def test_ctrl_c_of_the_process_that_started_it_does_not_end_the_server(server):
    process = starter(server, start_new_session=True)
    pid = int(process.stdout.readline())
    assert os.getsid(pid) not in (process.pid, os.getsid(0))
    os.killpg(process.pid, signal.SIGINT)
    process.communicate(timeout=20)

    assert server.status().pid == pid
    assert asked(server, "SELECT 1") == (1,)


def test_looking_whether_it_runs_costs_microseconds(running):
    pid = running.ensure_running()
    began = time.perf_counter()
    for _ in range(1000):
        assert running.ensure_running() == pid
    assert (time.perf_counter() - began) / 1000 < 0.0002  # measured 0.000001


def test_a_restart_by_another_process_is_noticed(server):
    first = server.ensure_running()
    again = Server(server.data_dir)
    again.stop()
    process = starter(server)
    second = int(process.communicate(timeout=30)[0])

    assert second != first
    assert server.ensure_running() == second


def test_settings_can_be_added_but_durability_and_privacy_stay(server):
    hardy = Server(
        server.data_dir,
        (*QUICK, ("work_mem", "7MB"), ("fsync", "off"), ("listen_addresses", "*")),
    )
    hardy.ensure_running()

    shown = {
        name: asked(hardy, f"SHOW {name}")[0]
        for name in ("work_mem", "fsync", "full_page_writes", "data_checksums", "listen_addresses")
    }
    assert shown == {
        "work_mem": "7MB",
        "fsync": "on",
        "full_page_writes": "on",
        "data_checksums": "on",
        "listen_addresses": "",
    }


def test_text_is_unicode_ordered_by_code_point_on_every_machine(running):
    assert asked(running, "SHOW server_encoding") == ("UTF8",)
    assert asked(running, "SELECT 'B' < 'a', upper('é'), length('𠮷')") == (True, "É", 1)
    with connected(running) as connection:
        found = connection.execute(
            "SELECT v FROM unnest(ARRAY['ん', 'ア', '𠮷', 'a', 'Z', '髙']) v ORDER BY v"
        ).fetchall()
    assert [v for (v,) in found] == sorted(["ん", "ア", "𠮷", "a", "Z", "髙"])


def test_the_application_is_no_superuser_and_may_create_databases(running):
    query = "SELECT rolsuper, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = current_user"
    assert asked(running, query) == (False, True, False)


def test_a_database_is_created_once_however_many_ask(running):
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda _: running.ensure_database('odd "name'), range(4)))

    owner = (
        "SELECT pg_get_userbyid(datdba), datlocale FROM pg_database WHERE datname = 'odd \"name'"
    )
    assert asked(running, owner) == ("genkan", "C.UTF-8")
    assert asked(running, "SELECT current_database()", database='odd "name') == ('odd "name',)


def test_the_url_connects_and_holds_no_password(running):
    with psycopg.connect(running.url()) as connection:
        assert connection.info.user == connection.info.dbname == "genkan"
    assert ":@" not in running.url()


def test_values_of_refused_statements_stay_out_of_the_log(server):
    server.ensure_running()
    with connected(server) as connection:
        connection.execute("CREATE TABLE person (email text UNIQUE)")
        connection.execute("INSERT INTO person VALUES ('mark@example.jp')")
        for wrong in (
            "INSERT INTO person VALUES ('mark@example.jp')",
            "SELECT 'mark@example.jp'::uuid",
            "SELECT mark@example.jp",
        ):
            with pytest.raises(psycopg.Error):
                connection.execute(wrong)
    server.stop()

    assert "shut down" in server.log_file.read_text()
    assert "mark" not in server.log_file.read_text()


def test_a_large_log_is_set_aside_at_the_next_start(server):
    server.log_file.write_bytes(b"old\n" * 3_000_000)
    server.ensure_running()

    assert server.log_file.stat().st_size < 100_000
    assert server.log_file.with_name("postgres.log.1").stat().st_size == 12_000_000


def test_making_and_starting_takes_seconds_not_minutes(new):
    began = time.monotonic()
    new.ensure_running()
    assert time.monotonic() - began < 20  # measured 0.8 on an idle machine


def test_a_directory_half_made_by_a_killed_process_is_made_anew(new):
    half = new.data_dir.with_name("postgres.new")
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")

    new.ensure_running()

    assert asked(new, "SELECT 1") == (1,)
    assert not half.exists()
