"""Key-encryption keys that live in a PKCS#11 token (a hardware security module) and never leave it.

The token seals and opens data keys itself, by AES-GCM. python-pkcs11 starts the library without
locks, so a process makes one call at a time, in one session of its own; a child process that was
forked begins afresh (PKCS#11 2.40, 6.6.1).
"""

import logging
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from threading import RLock
from typing import Any, TypeVar

import pkcs11
from pkcs11 import Attribute, GCMParams, KeyType, Mechanism, MechanismFlag, ObjectClass
from pkcs11 import exceptions as faults

from genkan.kernel.errors import KeysAway
from genkan.kernel.sealing import KEY_BYTES, NONCE_BYTES, KeyringUnusable, SealBroken

LOG = logging.getLogger(__name__)
BREATHER_SECONDS = 2.0
"""After the token could not be reached everybody is refused at once for so long."""
_ATTEMPTS = 2  # the second in a fresh session: the token may have been away in between
_TAG_BITS = 128
_BROKEN = (
    faults.GeneralError,  # what SoftHSM says of a wrong tag
    faults.EncryptedDataInvalid,
    faults.EncryptedDataLenRange,
    faults.DataInvalid,
    faults.DataLenRange,
    faults.FunctionFailed,
)
_PIN_REFUSED = (faults.PinIncorrect, faults.PinInvalid, faults.PinLenRange, faults.PinLocked)
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Place:
    """Where key-encryption keys live.

    Attributes:
        library: the token's PKCS#11 module.
        token: its label.
        label: what our keys in it are called; a key's own name is its CKA_ID.
        pin: of the token's user.
        pin_file: holds the PIN instead, and is read at each sign-in.
    """

    library: Path
    token: str
    label: str
    pin: str = field(default="", repr=False)
    pin_file: Path | None = None


def seal(place: Place, name: str, key: bytes, about: str) -> bytes:
    """Encrypt a data key in the token; returns `nonce (12) | ciphertext and tag`.

    Raises:
        KeysAway: the token does not answer, or does not let us in.
        KeyringUnusable: it lacks that key.
    """
    nonce = os.urandom(NONCE_BYTES)
    bound = GCMParams(nonce, about.encode(), _TAG_BITS)
    sealed = _asked(
        place,
        name,
        lambda wrapper: wrapper.encrypt(key, mechanism=Mechanism.AES_GCM, mechanism_param=bound),
    )
    return nonce + bytes(sealed)


def unseal(place: Place, name: str, sealed: bytes, about: str) -> bytes:
    """Return what `seal` was given.

    Raises:
        SealBroken: altered, or bound to something else.
        KeysAway, KeyringUnusable: as `seal`.
    """
    nonce, body = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
    if len(body) <= _TAG_BITS // 8:
        raise SealBroken(about)
    bound = GCMParams(nonce, about.encode(), _TAG_BITS)
    try:
        return bytes(
            _asked(
                place,
                name,
                lambda wrapper: wrapper.decrypt(
                    body, mechanism=Mechanism.AES_GCM, mechanism_param=bound
                ),
            )
        )
    except _BROKEN as error:
        raise SealBroken(about) from error


def make_key(place: Place, name: str) -> None:
    """Make an AES-256 key in the token that nobody can read out, not we either.

    Raises:
        KeysAway: as `seal`.
    """
    _written(
        place,
        lambda session: session.generate_key(
            KeyType.AES,
            KEY_BYTES * 8,
            id=name.encode(),
            label=place.label,
            store=True,
            capabilities=MechanismFlag.ENCRYPT | MechanismFlag.DECRYPT,
            template={
                Attribute.PRIVATE: True,
                Attribute.SENSITIVE: True,
                Attribute.EXTRACTABLE: False,
            },
        ),
    )


def destroy_key(place: Place, name: str) -> None:
    """Destroy a key in the token, so that nothing sealed by it opens again; none is no fault.

    Raises:
        KeysAway: as `seal`.
    """
    _written(
        place, lambda session: [key.destroy() for key in session.get_objects(_of(place, name))]
    )


def answers(place: Place) -> bool:
    """Whether the token lets us in now."""
    with _here.lock:
        try:
            _here.enter(place)
        except KeysAway:
            return False
        return True


def leave() -> None:
    """End this process's session; the next call begins afresh, with a refused PIN too."""
    with _here.lock:
        _here.leave()
        _here.refused, _here.not_before = None, 0.0


class _Here:
    """This process's one session, whose it is, and whom the token refused."""

    def __init__(self) -> None:
        self.lock = RLock()
        self._place: Place | None = None
        self._session: Any = None
        self._keys: dict[str, Any] = {}
        self.refused: tuple[Place, str] | None = None
        self.not_before = 0.0
        self._library: Any = None

    def key(self, place: Place, name: str) -> Any:  # noqa: ANN401 - python-pkcs11 makes its types
        """Return a key of the token.

        Raises:
            KeysAway, KeyringUnusable: as `seal`.
        """
        session = self.enter(place)
        if name not in self._keys:
            try:
                self._keys[name] = session.get_key(
                    object_class=ObjectClass.SECRET_KEY, id=name.encode(), label=place.label
                )
            except faults.NoSuchKey as error:
                raise KeyringUnusable(f"the token lacks the key-encryption key {name}") from error
        return self._keys[name]

    def enter(self, place: Place, *, rw: bool = False) -> Any:  # noqa: ANN401 - likewise
        """Return the session with a token, signed in.

        Raises:
            KeysAway: the token is away, or does not take the PIN.
        """
        if self._session is not None and self._place == place and not rw:
            return self._session
        if time.monotonic() < self.not_before:
            raise KeysAway("unreachable")
        pin = _pin_of(place)
        if self.refused == (place, pin):
            raise KeysAway("pin")  # each further try might lock the token
        self.leave()
        try:
            token = self._begun(place).get_token(token_label=place.token)
            self._session, self._place = token.open(rw=rw, user_pin=pin), place
        except _PIN_REFUSED as error:
            self.refused = (place, pin)
            raise self._away(place, "pin") from error
        except faults.PKCS11Error as error:
            self.not_before = time.monotonic() + BREATHER_SECONDS
            raise self._away(place, "unreachable") from error
        return self._session

    def leave(self) -> None:
        """End the session; the next call begins afresh."""
        self._session, self._place, self._keys = None, None, {}
        library, self._library = self._library, None
        if library is not None:
            try:
                library.finalize()
            except faults.PKCS11Error as error:  # it has nothing of us any more
                LOG.info("kernel.token_left", extra={"fault": type(error).__name__})

    def _begun(self, place: Place) -> Any:  # noqa: ANN401 - likewise
        self._library = pkcs11.lib(str(place.library))
        return self._library

    def _away(self, place: Place, why: str) -> KeysAway:
        LOG.error("kernel.keys_away", extra={"token": place.token, "why": why})
        return KeysAway(why)

    def after_fork(self) -> None:
        """Begin afresh in a child: neither session nor lock are its own."""
        self.lock = RLock()
        self.leave()


_here = _Here()
os.register_at_fork(after_in_child=_here.after_fork)


def _asked(place: Place, name: str, act: Callable[[Any], Answer]) -> Answer:
    """Let the token's key act, in a fresh session where the standing one has ended."""
    with _here.lock:
        for attempt in range(_ATTEMPTS):
            try:
                return act(_here.key(place, name))
            except faults.PKCS11Error as error:
                _here.leave()
                if attempt + 1 < _ATTEMPTS:
                    continue
                if isinstance(error, _BROKEN):
                    raise
                raise KeysAway("unreachable") from error
    raise AssertionError("each attempt returns or raises")


def _written(place: Place, act: Callable[[Any], object]) -> None:
    """Change the token's contents, in a session that may; it ends with it."""
    with _here.lock:
        try:
            act(_here.enter(place, rw=True))
        except faults.PKCS11Error as error:
            raise KeysAway("unreachable") from error
        finally:
            _here.leave()


def _of(place: Place, name: str) -> dict[Attribute, object]:
    return {
        Attribute.CLASS: ObjectClass.SECRET_KEY,
        Attribute.LABEL: place.label,
        Attribute.ID: name.encode(),
    }


def _pin_of(place: Place) -> str:
    """Return the PIN as it stands now.

    Raises:
        KeyringUnusable: its file cannot be read, or others can read it.
    """
    if place.pin_file is None:
        return place.pin
    try:
        if place.pin_file.stat().st_mode & 0o077:
            raise KeyringUnusable(f"{place.pin_file} is open to other users: chmod 600 it")
        return place.pin_file.read_text().strip()
    except OSError as error:
        raise KeyringUnusable(f"{place.pin_file} cannot be read") from error
