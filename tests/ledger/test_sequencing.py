"""Sequencing and publishing: one at a time, once each, and found out if anybody turns it back."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from genkan.kernel.ids import LedgerEntryId, ResidentId, new_id
from genkan.ledger import api as ledger
from genkan.ledger import jobs, service
from genkan.ledger.models import CheckpointRow, EntryRow
from tests.builders import at_once
from tests.own_database import committed

__all__ = ["committed"]
NOON = datetime(2026, 7, 15, 3, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def own_ledger(committed, tmp_path, settings):
    """An empty ledger with a folder of its own."""
    settings.GENKAN = settings.GENKAN.model_copy(
        update={"data_dir": tmp_path, "keyring_file": settings.GENKAN.keyring}
    )
    EntryRow.objects.all().delete()
    CheckpointRow.objects.all().delete()


def write(count, subject=None, start=0):
    for number in range(start, start + count):
        with transaction.atomic():
            ledger.append(
                ledger.Entry(
                    event="test.happened",
                    subject=subject,
                    actor=ledger.SYSTEM,
                    happened_at=NOON + timedelta(seconds=number),
                    facts={"number": number},
                )
            )


def place_all():
    while ledger.sequence(now=NOON):
        pass


def test_an_entry_of_an_act_that_never_happened_does_not_exist():
    with transaction.atomic():
        ledger.append(
            ledger.Entry(
                event="test.happened", subject=None, actor=ledger.SYSTEM, happened_at=NOON, facts={}
            )
        )
        transaction.set_rollback(True)

    assert EntryRow.objects.count() == 0


def test_sequencers_at_once_place_every_entry_once():
    write(40, ResidentId(new_id()))

    counts = at_once(*(lambda: ledger.sequence(now=NOON) for _ in range(4)))

    assert sum(counts) == 40
    report = ledger.verify()
    assert (report.holds, report.size, report.pending) == (True, 40, 0)


def test_entries_written_while_a_sequencer_works_wait_for_the_next():
    whose = ResidentId(new_id())
    write(10, whose)

    at_once(lambda: ledger.sequence(now=NOON), lambda: write(10, whose, start=10))
    place_all()

    report = ledger.verify()
    assert (report.holds, report.size, report.pending) == (True, 20, 0)
    rows = EntryRow.objects.order_by("index").values_list("subject_count", flat=True)
    assert list(rows) == list(range(1, 21))


def test_the_clock_places_and_publishes():
    write(3)

    jobs.sequence()

    report = ledger.verify()
    assert (report.holds, report.size, report.pending) == (True, 3, 0)
    assert service.published_file().exists()


def test_nothing_to_place_makes_no_checkpoint():
    assert ledger.sequence(now=NOON) == 0
    assert CheckpointRow.objects.count() == 0
    service.publish()
    assert not service.published_file().exists()


def test_a_checkpoint_is_published_once():
    write(3)
    place_all()
    for _ in range(3):
        service.publish()
    write(2, start=3)
    place_all()
    service.publish()

    notes = service.published_file().read_text("utf-8")
    assert notes.count("\n\n— ") == 2
    assert ledger.verify().holds


def test_places_follow_no_order_that_could_be_told_from_the_clock():
    write(60)
    place_all()

    numbers = [row.facts["number"] for row in EntryRow.objects.order_by("index")]
    assert sorted(numbers) == list(range(60))
    assert numbers != list(range(60))


def test_a_name_once_signed_stays_whatever_the_settings_say_later(settings):
    write(1)
    place_all()
    settings.GENKAN = settings.GENKAN.model_copy(update={"issuer": "https://new.example"})
    write(1, start=1)
    place_all()

    notes = list(CheckpointRow.objects.order_by("size").values_list("note", flat=True))
    assert len({note.partition("\n")[0] for note in notes}) == 1
    assert ledger.verify().holds


@pytest.mark.parametrize("junk", ["", "\n", "junk\n", "a\n1\nAA==\n\n— a AA==\n\n"])
def test_lines_that_others_added_to_the_published_file_vouch_for_nothing(junk):
    write(3)
    place_all()
    service.publish()
    path = service.published_file()
    path.write_text(path.read_text("utf-8") + junk, "utf-8")

    kinds = {problem.kind for problem in ledger.verify().problems}
    assert kinds <= {"checkpoint_not_signed"}


def test_a_published_checkpoint_that_was_edited_is_found():
    write(3)
    place_all()
    service.publish()
    path = service.published_file()
    path.write_text(path.read_text("utf-8").replace("\n3\n", "\n2\n"), "utf-8")

    assert {problem.kind for problem in ledger.verify().problems} == {"checkpoint_not_signed"}


def test_a_residents_entries_come_newest_first_and_only_theirs():
    one, other = ResidentId(new_id()), ResidentId(new_id())
    write(3, one)
    write(2, other, start=3)

    numbers = [found.entry.facts["number"] for found in ledger.entries_of(one)]
    assert numbers == [2, 1, 0]
    assert len(ledger.entries_of(one, limit=2)) == 2
    assert ledger.entries_of(one, events=["test.other"]) == []
    earlier = ledger.entries_of(one, before=NOON + timedelta(seconds=1))
    assert [found.entry.facts["number"] for found in earlier] == [0]


def test_what_is_missing_is_named():
    write(1)
    known = LedgerEntryId(EntryRow.objects.get().pk)
    unknown = LedgerEntryId(new_id())

    assert ledger.missing([known, unknown]) == [unknown]
