"""What a relying party is to this harness: named flows, and what it needs to be there."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

from joserfc.jwk import ECKey

from tests.conformance.provider import Provider, trusting
from tests.conformance.resident import Resident
from tests.tell_skips import Need


class Running(Protocol):
    """A party that has registered and can be asked to do its flows, in any order."""

    def run(self, flow: str) -> None:
        """Do one flow; raise what went wrong."""


class Party(Protocol):
    """A stranger's relying party.

    Attributes:
        need: what a machine may lack to run it.
    """

    name: str
    flows: tuple[str, ...]
    need: Need | None

    def at(self, provider: Provider) -> AbstractContextManager[Running]:
        """Register at a provider, and be gone at the end."""


def new_key() -> ECKey:
    """A key to sign with, with a name."""
    key = ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"}, auto_kid=True)
    assert key.kid
    return key


@contextmanager
def resident_at(provider: Provider, *stops: str) -> Iterator[Resident]:
    """A browser that nobody has used before."""
    with Resident(trusting(provider), stops) as one:
        yield one


def missing(party: Party) -> str | None:
    """How to install what the party lacks on this machine, or None."""
    if party.need is None or party.need.is_there():
        return None
    return party.need.how
