"""The ledger against the real database: what is written is signed, and tampering shows."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction

from genkan.kernel.ids import ResidentId, new_id
from genkan.ledger import api as ledger

NOON = datetime(2026, 7, 15, 3, 0, tzinfo=UTC)


@pytest.fixture
def entries(transactional_db, tmp_path, settings):
    settings.GENKAN = settings.GENKAN.model_copy(
        update={"data_dir": tmp_path, "keyring_file": settings.GENKAN.keyring}
    )
    people = [ResidentId(new_id()) for _ in range(3)]

    def write(count):
        for number in range(count):
            entry = ledger.Entry(
                event="test.happened",
                subject=people[number % 3],
                actor=ledger.SYSTEM,
                happened_at=NOON + timedelta(seconds=number),
                facts={"number": number, "name": "𠮷"},
            )
            with transaction.atomic():
                ledger.append(entry)

    return write


def place_all():
    while ledger.sequence(now=NOON):
        ledger.publish()


def change(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)
        assert cursor.rowcount > 0


def test_an_untouched_ledger_verifies(entries):
    entries(7)
    place_all()
    entries(5)
    place_all()
    entries(2)

    report = ledger.verify()

    assert report.holds
    assert (report.size, report.pending, report.checkpoints) == (12, 2, 2)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_entry SET event = 'test.other' WHERE index = 3",
        "UPDATE ledger_entry SET facts = '{}' WHERE index = 3",
        "UPDATE ledger_entry SET happened_at = happened_at + interval '1 second' WHERE index = 3",
        "UPDATE ledger_entry SET actor = 'x' WHERE index = 3",
        "UPDATE ledger_entry SET nonce = '\\x00' WHERE index = 3",
        "DELETE FROM ledger_entry WHERE index = 3",
        "DELETE FROM ledger_entry WHERE index = 8",
        "DELETE FROM ledger_checkpoint WHERE size = 9",
        "UPDATE ledger_checkpoint SET note = replace(note, E'\\n9\\n', E'\\n8\\n')",
    ],
)
def test_an_edited_or_deleted_row_is_found(entries, statement):
    entries(9)
    place_all()
    assert ledger.verify().holds

    change(statement)

    assert not ledger.verify().holds


def test_two_rows_that_change_places_are_found(entries):
    entries(9)
    place_all()

    change("UPDATE ledger_entry SET index = -1 WHERE index = 2")
    change("UPDATE ledger_entry SET index = 2 WHERE index = 5")
    change("UPDATE ledger_entry SET index = 5 WHERE index = -1")

    assert not ledger.verify().holds


def test_a_table_older_than_what_was_published_is_found(entries):
    entries(4)
    place_all()
    entries(4)
    place_all()

    change("DELETE FROM ledger_entry WHERE index >= 4")
    change("DELETE FROM ledger_checkpoint WHERE size > 4")

    assert {problem.kind for problem in ledger.verify().problems} == {"shorter_than_published"}


def test_a_row_edited_before_its_time_never_enters_the_tree(entries):
    entries(3)
    change("UPDATE ledger_entry SET facts = '{\"number\": 9}' WHERE facts->>'number' = '1'")

    place_all()
    report = ledger.verify()

    assert (report.size, report.pending) == (2, 1)
    assert [problem.kind for problem in report.problems] == ["edited_while_pending"]


def test_an_entry_outside_a_transaction_is_refused(entries):
    entry = ledger.Entry(
        event="test.happened", subject=None, actor=ledger.SYSTEM, happened_at=NOON, facts={}
    )
    with pytest.raises(RuntimeError):
        ledger.append(entry)


def test_entries_of_a_resident_count_without_gaps(entries):
    entries(9)
    place_all()

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT subject, array_agg(subject_count ORDER BY happened_at) FROM ledger_entry"
            " GROUP BY subject"
        )
        counts = [counted for _, counted in cursor.fetchall()]

    assert counts == [[1, 2, 3]] * 3
