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
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connection, transaction

from genkan.kernel import clock, wrapping
from genkan.kernel.ids import ResidentId, new_id
from genkan.kernel.sealing import load_keyring
from genkan.residents import api as residents
from genkan.residents.errors import Closed, KeysBusy
from genkan.residents.models import DataKeyRow
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


def elsewhere(ring, **environment):
    """Where and with what a process works on the database of this test."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DJANGO_")}
    place = database_url(connection.settings_dict["NAME"])
    ours = {"DATABASE_URL": place, "GENKAN_KEYRING_FILE": str(ring)}
    return {"cwd": ROOT, "env": kept | ours | environment}


def rotate_elsewhere(ring, *arguments, wait=True, **environment):
    """`genkan keys rotate` in a process of its own."""
    run = subprocess.Popen(
        [sys.executable, "-m", "genkan.site.cli", "keys", "rotate", "--json", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        **elsewhere(ring, **environment),
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


class AtWork:
    """A process that reads, edits and registers people without a pause."""

    def __init__(self, ring, phones):
        self._run = subprocess.Popen(
            [sys.executable, "-m", "tests.residents.people_at_work"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            **elsewhere(ring),
        )
        self._tell({str(one): phone for one, phone in phones.items()})
        self._before = dict.fromkeys(("read", "edited", "registered"), 0)

    def go_on(self):
        """Wait until everything was done again, since the last time."""
        limit = time.monotonic() + 60
        while True:
            self._tell("?")
            answer = self._run.stdout.readline()
            assert answer, self._run.stderr.read()
            done = json.loads(answer)
            if all(done[what] > before for what, before in self._before.items()):
                self._before = done
                return
            assert time.monotonic() < limit

    def end(self):
        """Let it read everybody once more; returns the telephone numbers it knows."""
        told, failed = self._run.communicate(timeout=120)
        assert self._run.returncode == 0, failed
        return {ResidentId(UUID(one)): phone for one, phone in json.loads(told).items()}

    def _tell(self, said):
        self._run.stdin.write(json.dumps(said) + "\n")
        self._run.stdin.flush()


def kill_a_rotation_in_the_middle(own_ring, old, *arguments, **environment):
    """Hold one key, so that a rotation cannot finish, and kill it once it has wrapped others."""
    with transaction.atomic():
        DataKeyRow.objects.select_for_update().order_by("-id").first()
        run = rotate_elsewhere(own_ring, *arguments, wait=False, **environment)
        limit = time.monotonic() + 60
        while residents.key_counts()[old] >= MANY:
            assert run.poll() is None, run.stdout.read()
            assert time.monotonic() < limit
            time.sleep(0.01)
        os.killpg(run.pid, signal.SIGKILL)
        run.wait()
        run.stdout.close()


def test_profiles_are_read_and_written_while_a_rotation_is_killed_and_goes_on(own_ring):
    known, old = people(MANY), load_keyring(own_ring).wraps_with
    theirs = dict(list(known.items())[::100])
    half_of = len(theirs) // 2
    shares = [dict(list(theirs.items())[:half_of]), dict(list(theirs.items())[half_of:])]
    at_work = [AtWork(own_ring, share) for share in shares]
    for one in at_work:
        one.go_on()

    kill_a_rotation_in_the_middle(own_ring, old)
    half = residents.key_counts()
    for one in at_work:
        one.go_on()
    done = rotate_elsewhere(own_ring)
    for one in at_work:
        one.go_on()
    now_known = known | at_work[0].end() | at_work[1].end()

    assert 0 < half[old] < MANY, "killed in the middle"
    new = load_keyring(own_ring).wraps_with
    assert (done["key"], done["dropped"], done["resumed"]) == (new, [old], True)
    assert done["rewrapped"] >= half[old]
    assert wrappers() == {new}
    assert len(now_known) > MANY
    assert phones(now_known) == now_known


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

    store.destroy(gone, now=clock.now())

    assert residents.profile_of(gone).values == {}
    assert residents.past_values_of(gone) == []
    assert older.wrapped
    destroyed = DataKeyRow.objects.get(person=gone)
    assert destroyed.wrapped is None
    assert destroyed.destroyed_at
    assert residents.profile_of(kept).content("phone") == phone


def test_nothing_more_is_kept_for_who_has_no_key():
    (gone,) = people(1)
    assert [store.destroy(gone, now=clock.now()) for _ in range(2)] == [1, 0]

    with pytest.raises(Closed):
        profile.change_values(gone, {"phone": "06-9999-9999"}, now=clock.now())
    assert residents.rotate_keys(now=clock.now()).rewrapped == 0
