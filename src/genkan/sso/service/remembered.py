"""Clients as this process saw them last: to read one anew costs more than what it asks for.

Nothing is decided by a memory alone. Who goes on has asked the database, in the statement that does
the work, whether the client is written so still and may go on; who is refused is refused by the
client as it is written now. So what was changed, stopped or deleted counts from the next request,
in every process.
"""

from collections.abc import Callable
from typing import TypeVar

from genkan.kernel.recent import Recent
from genkan.sso.domain.values import Client
from genkan.sso.errors import InvalidClient, OAuthError
from genkan.sso.store import clients as store

T = TypeVar("T")
NUMBER = 500
TRIES = 3

_seen: Recent[str, Client] = Recent(NUMBER)


def read(client_id: str | None) -> Client | None:
    """Return a client as it is written now; None if nobody is called so."""
    client = store.client(client_id) if client_id else None
    if client is not None:
        _seen.keep(str(client.id), client)
    return client


def decided(
    client_id: str | None, decide: Callable[[Client | None], T | OAuthError]
) -> T | OAuthError:
    """Return what is decided about a client.

    Args:
        client_id: what it calls itself, if it does.
        decide: asked again where the client turns out to have changed. It takes nobody's proof away
            before it has seen that the client is written so still, and refuses otherwise: `changed`
            will do.
    """
    client = _seen.get(client_id or "") or read(client_id)
    told = decide(client)
    for _ in range(TRIES):
        if not isinstance(told, OAuthError):
            break
        now_written = read(client_id)
        if _same(client, now_written):
            break
        client = now_written
        told = decide(client)
    return told


def changed() -> OAuthError:
    """Return the refusal of a client that was read before somebody changed or stopped it."""
    return InvalidClient(detail="changed meanwhile")


def _same(before: Client | None, after: Client | None) -> bool:
    if before is None or after is None:
        return before is after
    return (before.version, before.is_open) == (after.version, after.is_open)
