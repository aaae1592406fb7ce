"""Small secrets at rest: only the right keyring opens them, in the right place."""

import json
import multiprocessing
import stat
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genkan.kernel.sealing import (
    Keyring,
    KeyringUnusable,
    SealBroken,
    create_keyring,
    load_keyring,
)

RING = Keyring(current="k1", keys={"k1": b"1" * 32})
HERE, THERE = "sso.signing_key a", "sso.signing_key b"


@given(st.binary(max_size=200), st.text(max_size=50))
def test_what_was_sealed_opens_in_its_place(secret, about):
    assert RING.unseal(RING.seal(secret, about=about), about=about) == secret


def test_the_same_secret_is_never_sealed_alike():
    assert RING.seal(b"secret", about=HERE) != RING.seal(b"secret", about=HERE)
    assert b"secret" not in RING.seal(b"secret", about=HERE)


def test_a_value_that_was_moved_does_not_open():
    sealed = RING.seal(b"secret", about=HERE)

    with pytest.raises(SealBroken):
        RING.unseal(sealed, about=THERE)


@given(st.data())
def test_a_value_with_any_bit_changed_does_not_open(data):
    sealed = bytearray(RING.seal(b"secret", about=HERE))
    place = data.draw(st.integers(0, len(sealed) - 1))
    sealed[place] ^= 1 << data.draw(st.integers(0, 7))

    with pytest.raises(SealBroken):
        RING.unseal(bytes(sealed), about=HERE)


@given(st.binary(max_size=100))
def test_what_was_never_sealed_does_not_open(garbage):
    with pytest.raises(SealBroken):
        RING.unseal(garbage, about=HERE)


def test_a_value_cut_short_does_not_open():
    sealed = RING.seal(b"secret", about=HERE)

    for length in range(len(sealed)):
        with pytest.raises(SealBroken):
            RING.unseal(sealed[:length], about=HERE)


def test_another_keyring_does_not_open_it():
    other = replace(RING, keys={"k1": b"2" * 32})

    with pytest.raises(SealBroken):
        other.unseal(RING.seal(b"secret", about=HERE), about=HERE)


def test_after_a_rotation_old_values_open_and_new_ones_need_the_new_key():
    rotated = Keyring(current="k2", keys=RING.keys | {"k2": b"2" * 32})

    assert rotated.unseal(RING.seal(b"old", about=HERE), about=HERE) == b"old"
    with pytest.raises(SealBroken):
        RING.unseal(rotated.seal(b"new", about=HERE), about=HERE)


def test_names_made_by_hashing_outlive_a_rotation():
    rotated = Keyring(current="k2", keys=RING.keys | {"k2": b"2" * 32})

    assert RING.keyed_hash("sub", b"x") == rotated.keyed_hash("sub", b"x")
    assert RING.keyed_hash("sub", b"x") != RING.keyed_hash("other", b"x")


def test_a_new_keyring_is_its_owners_alone(tmp_path):
    path = tmp_path / "folder" / "keyring.json"
    create_keyring(path)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load_keyring(path).current == "k1"
    assert list(path.parent.iterdir()) == [path]


def test_a_keyring_that_exists_is_kept(tmp_path):
    path = tmp_path / "keyring.json"
    create_keyring(path)
    before = path.read_bytes()

    create_keyring(path)

    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_processes_that_create_it_at_once_agree(tmp_path):
    path = tmp_path / "keyring.json"
    spawn = multiprocessing.get_context("spawn")
    makers = [spawn.Process(target=create_keyring, args=(path,)) for _ in range(4)]
    for maker in makers:
        maker.start()
    for maker in makers:
        maker.join()

    assert [maker.exitcode for maker in makers] == [0] * 4
    assert load_keyring(path)
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644, 0o601])
def test_a_keyring_that_others_may_read_is_refused(tmp_path, mode):
    path = tmp_path / "keyring.json"
    create_keyring(path)
    path.chmod(mode)

    with pytest.raises(KeyringUnusable, match="chmod 600"):
        load_keyring(path)


KEY = "MTExMTExMTExMTExMTExMTExMTExMTExMTExMTExMTE="


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "null",
        "not json",
        "{}",
        json.dumps({"current": "k1", "keys": {}}),
        json.dumps({"current": "k2", "keys": {"k1": KEY}}),
        json.dumps({"current": "k1", "keys": {"k1": "c2hvcnQ="}}),
        json.dumps({"current": "k1", "keys": {"k1": "not base64!"}}),
        json.dumps({"current": "k1", "keys": {"k1": 5}}),
        json.dumps({"current": "k1", "keys": [KEY]}),
        json.dumps({"current": ["k1"], "keys": {"k1": KEY}}),
    ],
)
def test_what_is_no_keyring_is_refused_without_showing_it(tmp_path, text):
    path = tmp_path / "keyring.json"
    path.touch(0o600)
    path.write_text(text)

    with pytest.raises(KeyringUnusable) as refused:
        load_keyring(path)
    assert KEY not in str(refused.value)


def test_a_keyring_that_is_missing_is_refused(tmp_path):
    with pytest.raises(KeyringUnusable):
        load_keyring(tmp_path / "nowhere.json")
