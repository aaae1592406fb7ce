"""An import that several processes share: the same outcome, and nothing lost when one is killed."""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from bench.people_file import write
from django.db import connection

from genkan.ledger.models import EntryRow
from genkan.residents.models import DataKeyRow, ResidentRow, ValueRow
from genkan.residents.service import creation, imports
from genkan.terms.models import AcceptanceRow
from tests.consent.serving import ROOT, database_url
from tests.residents.test_import import GOOD, crowd, facts, faults, run

pytestmark = pytest.mark.django_db(transaction=True)
NUMBER = 4_000


@contextmanager
def importing(path):
    """`genkan residents import` by two processes, once it has registered somebody."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DJANGO_")}
    place = database_url(connection.settings_dict["NAME"])
    command = ["residents", "import", str(path), "--source", "city", "--processes", "2", "--json"]
    first = subprocess.Popen(
        [sys.executable, "-m", "genkan.site.cli", *command],
        cwd=ROOT,
        env=kept | {"DATABASE_URL": place},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    end = time.monotonic() + 120
    with psycopg.connect(place, autocommit=True) as looking:
        counted = "SELECT count(*) FROM residents_resident"
        while not looking.execute(counted).fetchone()[0] and first.poll() is None:
            assert time.monotonic() < end
            time.sleep(0.01)
    try:
        yield first
    finally:
        first.kill()
        first.communicate()


def all_came_once(number):
    """Whether so many people stand there, each with everything that belongs to them."""
    counts = {
        "residents": ResidentRow.objects.count(),
        "names": ValueRow.objects.filter(item="name").count(),
        "keys": DataKeyRow.objects.count(),
        "acceptances": AcceptanceRow.objects.values("person").distinct().count(),
        "entries": EntryRow.objects.filter(event="resident.id_issued").count(),
    }
    return counts == dict.fromkeys(counts, number)


@pytest.mark.parametrize("killed", ["parent", "child"])
def test_a_killed_import_goes_on_where_it_was(published, tmp_path, killed):
    path = write(tmp_path / "city.csv", crowd(NUMBER))
    with importing(path) as first:
        children = Path(f"/proc/{first.pid}/task/{first.pid}/children").read_text().split()
        assert len(children) == 2
        os.kill(int(children[0]) if killed == "child" else first.pid, signal.SIGKILL)
        _, said = first.communicate(timeout=120)
    assert first.returncode == (1 if killed == "child" else -signal.SIGKILL)
    assert "the same command goes on" in said or killed == "parent"

    done = facts(path)  # perhaps before a child of a killed parent has ended its transaction

    assert done["known"] > 0
    assert done["added"] + done["known"] == NUMBER
    assert all_came_once(NUMBER)


def test_of_rows_with_one_reference_or_address_the_first_counts_as_ever(published, tmp_path):
    rows = crowd(3_500)
    address = next(row["email"] for row in rows[900:] if row["email"])
    rows[2_100] |= {"email": address}
    rows[1_500] |= {"reference": rows[3]["reference"], "birthdate": "1999-02-30"}
    rows[2_500] |= {"reference": rows[1_400]["reference"]}
    path = write(tmp_path / "city.csv", rows)

    with importing(path) as first:
        told, _ = first.communicate(timeout=120)

    done = json.loads(told)
    assert (done["added"], done["known"], done["refused"]) == (3_497, 1, 2)
    assert faults(tmp_path / "city.errors.csv") == [
        (1_502, "birthdate", "no_such_day"),
        (2_102, "email", "email_taken"),
    ]
    assert all_came_once(3_497)


def test_who_registers_while_a_batch_is_imported_is_seen_at_the_next_attempt(
    published, tmp_path, monkeypatch
):
    other = write(tmp_path / "other.csv", [GOOD | {"reference": "X-1"}])
    path = write(tmp_path / "city.csv", [GOOD, GOOD | {"reference": "A-2", "email": ""}])
    calls = Counter()

    def create_later(new, *, now):
        calls["now"] += 1
        if calls["now"] == 1:  # somebody with the same address comes first
            calls["now"] += 1
            assert run(other).exit_code == 0
        creation.create_all(new, now=now)

    monkeypatch.setattr(imports, "create_all", create_later)

    done = facts(path)

    assert (done["added"], done["known"], done["refused"]) == (1, 0, 1)
    assert faults(tmp_path / "city.errors.csv") == [(2, "email", "email_taken")]
    assert all_came_once(2)
