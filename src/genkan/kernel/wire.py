"""Bytes in, bytes out: what the plain WSGI endpoints in front of Django share.

Reading is strict: a body has a limit, and a form is what `parameters` takes for one. Writing never
lets anybody store or sniff an answer unless the endpoint says so.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import wraps
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections

from genkan.kernel import strict_json
from genkan.kernel.errors import KeysAway
from genkan.kernel.parameters import Form, Unreadable, bearer_of, parse_form
from genkan.kernel.wall import for_everybody

__all__ = [
    "FORM_TYPE",
    "PRIVATE",
    "RETRY_AFTER",
    "Application",
    "Environ",
    "Form",
    "HeldAnswer",
    "StartResponse",
    "Unreadable",
    "address_of",
    "bearer_of",
    "bearer_token",
    "endpoint",
    "give_back_connection",
    "parse_form",
    "query_of",
    "read_body",
    "read_form",
    "respond",
    "respond_json",
    "respond_method_not_allowed",
    "taking_bodies",
]

Environ = dict[str, Any]
StartResponse = Callable[[str, list[tuple[str, str]]], object]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]

LOG = logging.getLogger(__name__)

MAX_FORM_BYTES = 64 * 1024
MAX_DRAINED_BYTES, _CHUNK_BYTES = 16_000_000, 65_536
FORM_TYPE = "application/x-www-form-urlencoded"
RETRY_AFTER = "30"
"""Seconds after which to come again where we cannot answer now."""
PRIVATE = {"Cache-Control": "no-store", "Pragma": "no-cache"}

_REASONS = {
    200: "OK",
    201: "Created",
    204: "No Content",
    302: "Found",
    303: "See Other",
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    409: "Conflict",
    413: "Content Too Large",
    415: "Unsupported Media Type",
    429: "Too Many Requests",
    500: "Internal Server Error",
    503: "Service Unavailable",
}


def read_body(environ: Environ, *, max_bytes: int) -> bytes:
    """Return the body of a request.

    Raises:
        Unreadable: it is larger than `max_bytes` (413), ends early, or its length is no number.
    """
    declared = environ.get("CONTENT_LENGTH") or ""
    if not declared:
        return _read_chunked(environ, max_bytes)
    if not (declared.isascii() and declared.isdigit()):
        raise Unreadable(400, "Content-Length is not a number")
    length = int(declared)
    if length > max_bytes:
        raise Unreadable(413, f"the body is larger than {max_bytes} bytes")
    body: bytes = environ["wsgi.input"].read(length)
    if len(body) != length:
        raise Unreadable(400, "the body ended early")
    return body


def _read_chunked(environ: Environ, max_bytes: int) -> bytes:
    """Read a body of unknown length where the server marks its end; else there is none."""
    chunked = "chunked" in environ.get("HTTP_TRANSFER_ENCODING", "").lower()
    if not (chunked or environ.get("wsgi.input_terminated")):
        return b""
    body: bytes = environ["wsgi.input"].read(max_bytes + 1)
    if len(body) > max_bytes:
        raise Unreadable(413, f"the body is larger than {max_bytes} bytes")
    return body


def read_form(environ: Environ, *, max_bytes: int = MAX_FORM_BYTES) -> Form:
    """Return the form in a request's body; an empty body is an empty form.

    Raises:
        Unreadable: another content type (415), too large (413), or not a form (400).
    """
    body = read_body(environ, max_bytes=max_bytes)
    kind = environ.get("CONTENT_TYPE", "").partition(";")[0].strip().lower()
    if body and kind != FORM_TYPE:
        raise Unreadable(415, f"the body must be {FORM_TYPE}")
    return parse_form(body)


def query_of(environ: Environ) -> bytes:
    """Return the query of a request as it came (PEP 3333 hands bytes over as latin-1)."""
    return str(environ.get("QUERY_STRING", "")).encode("latin-1", "replace")


def address_of(environ: Environ, *, proxies: int) -> str:
    """Return the address a request came from; empty where the server does not say.

    Args:
        environ: of the request.
        proxies: how many proxies of ours stand before this server, each of which adds to
            X-Forwarded-For; what somebody else wrote there is not believed.
    """
    if proxies == 0:
        return str(environ.get("REMOTE_ADDR", ""))
    forwarded = [one.strip() for one in environ.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    return str(forwarded[-proxies]) if len(forwarded) >= proxies else ""


def bearer_token(environ: Environ) -> str | None:
    """Return the token of a request's `Authorization: Bearer` header, or None."""
    return bearer_of(environ.get("HTTP_AUTHORIZATION", ""))


def respond(
    start_response: StartResponse,
    status: int,
    body: bytes,
    headers: Mapping[str, str],
) -> list[bytes]:
    """Answer. The length and `nosniff` are added; everything else is in `headers`."""
    all_headers = {
        **headers,
        "Content-Length": str(len(body)),
        "X-Content-Type-Options": "nosniff",
    }
    start_response(f"{status} {_REASONS[status]}", list(all_headers.items()))
    return [body]


def respond_json(
    start_response: StartResponse,
    status: int,
    document: Mapping[str, object],
    headers: Mapping[str, str] = PRIVATE,
) -> list[bytes]:
    """Answer with a JSON object, not to be stored unless `headers` say so."""
    body = strict_json.dumps(document)
    return respond(start_response, status, body, {"Content-Type": "application/json", **headers})


def respond_method_not_allowed(start_response: StartResponse, *allowed: str) -> list[bytes]:
    """Answer 405 and name the methods that are."""
    return respond_json(
        start_response,
        405,
        {"error": "method_not_allowed"},
        {**PRIVATE, "Allow": ", ".join(allowed)},
    )


class _Body:
    """A request's body that ends where its length says, on servers that would wait for more too."""

    def __init__(self, file: Any, length: int) -> None:  # noqa: ANN401 - a file of PEP 3333
        self._file = file
        self.left = length

    def read(self, size: int = -1) -> bytes:
        wanted = self.left if size < 0 else min(size, self.left)
        return self._taken(self._file.read(wanted)) if wanted else b""

    def readline(self, size: int = -1) -> bytes:
        wanted = self.left if size < 0 else min(size, self.left)
        return self._taken(self._file.readline(wanted)) if wanted else b""

    def readlines(self, hint: int = -1) -> list[bytes]:
        return list(self) if hint < 0 else self.read(hint).splitlines(keepends=True)

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.readline, b"")

    def _taken(self, data: bytes) -> bytes:
        self.left = self.left - len(data) if data else 0
        return data


def taking_bodies(application: Application) -> Application:
    """Let an application answer without reading the body it was sent.

    What is left of a body is read before the answer goes out, up to `MAX_DRAINED_BYTES`: a server
    closes a connection on which a body lies unread, and the client's next request is lost with it.
    """

    def call(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        length = environ.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal() or int(length) == 0:
            return application(environ, start_response)
        body = _Body(environ["wsgi.input"], int(length))
        answer = application({**environ, "wsgi.input": body}, start_response)
        limit = MAX_DRAINED_BYTES
        while limit > 0 and (taken := body.read(min(limit, _CHUNK_BYTES))):
            limit -= len(taken)
        return answer

    return call


class HeldAnswer:
    """A body whose `close` lets go of what is held while it is handed over (PEP 3333)."""

    def __init__(self, body: Iterable[bytes], let_go: Callable[[], None]) -> None:
        self._body = body
        self._let_go = let_go

    def __iter__(self) -> Iterator[bytes]:
        yield from self._body

    def close(self) -> None:
        """Let a waiting withdrawal go on."""
        self._let_go()

    def __del__(self) -> None:
        """Let go even where a server dropped the answer without closing it."""
        self._let_go()


def give_back_connection() -> None:
    """Give Django's connection back to the pool, unless a transaction around us needs it."""
    here = connections[DEFAULT_DB_ALIAS]  # `connection` looks this up for each of its members
    if here.connection is not None and not here.in_atomic_block:
        here.close()


def endpoint(*methods: str) -> Callable[[Application], Application]:
    """Make a WSGI callable an endpoint: it takes these methods, and gives its connection back.

    Where the keeper of the keys is away it answers 503. Any other fault is logged with its trace
    and answered 500 without a word about the inside.
    """

    def decorate(answer: Application) -> Application:
        @wraps(answer)
        def call(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
            if environ["REQUEST_METHOD"] not in methods:
                return respond_method_not_allowed(start_response, *methods)
            give_back_connection()
            try:
                with for_everybody("a release is decided by consents, whoever it is about"):
                    return answer(environ, start_response)
            except KeysAway as away:
                headers = {**PRIVATE, "Retry-After": RETRY_AFTER}
                return respond_json(start_response, away.status, {"error": away.code}, headers)
            except Exception:
                LOG.exception("kernel.endpoint_failed", extra={"path": environ.get("PATH_INFO")})
                return respond_json(start_response, 500, {"error": "server_error"})
            finally:
                give_back_connection()

        return call

    return decorate
