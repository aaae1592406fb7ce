"""Data keys at rest, and the keyring file that wraps them."""

import json
from dataclasses import replace

import pytest

from genkan.kernel import keys
from genkan.kernel.sealing import (
    Keyring,
    KeyringUnusable,
    SealBroken,
    create_keyring,
    load_keyring,
    replace_keyring,
)

HERE, THERE = "main/a/1", "main/b/1"


@pytest.fixture
def ring(tmp_path):
    path = tmp_path / "keyring.json"
    create_keyring(path)
    return path


def add(ring, name, *, keep=True):
    """A further key-encryption key, current from now on; without the others unless `keep`."""
    standing = load_keyring(ring)
    wrapping = (standing.wrapping if keep else {}) | {name: name.encode().ljust(32)}
    replace_keyring(ring, replace(standing, wrapping=wrapping, wraps_with=name))


def test_a_wrapped_key_opens_what_was_sealed_under_it(ring):
    key, wrapped = keys.generate(ring, about=HERE)

    sealed = key.seal("髙橋".encode(), about=HERE)

    assert keys.unwrap(ring, wrapped, about=HERE).unseal(sealed, about=HERE) == "髙橋".encode()


def test_a_wrapped_key_opens_only_for_whom_it_was_made(ring):
    _, wrapped = keys.generate(ring, about=HERE)

    with pytest.raises(SealBroken):
        keys.unwrap(ring, wrapped, about=THERE)


@pytest.mark.parametrize("place", [0, 11, 12, 43, 59])
def test_a_wrapped_key_with_a_bit_changed_does_not_open(ring, place):
    _, wrapped = keys.generate(ring, about=HERE)
    altered = bytearray(wrapped.key)
    altered[place] ^= 1

    with pytest.raises(SealBroken):
        keys.unwrap(ring, replace(wrapped, key=bytes(altered)), about=HERE)


@pytest.mark.parametrize("length", [0, 5, 12, 27])
def test_what_is_too_short_to_be_sealed_does_not_open(ring, length):
    key, wrapped = keys.generate(ring, about=HERE)

    with pytest.raises(SealBroken):
        key.unseal(key.seal(b"", about=HERE)[:length], about=HERE)
    with pytest.raises(SealBroken):
        keys.unwrap(ring, replace(wrapped, key=wrapped.key[:length]), about=HERE)


def test_a_process_that_runs_wraps_with_a_key_added_meanwhile(ring):
    _, before = keys.generate(ring, about=HERE)
    add(ring, "w2")

    _, after = keys.generate(ring, about=HERE)

    assert (before.by, after.by) == ("w1", "w2")
    assert keys.rewrap(ring, before, about=HERE).by == "w2"


def test_a_key_wrapped_again_is_the_same_key(ring):
    key, wrapped = keys.generate(ring, about=HERE)
    add(ring, "w2")

    again = keys.unwrap(ring, keys.rewrap(ring, wrapped, about=HERE), about=HERE)

    assert again.unseal(key.seal(b"value", about=HERE), about=HERE) == b"value"


def test_a_process_that_runs_opens_what_another_wrapped_with_a_newer_key(ring):
    standing = load_keyring(ring)
    add(ring, "w2")
    _, wrapped = keys.generate(ring, about=HERE)
    replace_keyring(ring, standing)
    keys.generate(ring, about=HERE)
    add(ring, "w2")

    assert keys.unwrap(ring, wrapped, about=HERE)


def test_what_an_unknown_key_wrapped_is_refused_by_name(ring):
    _, wrapped = keys.generate(ring, about=HERE)

    with pytest.raises(KeyringUnusable, match="w9"):
        keys.unwrap(ring, replace(wrapped, by="w9"), about=HERE)


def test_a_keyring_without_wrapping_keys_wraps_with_its_own(ring):
    key = json.loads(ring.read_text())["keys"]["k1"]
    ring.write_text(json.dumps({"current": "k1", "keys": {"k1": key}}))

    _, wrapped = keys.generate(ring, about=HERE)

    assert wrapped.by == "k1"
    assert keys.unwrap(ring, wrapped, about=HERE)


def test_a_keyring_that_is_replaced_keeps_all_it_had(ring):
    standing = load_keyring(ring)

    replace_keyring(ring, standing)

    assert load_keyring(ring) == standing
    assert isinstance(standing, Keyring)
    assert ring.stat().st_mode & 0o077 == 0
    assert list(ring.parent.iterdir()) == [ring]


@pytest.mark.parametrize(
    "wrapping",
    [
        {},
        {"current": "w1", "keys": {}},
        {"current": "w2", "keys": {"w1": "MTExMTExMTExMTExMTExMTExMTExMTExMTExMTExMTE="}},
        {"current": "w1", "keys": {"w1": "c2hvcnQ="}},
    ],
    ids=["nothing", "no key", "not its current key", "a short key"],
)
def test_a_keyring_that_cannot_wrap_is_refused(ring, wrapping):
    ring.write_text(json.dumps(json.loads(ring.read_text()) | {"wrapping": wrapping}))

    with pytest.raises(KeyringUnusable):
        load_keyring(ring)
