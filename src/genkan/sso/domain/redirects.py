"""Addresses a client may be sent back to: what can be registered, and what matches.

Source:
    RFC 9700 section 2.1 and 4.1 (exact comparison), RFC 8252 section 7.3 (loopback, any port).
"""

import re
from collections.abc import Callable, Iterable, Mapping
from urllib.parse import quote

MAX_URI_LENGTH = 2000
RESPONSE_PARAMETERS = frozenset(
    {"code", "state", "iss", "error", "error_description", "error_uri", "response", "session_state"}
)
"""Names that we add to a redirect ourselves; a registered address may not carry them."""

_ALLOWED = re.compile(r"[A-Za-z0-9\-._~:/?\[\]@!$&'()+,;=%]+", re.ASCII)
_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_HIDDEN_CONTROL = re.compile(r"%(?:[01][0-9A-Fa-f]|7[Ff])")
_HIDDEN_SEPARATOR = re.compile(r"%(?:5[Cc]|2[EeFf])")
_SHAPE = re.compile(
    r"(?P<scheme>https?)://(?P<host>[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])"
    r"(?::(?P<port>[1-9][0-9]{0,4}))?(?P<path>/[^?#]*)?(?P<query>\?[^#]*)?",
    re.ASCII,
)
_LOOPBACK = re.compile(
    r"(?P<host>http://(?:127\.0\.0\.1|\[::1\]))(?::(?P<port>[1-9][0-9]{0,4}))?(?P<rest>[/?].*)?",
    re.ASCII,
)
_NEAR = ("127.0.0.1", "[::1]", "localhost")
_MAX_PORT = 65535


Rule = tuple[Callable[[str], object], str]


def _parts(uri: str) -> re.Match[str]:
    found = _SHAPE.fullmatch(uri)
    assert found is not None, "the rule on the shape comes first"
    return found


def _is_far_http(uri: str) -> bool:
    return _parts(uri)["scheme"] == "http" and _parts(uri)["host"] not in _NEAR


def _hides_segments(uri: str) -> bool:
    path = _parts(uri)["path"] or ""
    return bool({".", ".."} & set(path.split("/")) or _HIDDEN_SEPARATOR.search(path))


def _taken_names(uri: str) -> frozenset[str]:
    pairs = (_parts(uri)["query"] or "").removeprefix("?").split("&")
    return RESPONSE_PARAMETERS & {pair.partition("=")[0] for pair in pairs}


RULES: tuple[Rule, ...] = (
    (lambda uri: len(uri) > MAX_URI_LENGTH, f"is longer than {MAX_URI_LENGTH} characters"),
    (lambda uri: "#" in uri, "has a fragment"),
    (lambda uri: not _ALLOWED.fullmatch(uri), "has characters that RFC 3986 has not, or wildcards"),
    (_BAD_ESCAPE.search, "has a percent sign that begins no escape"),
    (_HIDDEN_CONTROL.search, "has an escaped control character"),
    (lambda uri: not _SHAPE.fullmatch(uri), "is not https://host[:port][/path][?query]"),
    (lambda uri: ".." in _parts(uri)["host"], "has a host with two dots in a row"),
    (lambda uri: int(_parts(uri)["port"] or 1) > _MAX_PORT, "has a port that does not exist"),
    (_is_far_http, "is http, which is for loopback addresses alone"),
    (_hides_segments, "has dot segments, or escapes that hide a dot, a slash or a backslash"),
    (_taken_names, "has a query with a name that our answer uses"),
)
"""What must not be true of an address, in order, and how that is said."""


def why_not_registrable(uri: str) -> str | None:
    """Return why an address cannot be registered, or None if it can."""
    return next((why for is_broken, why in RULES if is_broken(uri)), None)


def matches(asked: str, registered: Iterable[str]) -> bool:
    """Whether `asked` is one of the registered addresses, character by character.

    The one exception is RFC 8252's: for `http://127.0.0.1` and `http://[::1]` the port may be any.
    """
    known = frozenset(registered)
    if asked in known:
        return True
    loopback = _without_port(asked)
    return loopback is not None and loopback in {_without_port(uri) for uri in known}


def _without_port(uri: str) -> tuple[str, str] | None:
    found = _LOOPBACK.fullmatch(uri)
    if found is None or (found["port"] and int(found["port"]) > _MAX_PORT):
        return None
    return found["host"], found["rest"] or ""


def with_parameters(uri: str, parameters: Mapping[str, str]) -> str:
    """Return the address with parameters added to its query, every value escaped."""
    added = "&".join(
        f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in parameters.items()
    )
    if not added:
        return uri
    return f"{uri}{'&' if '?' in uri else '?'}{added}"
