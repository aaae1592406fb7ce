"""The key-encryption key in a PKCS#11 token (SoftHSM): nothing else changes for residents."""

import json
import multiprocessing
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from types import SimpleNamespace

import pkcs11
import pytest
from django.conf import settings
from django.db import transaction
from pkcs11 import Attribute, ObjectClass

from genkan.kernel import clock, keys, tokens, wrapping
from genkan.kernel.errors import KeysAway
from genkan.kernel.sealing import KeyringUnusable, SealBroken, load_keyring
from genkan.residents import api as residents
from genkan.residents.store import keys as store
from genkan.terms import api as terms
from tests import softhsm
from tests.residents.conftest import Person
from tests.residents.test_key_rotation import (
    MANY,
    kill_a_rotation_in_the_middle,
    people,
    phones,
    reading,
    rotate_elsewhere,
    wrappers,
)
from tests.softhsm import token  # noqa: F401 - a fixture

pytestmark = [softhsm.needed, pytest.mark.django_db(transaction=True)]
HERE, THERE = "main/one/1", "main/other/1"


@pytest.fixture
def ring(token, tmp_path, monkeypatch):  # noqa: F811 - the fixture
    """A keyring of this test whose key-encryption key lives in the token."""
    file = tmp_path / "keyring.json"
    shutil.copyfile(settings.GENKAN.keyring, file)
    file.chmod(0o600)
    changed = settings.GENKAN.model_copy(update={"keyring_file": file} | token.as_settings)
    monkeypatch.setattr(settings, "GENKAN", changed)
    monkeypatch.setattr("genkan.residents.service.keys.GRACE_SECONDS", 0.0)
    for draft in terms.drafts():
        terms.publish(draft, now=clock.now())
    return file


@pytest.fixture
def in_token(ring):
    residents.rotate_keys(keeper="token", now=clock.now())
    return ring


def names_in(place):
    """Names of our keys in the token, asked by a session of its own."""
    tokens.leave()
    library = pkcs11.lib(str(place.library))
    with library.get_token(token_label=place.token).open(user_pin=softhsm.PIN) as session:
        ours = {Attribute.CLASS: ObjectClass.SECRET_KEY, Attribute.LABEL: place.label}
        found = {key[Attribute.ID].decode() for key in session.get_objects(ours)}
    library.finalize()
    return found


def place():
    return settings.GENKAN.token


def test_somebody_registers_and_is_read_under_a_key_of_the_token(in_token):
    person = Person("hsm@resident.example")

    assert person.register(phone="06-1234-5678").headers["Location"] == "/register/done"

    assert "06-1234-5678" in person.get("/profile").content.decode()
    assert wrappers() == {load_keyring(in_token).wraps_with}
    assert set(load_keyring(in_token).wrapping.values()) == {b""}, "the file has no wrapping key"


def test_nobody_reads_the_key_out_of_the_token(in_token):
    name = load_keyring(in_token).wraps_with
    tokens.leave()
    library = pkcs11.lib(str(place().library))
    with library.get_token(token_label=place().token).open(user_pin=softhsm.PIN) as session:
        key = session.get_key(object_class=ObjectClass.SECRET_KEY, id=name.encode())
        marks = (Attribute.SENSITIVE, Attribute.EXTRACTABLE, Attribute.NEVER_EXTRACTABLE)
        assert [key[mark] for mark in marks] == [True, False, True]
        with pytest.raises(pkcs11.AttributeSensitive):
            key[Attribute.VALUE]
    library.finalize()


def test_keys_move_into_the_token_within_it_and_back(ring):
    known, moved = people(4), []

    for keeper in ("token", None, "keyring"):
        done = residents.rotate_keys(keeper=keeper, now=clock.now())
        standing = residents.key_standing()
        assert standing.keepers == {done.key: done.keeper}
        assert (standing.current, standing.wrapped_by) == (done.key, {done.key: 4})
        assert (standing.token_answers, phones(known)) == (True, known)
        assert names_in(place()) == ({done.key} if done.keeper == "token" else set())
        moved.append(done.keeper)

    assert moved == ["token", "token", "keyring"]


def test_an_old_key_can_stay_in_the_token_for_older_backups(in_token):
    old = load_keyring(in_token).wraps_with

    residents.rotate_keys(keeper="keyring", kept_in_token=True, now=clock.now())

    assert names_in(place()) == {old}


def test_profiles_are_read_while_keys_move_into_the_token_are_killed_and_go_on(ring, token):  # noqa: F811 - the fixture
    known, old = people(MANY), load_keyring(ring).wraps_with
    elsewhere = token.environment

    with reading(known) as told:
        kill_a_rotation_in_the_middle(ring, old, "--to", "token", **elsewhere)
        half = residents.key_counts()
        done = rotate_elsewhere(ring, **elsewhere)

    assert told["read"]
    assert not told["failed"]
    assert 0 < half[old] < MANY, "killed in the middle"
    new = load_keyring(ring).wraps_with
    assert done["resumed"]
    assert (done["key"], done["keeper"], done["dropped"]) == (new, "token", [old])
    assert (wrappers(), names_in(place())) == ({new}, {new})
    assert phones(known) == known


def test_killed_between_token_and_keyring_the_old_key_is_no_stranger(in_token):
    known, old = people(2), load_keyring(in_token).wraps_with
    wrapping.add_key(in_token, keeper="token", token=place())
    while store_rewraps(wrapping.current_key(in_token)):
        pass
    tokens.destroy_key(place(), old)

    done = residents.rotate_keys(now=clock.now())

    assert (done.dropped, done.resumed) == ((old,), True)
    assert phones(known) == known


def store_rewraps(current):
    with transaction.atomic():
        return store.rewrap(current, after=None, limit=10)[0]


def test_while_the_token_is_away_pages_say_so_and_then_go_on(in_token, token):  # noqa: F811 - the fixture
    person = Person("hsm@resident.example")
    person.register(phone="06-1234-5678")
    token.go_away()

    page = person.get("/profile", headers={"accept-language": "en"})
    for_machines = person.get("/profile", headers={"accept": "application/json"})

    assert (page.status_code, page.headers["Retry-After"]) == (503, "30")
    assert "Your data cannot be opened just now" in page.content.decode()
    assert "06-1234-5678" not in page.content.decode()
    assert json.loads(for_machines.content) == {"error": "kernel.keys_away"}
    assert residents.key_standing().token_answers is False
    token.come_back()
    assert person.get("/profile").status_code == 200
    assert residents.key_standing().token_answers


def test_nobody_registers_without_the_token_and_the_form_goes_through_later(in_token, token):  # noqa: F811 - the fixture
    person = Person("hsm@resident.example")
    person.sign_up()
    person.verify()
    person.accept()
    token.go_away()

    assert person.fill().status_code == 503
    token.come_back()
    assert person.fill().headers["Location"] == "/register/confirm"
    assert person.confirm().headers["Location"] == "/register/done"


def test_a_wrong_pin_is_tried_once_and_told(in_token, monkeypatch):
    (one,) = people(1)
    tokens.leave()
    keys.forget_open_keys()
    settings.GENKAN.pkcs11_pin_file.write_text("000000")
    begun, real = [], pkcs11.lib
    monkeypatch.setattr(tokens.pkcs11, "lib", lambda so: begun.append(so) or real(so))

    for _ in range(3):
        with pytest.raises(KeysAway) as away:
            residents.profile_of(one)
        assert away.value.why == "pin"

    assert len(begun) == 1, "more tries might lock the token"
    settings.GENKAN.pkcs11_pin_file.write_text(softhsm.PIN)
    assert residents.profile_of(one).content("phone")


def test_a_pin_file_that_others_can_read_is_refused(in_token):
    tokens.leave()
    keys.forget_open_keys()
    settings.GENKAN.pkcs11_pin_file.chmod(0o644)

    with pytest.raises(KeyringUnusable, match="chmod 600"):
        keys.generate(in_token, about=HERE, token=place())


def test_the_command_says_what_is_wrong(in_token, token):  # noqa: F811 - the fixture
    run = rotate_elsewhere(in_token, wait=False, **token.environment | {"GENKAN_PKCS11_PIN": "0"})
    told, _ = run.communicate(timeout=120)

    assert run.returncode == 1
    assert "GENKAN_PKCS11_PIN" in told
    assert "Traceback" not in told


def wrapped_in(ring):
    return keys.generate(ring, about=HERE, token=place())[1]


def test_an_altered_or_moved_wrapped_key_does_not_open(in_token):
    wrapped = wrapped_in(in_token)
    altered = wrapped.key[:-1] + bytes([wrapped.key[-1] ^ 1])

    for other, about in ((wrapped.key, THERE), (altered, HERE), (wrapped.key[:20], HERE)):
        with pytest.raises(SealBroken):
            keys.unwrap(in_token, replace(wrapped, key=other), about=about, token=place())
    assert keys.unwrap(in_token, wrapped, about=HERE, token=place())


def test_a_key_that_the_token_lacks_and_a_token_that_nobody_names_are_told(in_token):
    wrapped = wrapped_in(in_token)
    with pytest.raises(KeyringUnusable, match="PKCS11"):
        keys.unwrap(in_token, wrapped, about=HERE)
    tokens.destroy_key(place(), wrapped.by)
    with pytest.raises(KeyringUnusable, match=wrapped.by):
        keys.unwrap(in_token, wrapped, about=HERE, token=place())


def test_many_threads_read_at_once(in_token):
    many = [wrapped_in(in_token) for _ in range(40)]

    with ThreadPoolExecutor(8) as threads:
        opened = list(
            threads.map(lambda one: keys.unwrap(in_token, one, about=HERE, token=place()), many * 3)
        )

    assert len(opened) == 120


def in_a_child(ring, wrapped, answers):
    """What a worker does that was forked while its parent's session stood."""
    try:
        keys.unwrap(ring, wrapped, about=HERE, token=place())
        answers.put(keys.generate(ring, about=HERE, token=place())[1])
    except BaseException as fault:  # noqa: BLE001 - the parent reports it
        answers.put(fault)


def test_forked_processes_open_sessions_of_their_own(in_token):
    wrapped = wrapped_in(in_token)
    keys.unwrap(in_token, wrapped, about=HERE, token=place())
    keys.forget_open_keys()
    forking = multiprocessing.get_context("fork")
    answers = forking.Queue()
    children = [
        forking.Process(target=in_a_child, args=(in_token, wrapped, answers)) for _ in range(3)
    ]
    for child in children:
        child.start()
    keys.unwrap(in_token, wrapped, about=HERE, token=place())
    made = [answers.get(timeout=60) for _ in children]
    for child in children:
        child.join(60)

    assert [child.exitcode for child in children] == [0, 0, 0]
    for one in made:
        assert keys.unwrap(in_token, one, about=HERE, token=place())


def test_an_opened_data_key_is_kept_for_a_minute_and_no_longer(in_token, token, monkeypatch):  # noqa: F811 - the fixture
    wrapped = wrapped_in(in_token)
    keys.unwrap(in_token, wrapped, about=HERE, token=place())
    token.files.rename(token.files.with_name("away"))
    tokens.leave()

    assert keys.unwrap(in_token, wrapped, about=HERE, token=place())
    later = keys.time.monotonic() + keys.OPEN_SECONDS + 1
    monkeypatch.setattr(keys, "time", SimpleNamespace(monotonic=lambda: later))
    with pytest.raises(KeysAway):
        keys.unwrap(in_token, wrapped, about=HERE, token=place())
