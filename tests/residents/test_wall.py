"""RLS bypass attempts refused: the database shows nobody's rows unless the program proves whose."""

from threading import Thread
from types import SimpleNamespace

import psycopg
import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection, transaction
from django.test import RequestFactory

from genkan.kernel import clock, wall
from genkan.kernel.db import acting_for, for_everybody, for_nobody, rows
from genkan.kernel.ids import ResidentId, new_id
from genkan.residents import api as residents
from genkan.residents.models import DataKeyRow, ValueRow, WallRow
from genkan.residents.service import acting
from genkan.ui.middleware import one_persons_rows
from tests.residents.test_api import somebody

pytestmark = pytest.mark.django_db
TABLES = {"residents_value": "resident_id", "residents_data_key": "person"}
VALUES = {"phone": "06-1234-5678", "birthdate": "1971-03-09"}


@pytest.fixture
def one(published):
    return residents.create(somebody(values=VALUES), now=clock.now())


@pytest.fixture
def other(published):
    new = somebody(id=ResidentId(new_id()), email=None, values=VALUES)
    return residents.create(new, now=clock.now())


def asked(sql, *params):
    """What somebody who smuggles SQL in gets: all rows of all results, or the server's refusal."""
    with connection.cursor() as cursor:
        raw = cursor.cursor
        raw.execute(sql, params or None)
        found = raw.fetchall() if raw.description else [("changed",)] * raw.rowcount
        while raw.nextset():
            found = raw.fetchall() if raw.description else [("changed",)] * raw.rowcount
        return found


def seen(table):
    return {row[0] for row in asked(f"SELECT {TABLES[table]} FROM {table}")}


@pytest.mark.parametrize("table", sorted(TABLES))
def test_without_a_scope_there_are_no_rows_and_with_one_only_those(table, one, other):
    with for_nobody():
        assert seen(table) == set()
    with acting_for(one):
        assert seen(table) == {one}
    with acting_for(one, other):
        assert seen(table) == {one, other}
    with for_everybody("a test"):
        assert seen(table) == {one, other}


def test_the_scope_holds_on_a_connection_that_is_used_again(one, other):
    for person in (one, other, one):
        with acting_for(person):
            assert seen("residents_value") == {person}
            undo_a_look_at_everybody()
            assert seen("residents_value") == {person}
        with for_nobody():
            assert not seen("residents_value")


def test_a_scope_of_two_holds_with_statistics_too(one, other):
    rows("ANALYZE residents_wall")
    rows("ANALYZE residents_value")

    with acting_for(one, other):
        assert seen("residents_value") == {one, other}
        assert residents.profile_of(other).content("phone") == VALUES["phone"]


def undo_a_look_at_everybody():
    with transaction.atomic(), for_everybody("a test"):
        assert len(seen("residents_value")) > 1
        transaction.set_rollback(True)


ATTEMPTS = {
    "another condition": "SELECT content FROM residents_value WHERE resident_id = '{other}'",
    "or true": "SELECT resident_id FROM residents_value WHERE resident_id = '{one}' OR true",
    "union": "SELECT id FROM residents_resident WHERE false UNION SELECT wrapped::text::uuid"
    " FROM residents_data_key WHERE person = '{other}'",
    "row_security off": "SET LOCAL row_security = off;"
    " SELECT content FROM residents_value WHERE resident_id = '{other}'",
    "reset role": "RESET ROLE; SELECT content FROM residents_value WHERE resident_id = '{other}'",
    "set role to owner": "SET LOCAL ROLE genkan;"
    " SELECT content FROM residents_value WHERE resident_id = '{other}'",
    "scope of another": "SELECT set_config('genkan.scope', '{other}', true);"
    " SELECT content FROM residents_value WHERE resident_id = '{other}'",
    "scope of another with one's own proof": "SELECT set_config('genkan.scope', '{other}:' ||"
    " split_part(current_setting('genkan.scope'), ':', 2), true);"
    " SELECT content FROM residents_value WHERE resident_id = '{other}'",
    "scope of another with the stored lock": "SELECT set_config('genkan.scope', (SELECT person ||"
    " ':' || encode(lock, 'hex') FROM residents_wall WHERE person = '{other}'), true);"
    " SELECT content FROM residents_value WHERE resident_id = '{other}'",
    "everybody with the stored lock": "SELECT set_config('genkan.scope', (SELECT person || ':' ||"
    " encode(lock, 'hex') FROM residents_wall ORDER BY person LIMIT 1), true);"
    " SELECT content FROM residents_value WHERE resident_id = '{other}'",
    "scope in the same statement": "SELECT v.content FROM (SELECT set_config('genkan.scope',"
    " '{other}:', true)) s, residents_value v WHERE v.resident_id = '{other}'",
    "update": "UPDATE residents_value SET valid_to = now() WHERE resident_id = '{other}'",
    "update towards oneself": "UPDATE residents_data_key SET person = '{one}', version = 9"
    " WHERE person = '{other}'",
    "giving rows away": "UPDATE residents_value SET resident_id = '{other}'",
    "delete": "DELETE FROM residents_data_key WHERE person = '{other}'",
    "insert": "INSERT INTO residents_data_key (id, person, version, wrapped, wrapped_by,"
    " created_at) VALUES (gen_random_uuid(), '{other}', 7, '', 'w', now())",
    "another lock": "UPDATE residents_wall SET lock = sha256('mine') WHERE person = '{other}'",
    "no lock": "DELETE FROM residents_wall WHERE person = '{other}'",
    "all locks": "TRUNCATE residents_wall",
    "a second lock": "INSERT INTO residents_wall VALUES ('{other}', sha256('mine'))",
    "through a view": "CREATE TEMP VIEW mine AS SELECT * FROM residents_value;"
    " SELECT content FROM mine WHERE resident_id = '{other}'",
    "through a function": "CREATE FUNCTION pg_temp.mine() RETURNS SETOF residents_value LANGUAGE"
    " sql SECURITY DEFINER AS 'SELECT * FROM residents_value';"
    " SELECT content FROM pg_temp.mine() WHERE resident_id = '{other}'",
    "a table of the same name": "CREATE TEMP TABLE residents_wall (person uuid, lock bytea);"
    " INSERT INTO pg_temp.residents_wall VALUES ('{other}', sha256('\\x6d'::bytea));"
    " SELECT set_config('genkan.scope', '{other}:6d', true);"
    " SELECT content FROM public.residents_value WHERE resident_id = '{other}'",
    "a leaking function": "CREATE FUNCTION pg_temp.leak(bytea) RETURNS boolean LANGUAGE plpgsql"
    " COST 0.0000001 AS 'BEGIN RAISE EXCEPTION ''leaked %'', $1; END';"
    " SELECT content FROM residents_value WHERE resident_id = '{other}' AND pg_temp.leak(content)",
}


@pytest.mark.parametrize("attempt", sorted(ATTEMPTS))
def test_bypass_attempts_are_refused(attempt, one, other):
    sql = ATTEMPTS[attempt].format(one=one, other=other)
    before = everything_of(other)

    with acting_for(one):
        found, refusal = tried(sql)

    assert "leaked" not in refusal
    assert [row for row in found if row != (one,)] == []
    assert everything_of(other) == before
    assert residents.profile_of(other).content("phone") == VALUES["phone"]


def tried(sql):
    try:
        with transaction.atomic():
            return asked(sql), ""
    except psycopg.Error as refused:
        return [], str(refused)


def everything_of(person):
    with for_everybody("a test"):
        asked("DROP TABLE IF EXISTS pg_temp.residents_wall")  # an attempt's
        return (
            sorted(ValueRow.objects.filter(resident=person).values_list()),
            list(DataKeyRow.objects.filter(person=person).values_list()),
            list(WallRow.objects.filter(person=person).values_list()),
        )


def test_the_attempts_would_succeed_without_the_wall(one, other):
    sql = ATTEMPTS["or true"].format(one=one, other=other)

    with for_everybody("the same statement finds everybody's where everybody is shown"):
        assert len(asked(sql)) == ValueRow.objects.count() > len(VALUES)


def test_copy_takes_nothing_out_and_puts_nothing_in(one, other):
    with acting_for(one), connection.cursor() as cursor:
        with cursor.copy("COPY residents_data_key (person) TO STDOUT") as out:
            assert b"".join(bytes(part) for part in out) == f"{one}\n".encode()
        putting = cursor.copy("COPY residents_value FROM STDIN")
        with pytest.raises(psycopg.Error), transaction.atomic(), putting:
            pass


def test_a_value_with_sql_in_it_is_a_value(one, other):
    smuggled = f"' OR resident_id = '{other}' --"
    with acting_for(one):
        assert rows("SELECT id FROM residents_value WHERE item = %(item)s", item=smuggled) == []
        assert asked("SELECT id FROM residents_value WHERE item = %s", smuggled) == []
        assert asked(f"SELECT id FROM residents_value WHERE item = '{smuggled}") == []


def test_another_thread_begins_without_a_scope(one, monkeypatch):
    monkeypatch.setattr(wall, "outside", ())
    told = []
    with acting_for(one):
        thread = Thread(target=lambda: told.append(wall.shown_now()))
        thread.start()
        thread.join()
        assert wall.shown_now() == (one,)
    assert told == [()]


def test_everybodys_rows_need_a_reason():
    with pytest.raises(ValueError, match="reason"), for_everybody(""):
        pass


def test_the_programs_role_passes_no_wall(db):
    told = asked("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
    assert told == [(False, False)]
    forced = asked(
        "SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity ORDER BY 1"
    )
    assert [row[0] for row in forced] == sorted(TABLES)


def test_a_residents_page_that_forgets_whose_shows_nobody_elses(person, other, monkeypatch):
    person.register(phone="06-7777-7777")
    everybodys = []

    def forgetful(resident):
        everybodys.extend(ValueRow.objects.values_list("resident", flat=True))
        return real(resident)

    real = acting.profile_of
    monkeypatch.setattr(acting, "profile_of", forgetful)

    page = person.get("/profile").content.decode()

    assert "06-7777-7777" in page
    assert everybodys
    assert other not in everybodys


@pytest.mark.parametrize(
    ("user", "shown"),
    [
        (AnonymousUser(), ()),
        (SimpleNamespace(is_authenticated=True, is_staff=False), ()),
        (SimpleNamespace(is_authenticated=True, is_staff=True), (wall.EVERYBODY,)),
    ],
    ids=["visitor", "account", "staff"],
)
def test_before_a_view_says_whose_only_staff_are_shown_anybodys(user, shown):
    request, told = RequestFactory().get("/"), []
    request.user = user

    one_persons_rows(lambda _: told.append(wall.shown_now()))(request)

    assert told == [shown]
