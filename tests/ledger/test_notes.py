"""Signed checkpoints in the form that others read: C2SP signed-note and tlog-checkpoint."""

import base64
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from genkan.ledger.domain.notes import Checkpoint, Signer, Verifier

SIGNER = Signer("genkan.example/ledger", bytes(range(32)))
CHECKPOINT = Checkpoint("genkan.example/ledger", 12, b"r" * 32)

PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETERS_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotp"
    "RZb6KE6RyyBwJnAM=\n"
)
"""From the documentation of golang.org/x/mod/sumdb/note, where the format comes from."""


def verifier_of(text):
    name, key_id, key = text.split("+", 2)
    raw = base64.b64decode(key)
    assert raw[:1] == b"\x01"
    found = Verifier(name, Ed25519PublicKey.from_public_bytes(raw[1:]))
    assert found.key_id.hex() == key_id
    return found


def test_the_published_key_has_the_published_id():
    assert verifier_of(PETER).as_text() == PETER


def test_the_published_signature_holds():
    text, _, line = PETERS_NOTE.partition("\n\n")

    assert verifier_of(PETER)._signed((text + "\n").encode(), line.strip())
    assert not verifier_of(PETER)._signed((text + "!\n").encode(), line.strip())


def test_a_published_note_that_is_no_checkpoint_opens_as_none():
    assert verifier_of(PETER).opened(PETERS_NOTE) is None


def test_a_checkpoint_is_three_lines_and_a_signature():
    origin, size, root, gap, signature, end = SIGNER.signed(CHECKPOINT).split("\n")

    assert (origin, size, gap, end) == ("genkan.example/ledger", "12", "", "")
    assert base64.b64decode(root) == b"r" * 32
    dash, name, blob = signature.split(" ")
    assert (dash, name) == ("—", SIGNER.name)
    assert base64.b64decode(blob)[:4] == SIGNER.verifier().key_id
    assert len(base64.b64decode(blob)) == 4 + 64


@given(st.integers(0, 2**62), st.binary(min_size=32, max_size=32))
def test_what_was_signed_opens(size, root):
    checkpoint = Checkpoint(SIGNER.name, size, root)

    assert SIGNER.verifier().opened(SIGNER.signed(checkpoint)) == checkpoint


@given(st.data())
def test_a_note_with_any_character_changed_does_not_open(data):
    note = SIGNER.signed(CHECKPOINT)
    place = data.draw(st.integers(0, len(note) - 2))
    other = data.draw(st.characters(min_codepoint=33, max_codepoint=126))
    changed = note[:place] + other + note[place + 1 :]

    assert changed == note or SIGNER.verifier().opened(changed) is None


@pytest.mark.parametrize(
    "other",
    [
        replace(SIGNER, seed=b"x" * 32),
        replace(SIGNER, name="elsewhere.example/ledger"),
    ],
)
def test_another_keys_note_does_not_open(other):
    assert SIGNER.verifier().opened(other.signed(CHECKPOINT)) is None


def test_a_note_that_others_signed_too_opens():
    witness = Signer("witness.example", b"w" * 32)
    ours, theirs = SIGNER.signed(CHECKPOINT), witness.signed(CHECKPOINT)
    both = (
        ours.partition("\n\n")[0] + "\n\n" + theirs.partition("\n\n")[2] + ours.partition("\n\n")[2]
    )

    assert SIGNER.verifier().opened(both) == CHECKPOINT
    assert witness.verifier().opened(both) == CHECKPOINT


@pytest.mark.parametrize(
    "note",
    ["", "\n\n", "one line", "a\n1\nAA==\n", "a\n1\nAA==\n\n", "a\n1\nAA==\n\n— a b c d\n"],
)
def test_what_is_no_note_opens_as_none(note):
    assert SIGNER.verifier().opened(note) is None
