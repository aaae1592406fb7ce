"""Requests whose body nobody asked for: read all the same, before the answer goes out.

A server closes a connection on which a body lies unread, and the next request that the browser
sends on it is lost.
"""

from collections.abc import Callable, Iterable
from typing import Any

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

MAX_BYTES = 16_000_000
CHUNK_BYTES = 65_536


def taking_bodies(application: Application) -> Application:
    """Let an application answer without reading the body; what is left is read, up to a point."""

    def call(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        answer = application(environ, start_response)
        if environ.get("CONTENT_LENGTH") or "HTTP_TRANSFER_ENCODING" in environ:
            left = MAX_BYTES
            while left > 0 and (taken := environ["wsgi.input"].read(min(left, CHUNK_BYTES))):
                left -= len(taken)
        return answer

    return call
