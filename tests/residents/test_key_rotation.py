"""Data keys change their wrapper while everything runs, and end with the person's data."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from threading import Event, Thread

import pytest
from django.conf import settings
from django.db import connection, transaction

from genkan.kernel import clock, wrapping
from genkan.kernel.ids import ResidentId, new_id
from genkan.kernel.sealing import load_keyring
from genkan.residents import api as residents
from genkan.residents.errors import Closed, KeysBusy
from genkan.residents.models import DataKeyRow, SearchRow
from genkan.residents.service import profile
from genkan.residents.store import keys as store
from genkan.terms import api as terms
from tests.consent.serving import ROOT, database_url
from tests.residents.test_api import somebody

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 1_200


@pytest.fixture(autouse=True)
def own_ring(tmp_path, monkeypatch):
    """A keyring of this test: rotating the shared one would trouble the others."""
    ring = tmp_path / "keyring.json"
    shutil.copyfile(settings.GENKAN.keyring, ring)
    ring.chmod(0o600)
    changed = settings.GENKAN.model_copy(update={"keyring_file": ring})
    monkeypatch.setattr(settings, "GENKAN", changed)
    for draft in terms.drafts():
        terms.publish(draft, now=clock.now())
    return ring


def people(number):
    new = [
        somebody(id=ResidentId(new_id()), email=None, values={"phone": f"06-0000-{n:04}"})
        for n in range(number)
    ]
    residents.create_all(new, now=clock.now())
    return {person.id: person.values["phone"] for person in new}


def phones(known):
    return {one: residents.profile_of(one).content("phone") for one in known}


def wrappers():
    return set(DataKeyRow.objects.values_list("wrapped_by", flat=True))


def rotate_elsewhere(ring, *arguments, wait=True, **environment):
    """`genkan keys rotate` in a process of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DJANGO_")}
    place = database_url(connection.settings_dict["NAME"])
    run = subprocess.Popen(
        [sys.executable, "-m", "genkan.site.cli", "keys", "rotate", "--json", *arguments],
        cwd=ROOT,
        env=kept | {"DATABASE_URL": place, "GENKAN_KEYRING_FILE": str(ring)} | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    if not wait:
        return run
    told, _ = run.communicate(timeout=120)
    assert run.returncode == 0, told
    return json.loads(told)


def test_a_rotation_leaves_one_new_key_and_every_value(own_ring):
    known, before = people(5), load_keyring(own_ring)

    done = residents.rotate_keys(now=clock.now())

    after = load_keyring(own_ring)
    assert (done.rewrapped, done.dropped, done.resumed) == (5, (before.wraps_with,), False)
    assert set(after.wrapping) == {done.key} == wrappers() != {before.wraps_with}
    assert (after.current, after.keys) == (before.current, before.keys)
    assert phones(known) == known


@contextmanager
def reading(known):
    """Profiles are read all the while; yields how many were, and what went wrong."""
    end, told = Event(), {"read": 0, "failed": []}

    def read_on():
        try:
            while not end.is_set():
                for one in list(known)[::100]:
                    assert residents.profile_of(one).content("phone") == known[one]
                    told["read"] += 1
        except Exception as error:  # noqa: BLE001 - whatever it was fails the test
            told["failed"].append(error)
        finally:
            connection.close()

    reader = Thread(target=read_on)
    reader.start()
    try:
        yield told
    finally:
        end.set()
        reader.join()


def kill_a_rotation_in_the_middle(own_ring, old, *arguments, **environment):
    """Hold one key, so that a rotation cannot finish, and kill it once it has wrapped others."""
    with transaction.atomic():
        DataKeyRow.objects.select_for_update().order_by("-id").first()
        run = rotate_elsewhere(own_ring, *arguments, wait=False, **environment)
        limit = time.monotonic() + 60
        while residents.key_counts()[old] == MANY:
            assert run.poll() is None, run.stdout.read()
            assert time.monotonic() < limit
            time.sleep(0.01)
        os.killpg(run.pid, signal.SIGKILL)
        run.wait()
        run.stdout.close()


def test_profiles_are_read_while_another_process_rotates_is_killed_and_goes_on(own_ring):
    known, old = people(MANY), load_keyring(own_ring).wraps_with

    with reading(known) as told:
        kill_a_rotation_in_the_middle(own_ring, old)
        half = residents.key_counts()
        done = rotate_elsewhere(own_ring)

    assert told["read"]
    assert not told["failed"]
    assert 0 < half[old] < MANY, "killed in the middle"
    new = load_keyring(own_ring).wraps_with
    assert done.pop("keeper") == "keyring"
    assert done == {"key": new, "rewrapped": half[old], "dropped": [old], "resumed": True}
    assert wrappers() == {new}
    assert phones(known) == known


def test_killed_before_the_first_key_it_goes_on_with_the_same_new_key(own_ring):
    known, added = people(3), wrapping.add_key(own_ring)

    done = residents.rotate_keys(now=clock.now())

    assert (done.key, done.resumed, done.rewrapped) == (added, True, 3)
    assert phones(known) == known


def test_the_old_key_stays_while_somebody_may_still_wrap_with_it(own_ring, monkeypatch):
    known, old = people(3), load_keyring(own_ring).wraps_with
    monkeypatch.setattr("genkan.residents.service.keys.PATIENCE_SECONDS", 0)
    begun, go_on = Event(), Event()

    def make_slowly():
        with transaction.atomic():
            store.make([ResidentId(new_id())], now=clock.now())
            begun.set()
            go_on.wait(60)
        connection.close()

    maker = Thread(target=make_slowly)
    maker.start()
    begun.wait(60)
    with pytest.raises(KeysBusy):
        residents.rotate_keys(now=clock.now())
    assert old in load_keyring(own_ring).wrapping
    go_on.set()
    maker.join()

    done = residents.rotate_keys(now=clock.now())

    assert (done.rewrapped, done.dropped, done.resumed) == (1, (old,), True)
    assert phones(known) == known


def test_two_rotations_do_not_run_at_once(own_ring):
    refused = []

    def try_too():
        try:
            residents.rotate_keys(now=clock.now())
        except KeysBusy as busy:
            refused.append(busy)
        finally:
            connection.close()

    with store.alone() as is_alone:
        assert is_alone
        other = Thread(target=try_too)
        other.start()
        other.join()

    assert len(refused) == 1
    assert not wrapping.is_rotating(own_ring)


def test_with_their_key_all_values_of_a_person_are_gone_and_nobody_elses():
    (gone, kept), (_, phone) = zip(*people(2).items(), strict=True)
    profile.change_values(gone, {"phone": "06-9999-9999"}, now=clock.now())
    assert residents.past_values_of(gone)
    older = DataKeyRow.objects.get(person=gone)

    with transaction.atomic():
        residents.destroy_keys(gone, now=clock.now())

    assert residents.profile_of(gone).values == {}
    assert residents.past_values_of(gone) == []
    assert older.wrapped
    destroyed = DataKeyRow.objects.get(person=gone)
    assert destroyed.wrapped is None
    assert destroyed.destroyed_at
    assert not SearchRow.objects.filter(resident=gone).exists()
    assert residents.profile_of(kept).content("phone") == phone


def test_nothing_more_is_kept_for_who_has_no_key():
    (gone,) = people(1)
    for _ in range(2):
        with transaction.atomic():
            residents.destroy_keys(gone, now=clock.now())

    with pytest.raises(Closed):
        profile.change_values(gone, {"phone": "06-9999-9999"}, now=clock.now())
    assert residents.rotate_keys(now=clock.now()).rewrapped == 0


def test_keys_are_destroyed_in_the_transaction_of_who_asks():
    (somebody_,) = people(1)

    with pytest.raises(RuntimeError, match="joins"):
        residents.destroy_keys(somebody_, now=clock.now())
    assert residents.profile_of(somebody_).values
