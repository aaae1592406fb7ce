"""The door to SQL, and transactions that somebody else opened."""

import gc
import json
from uuid import UUID

import psycopg
import pytest
from django.db import IntegrityError, connection, transaction

from genkan.kernel.db import Repeated, copy_rows, held, prepared, require_transaction, rows
from tests.builders import NOON, at_once
from tests.own_database import committed

__all__ = ["committed"]
pytestmark = pytest.mark.usefixtures("committed", "shelf")


@pytest.fixture
def shelf(committed):
    """A table with one row."""
    rows("CREATE TABLE shelf (id int PRIMARY KEY, word text)")
    rows("INSERT INTO shelf VALUES (1, 'one')")
    yield
    rows("DROP TABLE shelf")


def lock(seconds="0.2"):
    """Take the row for writing, without patience."""
    with transaction.atomic():
        rows("SELECT set_config('lock_timeout', %(limit)s, true)", limit=f"{seconds}s")
        return rows("SELECT * FROM shelf FOR UPDATE")


def hold(word="one", seconds=5):
    return held("SELECT 1 FROM shelf WHERE word = %(word)s FOR SHARE", seconds=seconds, word=word)


def test_rows_come_by_name_and_values_are_never_formatted_in():
    assert rows("SELECT word, %(given)s AS given FROM shelf", given="'; DROP TABLE shelf; --") == [
        {"word": "one", "given": "'; DROP TABLE shelf; --"}
    ]
    assert rows("SELECT word FROM shelf WHERE id = %(id)s", id=2) == []


WORDS = "SELECT word, %(given)s::text AS given FROM shelf WHERE id = %(id)s"


def test_a_prepared_statement_answers_like_any_other():
    for given in ("a", "'; DROP TABLE shelf; --"):
        assert prepared(WORDS, id=1, given=given) == [{"word": "one", "given": given}]
    assert prepared(WORDS, id=2, given="a") == []
    assert prepared("UPDATE shelf SET word = 'two' WHERE id = %(id)s", id=1) == []
    assert rows("SELECT word FROM shelf") == [{"word": "two"}]


def test_a_prepared_statement_is_planned_once_a_connection():
    with transaction.atomic():
        for _ in range(3):
            prepared(WORDS, id=1, given="a")
        known = rows(
            "SELECT name FROM pg_prepared_statements WHERE statement LIKE 'SELECT word, $1::text%%'"
        )

    assert len(known) == 1


def test_a_prepared_statement_follows_a_table_that_has_changed():
    everything = "SELECT * FROM shelf WHERE id = %(id)s"
    assert prepared(everything, id=1) == [{"id": 1, "word": "one"}]

    rows("ALTER TABLE shelf ADD COLUMN made int DEFAULT 7")

    assert prepared(everything, id=1) == [{"id": 1, "word": "one", "made": 7}]


def test_a_prepared_statement_that_somebody_took_back_is_prepared_again():
    with connection.cursor():  # this thread keeps its connection
        prepared(WORDS, id=1, given="a")
        rows("DEALLOCATE ALL")

        assert prepared(WORDS, id=1, given="a") == [{"word": "one", "given": "a"}]


def test_a_value_of_another_size_and_a_sign_of_percent_are_what_they_were():
    sums = "SELECT %(one)s::bigint + %(two)s::bigint AS sum, 7 %% 4 AS rest"

    assert prepared(sums, one=1, two=2) == [{"sum": 3, "rest": 3}]
    assert prepared(sums, one=2**40, two=2) == [{"sum": 2**40 + 2, "rest": 3}]


def test_a_prepared_statement_may_be_the_first_of_a_transaction():
    with transaction.atomic():
        prepared("UPDATE shelf SET word = 'two' WHERE id = %(id)s", id=1)
        transaction.set_rollback(True)

    assert rows("SELECT word FROM shelf") == [{"word": "one"}]


def test_what_the_server_refuses_is_djangos_error_and_ends_nothing():
    with pytest.raises(IntegrityError):
        prepared("INSERT INTO shelf VALUES (%(id)s, 'again')", id=1)

    assert prepared(WORDS, id=1, given="a") == [{"word": "one", "given": "a"}]


def test_a_prepared_statement_is_part_of_the_transaction_around_it():
    with transaction.atomic():
        prepared("UPDATE shelf SET word = 'two' WHERE id = %(id)s", id=1)
        transaction.set_rollback(True)

    assert prepared(WORDS, id=1, given="a")[0]["word"] == "one"


def test_a_prepared_statement_by_itself_takes_no_connection_with_it():
    connection.close()
    prepared(WORDS, id=1, given="a")

    assert connection.connection is None


def test_a_prepared_statement_is_committed_whoever_had_its_connection_before():
    connection.close()
    holdings = [hold() for _ in range(3)]
    for holding in holdings:
        holding.let_go()
    for word in ("two", "three", "four"):
        prepared("UPDATE shelf SET word = %(word)s WHERE id = %(id)s", id=1, word=word)
        assert rows("SELECT word FROM shelf") == [{"word": word}]
        connection.close()


def test_a_refused_prepared_statement_leaves_its_connection_usable():
    connection.close()
    for _ in range(20):
        with pytest.raises(IntegrityError):
            prepared("INSERT INTO shelf VALUES (%(id)s, 'again')", id=1)

    assert len(prepared(WORDS, id=1, given="a")) == 1


def test_a_statement_without_rows_returns_none():
    assert rows("UPDATE shelf SET word = 'two'") == []


def test_what_joins_a_transaction_is_refused_outside_one():
    with pytest.raises(RuntimeError, match="none is open"):
        require_transaction()
    with transaction.atomic():
        require_transaction()


def test_what_is_held_waits_for_nobody_and_is_waited_for():
    holding = hold()
    (answer,) = at_once(lock)
    assert "lock timeout" in str(answer)
    other = hold()  # side by side with the first
    holding.let_go()
    other.let_go()

    assert at_once(lock) == [[{"id": 1, "word": "one"}]]


def test_nothing_is_held_where_nothing_is_found():
    assert hold("no such word") is None
    assert at_once(lock) == [[{"id": 1, "word": "one"}]]


def test_letting_go_twice_is_as_good_as_once():
    holding = hold()
    holding.let_go()
    holding.let_go()


def test_letting_go_works_from_another_thread():
    holding = hold()
    at_once(holding.let_go)

    assert at_once(lock) == [[{"id": 1, "word": "one"}]]


def test_each_hold_gives_its_connection_back():
    size = connection.pool.max_size
    for _ in range(3 * size):
        hold().let_go()
    for _ in range(3 * size):
        assert hold("no such word") is None
    for _ in range(3 * size):
        with pytest.raises(psycopg.Error):
            held("SELECT no_such_column FROM shelf", seconds=1)
    gc.collect()

    assert len(at_once(*[lock for _ in range(3)])) == 3


def test_the_server_lets_go_of_what_nobody_lets_go_of():
    holding = hold(seconds=1)

    assert at_once(lambda: lock("10")) == [[{"id": 1, "word": "one"}]]
    with pytest.raises(psycopg.Error):
        holding.let_go()
    assert rows("SELECT 1 AS one") == [{"one": 1}]


def test_what_is_held_is_not_the_callers_own_transaction():
    with transaction.atomic():
        holding = hold()
        rows("UPDATE shelf SET word = 'two' WHERE id = 2")
        holding.let_go()
        assert rows("SELECT word FROM shelf") == [{"word": "one"}]


def test_copied_rows_stand_beside_the_others():
    copy_rows("shelf", ("id", "word"), [(2, "二"), (3, None)])

    assert rows("SELECT id, word FROM shelf ORDER BY id") == [
        {"id": 1, "word": "one"},
        {"id": 2, "word": "二"},
        {"id": 3, "word": None},
    ]


def test_copied_rows_obey_the_table_all_or_none():
    with pytest.raises(Repeated, match=r"^shelf_pkey$"):
        copy_rows("shelf", ("id", "word"), [(2, "two"), (1, "one again")])
    with pytest.raises(IntegrityError, match="not-null"):
        copy_rows("shelf", ("id", "word"), [(2, "two"), (None, "none")])

    assert rows("SELECT count(*) AS number FROM shelf") == [{"number": 1}]


def test_copied_rows_take_the_types_of_their_columns():
    columns = ("small", "large", "parts", "words", "facts", "at", "who")
    rows(
        """CREATE TABLE drawer (small smallint, large bigint, parts bytea[], words varchar(9)[],
                                facts jsonb, at timestamptz, who uuid)"""
    )
    facts = {"a": [1, None, "\u2028"]}
    full = (7, 7, [b"\0", b""], ["二", ""], facts, NOON, UUID(int=7))
    empty = (None, -(2**63), [], None, [], None, None)

    copy_rows("drawer", columns, [full, empty])

    found = [tuple(row.values()) for row in rows("SELECT * FROM drawer ORDER BY small")]
    rows("DROP TABLE drawer")
    assert [row[:4] + row[5:] for row in found] == [row[:4] + row[5:] for row in (full, empty)]
    assert [json.loads(row[4]) for row in found] == [facts, []]
