"""Proofs of possession (RFC 9449): read, used once, and the nonces that keep them fresh."""

from datetime import datetime
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from genkan.kernel.sealing import recent_keyring
from genkan.sso.domain import dpop
from genkan.sso.domain.dpop import Proof, Target
from genkan.sso.errors import InvalidDpopProof
from genkan.sso.store import proofs as store


def read(header: str, path: str, method: str, *, token: str | None = None, now: datetime) -> Proof:
    """Return the proof of a request at one of our endpoints, if it holds.

    Args:
        header: `DPoP`, as it came.
        path: of the endpoint.
        method: of HTTP.
        token: the access token that came along, at a protected resource.
        now: the present moment.

    Raises:
        InvalidDpopProof: it does not.
    """
    address = f"{settings.GENKAN.issuer}{path}"
    return dpop.checked(header, Target(method=method, address=address, access_token=token), now=now)


def use(proof: Proof) -> None:
    """Use a proof up; of any number of requests that bring it, one goes on. One statement.

    Raises:
        InvalidDpopProof: it was used before.
    """
    if not store.use(proof.digest, expires_at=proof.expires_at):
        raise InvalidDpopProof("the DPoP proof does not hold: jti was used before")


def nonce_is_good(proof: Proof, *, now: datetime) -> bool:
    """Whether a proof repeats a nonce of ours that is fresh."""
    return proof.nonce in _nonces(now)


def fresh_nonce(*, now: datetime) -> str:
    """Return the nonce that the next proof has to repeat; it goes into every answer."""
    return _nonces(now)[0]


def _nonces(now: datetime) -> tuple[str, str]:
    return _of_window(settings.GENKAN.keyring, dpop.nonce_window(now))


@lru_cache(maxsize=4)
def _of_window(keyring: Path, window: int) -> tuple[str, str]:
    """Return what every answer of a window says; the hash's key never changes."""
    ring = recent_keyring(keyring)
    return dpop.nonces(lambda named: ring.keyed_hash("sso dpop nonce", named), window)
