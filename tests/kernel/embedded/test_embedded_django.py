"""Django's connections start the embedded server, and come back after it was killed."""

import os
import select
import signal
from contextlib import closing

import psycopg
import pytest
from django.db import ConnectionHandler, connections
from django.db.utils import OperationalError

from genkan.kernel.embedded import Server
from genkan.kernel.postgres_backend.base import still_open

ALIAS = "embedded_test"
POOLS = {"plain": None, "pool": {"min_size": 1, "max_size": 8, "timeout": 20}, "default": True}


@pytest.fixture
def django(server, django_db_blocker):
    """Describes the server to Django, as settings do, and gives its connections."""

    def described(pool: object = None, **changes: object) -> ConnectionHandler:
        settings = {
            "ENGINE": "genkan.kernel.postgres_backend",
            "EMBEDDED": str(server.data_dir),
            "EMBEDDED_SETTINGS": {"shared_buffers": "16MB", "max_connections": "40"},
            "NAME": "genkan",
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": {"pool": pool} if pool else {},
            **changes,
        }
        filled = ConnectionHandler({"default": settings}).settings
        connections.settings[ALIAS] = filled["default"]
        return connections

    with django_db_blocker.unblock():
        yield described
        connections[ALIAS].close()
        connections[ALIAS].close_pool()
    del connections[ALIAS]
    del connections.settings[ALIAS]


def kill(pid: int) -> None:
    handle = os.pidfd_open(pid)
    os.kill(pid, signal.SIGKILL)
    select.select([handle], [], [], 10)
    os.close(handle)


def answer(connection, query="SELECT pg_backend_pid()"):
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchone()[0] if cursor.description else None


@pytest.mark.parametrize("pool", POOLS)
def test_the_first_connection_starts_the_server(django, server, pool):
    django(POOLS[pool])
    assert not server.status().running

    assert answer(connections[ALIAS], "SELECT current_user") == "genkan"
    assert server.status().running
    assert answer(connections[ALIAS], "SHOW shared_buffers") == "16MB"


@pytest.mark.parametrize("pool", POOLS)
def test_after_kill_9_the_next_connection_restarts_it_and_rows_are_there(django, server, pool):
    connection = django(POOLS[pool])[ALIAS]
    answer(connection, "CREATE TABLE kept AS SELECT 1 AS n")
    connection.close()

    for _ in range(2):
        kill(server.ensure_running())
        connection.close_if_unusable_or_obsolete()
        assert answer(connection, "SELECT n FROM kept") == 1
        connection.close()


def test_all_connections_of_a_pool_are_replaced_at_once_after_kill_9(django, server):
    connection = django({"min_size": 8, "max_size": 8, "timeout": 6})[ALIAS]
    answer(connection, "CREATE TABLE kept AS SELECT 1 AS n")
    connection.close()
    connection.pool.wait(20)  # all eight are connected and idle
    kill(server.ensure_running())

    assert answer(connection, "SELECT n FROM kept") == 1  # one by one, they would take 127 s


def test_a_pool_notices_a_restart_by_somebody_else(django, server):
    connection = django(POOLS["pool"])[ALIAS]
    answer(connection)
    connection.close()
    other = Server(server.data_dir)
    other.stop()
    other.ensure_running()

    assert answer(connection, "SELECT 1") == 1


def test_a_pool_used_directly_recovers_too(django, server):
    connection = django(POOLS["pool"])[ALIAS]
    answer(connection)
    pool = connection.pool
    connection.close()
    kill(server.ensure_running())

    with pool.connection() as taken:
        assert taken.execute("SELECT 1").fetchone() == (1,)


def test_a_connection_taken_from_the_pool_costs_no_round_trip(django, server):
    connection = django({"min_size": 1, "max_size": 1})[ALIAS]
    backend = answer(connection)
    connection.close()
    last = "SELECT query, state_change FROM pg_stat_activity WHERE pid = %s"
    with closing(psycopg.connect(server.url(), autocommit=True)) as watcher:
        before = watcher.execute(last, [backend]).fetchone()
        with connection.pool.connection() as taken:
            after = watcher.execute(last, [backend]).fetchone()
            assert taken.info.backend_pid == backend
    assert before == after != (None, None)


def test_a_connection_that_the_server_closed_is_not_given_out(server):
    server.ensure_running()
    with closing(psycopg.connect(server.url(), autocommit=True)) as connection:
        still_open(connection)
        with closing(psycopg.connect(server.url(), autocommit=True)) as other:
            other.execute("SELECT pg_terminate_backend(%s, 5000)", [connection.info.backend_pid])
        with pytest.raises(psycopg.OperationalError):
            still_open(connection)


@pytest.mark.parametrize("pool", ["plain", "pool"])
def test_what_keeps_the_server_from_starting_is_told_at_once(django, server, pool):
    (server.data_dir / "PG_VERSION").write_text("16\n")
    connection = django(POOLS[pool])[ALIAS]

    with pytest.raises(OperationalError, match="was made by PostgreSQL 16"):
        answer(connection)


@pytest.mark.parametrize("pool", ["plain", "pool"])
def test_a_server_of_somebody_else_is_only_connected_to(django, running, server, pool):
    where = running.conninfo()
    names = {"HOST": where["host"], "PORT": where["port"], "USER": where["user"]}
    django(POOLS[pool], EMBEDDED="", **names)

    assert answer(connections[ALIAS], "SELECT current_user") == "genkan"
    assert connections[ALIAS].embedded is None
    assert not server.status().running


def test_djangos_own_databases_for_tests_can_be_created(django, server):
    connection = django()[ALIAS]
    with connection._nodb_cursor() as cursor:
        cursor.execute("CREATE DATABASE made_by_django TEMPLATE genkan")
        cursor.execute("DROP DATABASE made_by_django")
    assert server.status().running


def test_making_a_pool_and_closing_it_starts_nothing(django, server):
    connection = django(POOLS["pool"])[ALIAS]
    connection.close_pool()
    assert not server.status().running
