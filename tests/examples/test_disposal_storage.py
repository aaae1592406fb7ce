"""What a disposal leaves in the example's own storage, and how certificates are repeated."""

from contextlib import closing

import pytest

from shinsei import applications, disposal, storage
from shinsei.config import Config
from shinsei.courier import DRAFT_LIFETIME, sweep
from shinsei.genkan_client import Genkan, Item, PersonData
from shinsei.keys import client_key
from shinsei.notices import DisposalRequested
from tests.examples.peer import AS_OF, WEBHOOK_SECRET
from tests.examples.stage import free_port


def test_bytes_are_not_called_gone_while_somebody_still_reads_the_old_state(tmp_path):
    storage.prepare(tmp_path)
    with closing(storage.connect(tmp_path)) as db, closing(storage.connect(tmp_path)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM accounts").fetchone()
        db.execute("PRAGMA busy_timeout = 50")
        db.execute("INSERT INTO messages VALUES ('m', 1)")
        with pytest.raises(storage.ScrubPostponed):
            storage.scrub(db)
        reader.execute("ROLLBACK")
        storage.scrub(db)


def test_data_that_arrives_after_its_disposal_is_not_stored(tmp_path):
    storage.prepare(tmp_path)
    with closing(storage.connect(tmp_path)) as db:
        db.execute(
            "INSERT INTO accounts (id, genkan_sub, linked_at, created_at) VALUES ('a', 's', 1, 1)"
        )
        notice = DisposalRequested("m", "d", "s", AS_OF, ("late",), "http://127.0.0.1/x")
        disposal.take_in(db, notice, now=1)
        name = Item({"full": "遅れて 来た"}, "self_declared", AS_OF)
        person = PersonData("s", "late", "c", {"name": name}, (), (), by_representative=False)
        with pytest.raises(applications.DraftDisposed):
            applications.open_filled(db, "a", person, now=2)
        assert storage.count(db, "SELECT count(*) FROM received") == 0
        assert storage.count(db, "SELECT count(*) FROM drafts") == 0


def test_an_unsent_copy_is_cleared_after_a_day_and_cannot_come_back(tmp_path):
    storage.prepare(tmp_path)
    with closing(storage.connect(tmp_path)) as db:
        db.execute(
            "INSERT INTO accounts (id, genkan_sub, linked_at, created_at) VALUES ('a', 's', 1, 1)"
        )
        person = PersonData(
            "s", "p", "c", {"name": Item("名", "card", AS_OF)}, (), (), by_representative=False
        )
        draft = applications.open_filled(db, "a", person, now=1000)
        sweep(db, now=1000 + DRAFT_LIFETIME - 1)
        assert applications.draft(db, draft, "a").fields
        sweep(db, now=1000 + DRAFT_LIFETIME)
        assert not applications.draft(db, draft, "a").fields
        with pytest.raises(applications.DraftDisposed):
            applications.send(db, draft, "a", {"applicant_name": "名"}, now=99_999_999)


def test_retries_double_and_stop_growing_at_an_hour(tmp_path):
    nobody = f"http://127.0.0.1:{free_port()}"
    config = Config(nobody, nobody, "client", tmp_path, WEBHOOK_SECRET, None)
    genkan = Genkan(config, client_key(tmp_path))
    storage.prepare(tmp_path)
    with closing(storage.connect(tmp_path)) as db:
        notice = DisposalRequested("m", "d", "s", AS_OF, ("p",), f"{nobody}/certificate")
        disposal.take_in(db, notice, now=0)
        now, waits = 0, []
        for _ in range(14):
            assert disposal.next_due(db, now=now) == "d"
            assert disposal.next_due(db, now=now) is None, "two workers took the same disposal"
            disposal.proceed(db, genkan, "d", now=now)
            due = storage.count(db, "SELECT next_attempt_at FROM disposals")
            waits.append(due - now)
            now = due
        assert disposal.holdings(db).troubles == ("no_answer",)
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 3600, 3600]


def test_a_certificate_is_repeated_as_it_is_and_signed_anew_when_it_runs_out(tmp_path):
    nobody = f"http://127.0.0.1:{free_port()}"
    config = Config(nobody, nobody, "client", tmp_path, WEBHOOK_SECRET, None)
    genkan = Genkan(config, client_key(tmp_path))
    storage.prepare(tmp_path)
    sent = []
    with closing(storage.connect(tmp_path)) as db:
        notice = DisposalRequested("m", "d", "s", AS_OF, ("p",), f"{nobody}/certificate")
        disposal.take_in(db, notice, now=0)
        for now in (0, 1, 479, 480):
            disposal.proceed(db, genkan, "d", now=now)
            sent.append(storage.one(db, "SELECT certificate FROM disposals")["certificate"])
    first, again, nearly, anew = sent
    assert first == again == nearly
    assert anew != first
