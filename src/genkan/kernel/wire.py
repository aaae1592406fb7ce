"""Bytes in, bytes out: what the plain WSGI endpoints in front of Django share.

Reading is strict: a body has a limit, a form has valid escapes and UTF-8, and a name that occurs
twice is remembered as such, so that an endpoint can refuse it. Writing never lets anybody store or
sniff an answer unless the endpoint says so.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_to_bytes

Environ = dict[str, Any]
StartResponse = Callable[[str, list[tuple[str, str]]], object]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]

MAX_FORM_BYTES = 64 * 1024
MAX_FIELDS = 100
FORM_TYPE = "application/x-www-form-urlencoded"
PRIVATE = {"Cache-Control": "no-store", "Pragma": "no-cache"}

_BAD_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_BEARER = re.compile(r"(?i:bearer) +([A-Za-z0-9\-._~+/]+=*)", re.ASCII)
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


class Unreadable(Exception):
    """A request that cannot be taken in: too large, of another type, or not what its type says.

    Attributes:
        status: 400, 413 or 415.
    """

    def __init__(self, status: int, description: str) -> None:
        super().__init__(description)
        self.status = status


@dataclass(frozen=True, slots=True)
class Form:
    """Fields of a form or a query.

    Attributes:
        values: by name; a field without a value counts as absent (RFC 6749 section 3.1).
        repeated: names that occur more than once; `values` holds the first.
    """

    values: Mapping[str, str]
    repeated: frozenset[str] = frozenset()

    def get(self, name: str) -> str | None:
        """Return the field's value, or None."""
        return self.values.get(name)


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


def parse_form(raw: bytes) -> Form:
    """Return the fields of `application/x-www-form-urlencoded` bytes, of a body or a query.

    Raises:
        Unreadable: more than 100 fields, a broken escape, bytes that are no UTF-8, or a NUL.
    """
    values: dict[str, str] = {}
    repeated: set[str] = set()
    pairs = [pair for pair in raw.split(b"&") if pair]
    if len(pairs) > MAX_FIELDS:
        raise Unreadable(400, f"more than {MAX_FIELDS} fields")
    for pair in pairs:
        name, _, value = (_decoded(part) for part in pair.partition(b"="))
        if not value:
            continue
        if name in values:
            repeated.add(name)
        values.setdefault(name, value)
    return Form(values, frozenset(repeated))


def _decoded(part: bytes) -> str:
    if _BAD_ESCAPE.search(part):
        raise Unreadable(400, "a percent sign does not begin an escape")
    try:
        text = unquote_to_bytes(part.replace(b"+", b" ")).decode()
    except UnicodeDecodeError as error:
        raise Unreadable(400, "the form is not UTF-8") from error
    if "\0" in text:
        raise Unreadable(400, "a field holds a NUL")
    return text


def query_of(environ: Environ) -> bytes:
    """Return the query of a request as it came (PEP 3333 hands bytes over as latin-1)."""
    return str(environ.get("QUERY_STRING", "")).encode("latin-1", "replace")


def bearer_token(environ: Environ) -> str | None:
    """Return the token of an `Authorization: Bearer` header, or None (RFC 6750 section 2.1)."""
    found = _BEARER.fullmatch(environ.get("HTTP_AUTHORIZATION", "").strip())
    return found[1] if found else None


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
    body = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    return respond(start_response, status, body, {"Content-Type": "application/json", **headers})


def respond_method_not_allowed(start_response: StartResponse, *allowed: str) -> list[bytes]:
    """Answer 405 and name the methods that are."""
    return respond_json(
        start_response,
        405,
        {"error": "method_not_allowed"},
        {**PRIVATE, "Allow": ", ".join(allowed)},
    )
