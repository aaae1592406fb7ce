"""The identifier of the request being served, for logs and for people who report a failure."""

from contextvars import ContextVar
from uuid import uuid4

HEADER = "X-Request-ID"

_current: ContextVar[str] = ContextVar("request_id", default="-")


def begin() -> str:
    """Give the request that begins a fresh identifier and return it.

    What a client sends is not taken over: it could forge a line of our log.
    """
    fresh = str(uuid4())
    _current.set(fresh)
    return fresh


def current() -> str:
    """Return the identifier of the request being served, or "-" outside one."""
    return _current.get()
