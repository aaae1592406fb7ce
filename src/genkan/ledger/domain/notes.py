"""Signed checkpoints.

Source:
    C2SP signed-note and tlog-checkpoint: text, empty line, `— name base64(key id || signature)`.
    An Ed25519 key's id is the first four bytes of SHA-256(name || 0x0A || 0x01 || public key).
"""

import base64
import binascii
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

ED25519 = b"\x01"
KEY_ID_BYTES = 4


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a checkpoint says: the log's origin, its size and its root hash."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """Return the three lines that are signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


@dataclass(frozen=True, slots=True)
class Verifier:
    """A log's public key under its name."""

    name: str
    public_key: Ed25519PublicKey

    @property
    def key_id(self) -> bytes:
        """Return the four bytes that stand before a signature."""
        return sha256(self.name.encode() + b"\n" + ED25519 + self._raw()).digest()[:KEY_ID_BYTES]

    def as_text(self) -> str:
        """Return the verifier key as people pass it on: `name+key id+base64`."""
        return f"{self.name}+{self.key_id.hex()}+{base64.b64encode(ED25519 + self._raw()).decode()}"

    def _raw(self) -> bytes:
        return self.public_key.public_bytes(Encoding.Raw, PublicFormat.Raw)

    def signed_text(self, note: str) -> str | None:
        """Return the text of a note, or None if it is malformed or not signed by this key."""
        text, gap, signatures = note.partition("\n\n")
        signed = (text + "\n").encode()
        if not gap or not any(self._signed(signed, line) for line in signatures.splitlines()):
            return None
        return text

    def opened(self, note: str) -> Checkpoint | None:
        """Return the checkpoint of a note, or None if it is malformed or not signed by this key."""
        text = self.signed_text(note)
        if text is None:
            return None
        try:
            origin, size, root = text.split("\n")[:3]
            return Checkpoint(origin, int(size), base64.b64decode(root, validate=True))
        except ValueError:
            return None

    def _signed(self, text: bytes, line: str) -> bool:
        parts = line.split(" ")
        if len(parts) != 3 or parts[0] != "—" or parts[1] != self.name:  # noqa: PLR2004 - three words
            return False
        try:
            blob = base64.b64decode(parts[2], validate=True)
            one_way = base64.b64encode(blob).decode() == parts[2]  # else its last bits say nothing
            if not one_way or blob[:KEY_ID_BYTES] != self.key_id:
                return False
            self.public_key.verify(blob[KEY_ID_BYTES:], text)
        except (binascii.Error, InvalidSignature):
            return False
        return True


@dataclass(frozen=True, slots=True)
class Signer:
    """A log's private key under its name, made from a seed of 32 bytes."""

    name: str
    seed: bytes

    def verifier(self) -> Verifier:
        """Return the public half."""
        return Verifier(self.name, self._key().public_key())

    def signed(self, checkpoint: Checkpoint) -> str:
        """Return the checkpoint as a signed note."""
        return self.note(checkpoint.text())

    def note(self, text: str) -> str:
        """Return a text, lines without an empty one among them, as a signed note."""
        blob = self.verifier().key_id + self._key().sign(text.encode())
        return f"{text}\n— {self.name} {base64.b64encode(blob).decode()}\n"

    def _key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)
