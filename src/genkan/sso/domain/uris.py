"""One spelling for each address, to compare what a client says with what we are.

Source:
    RFC 3986 sections 6.2.2 and 6.2.3: case, percent-encoding, dot segments, default port.
"""

import re

MAX_LENGTH = 2_000
_SHAPE = re.compile(
    r"(?P<scheme>https?)://(?P<host>[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])"
    r"(?::(?P<port>[0-9]{0,5}))?(?P<path>/[^?#]*)?(?:\?[^#]*)?(?:#.*)?",
    re.ASCII | re.IGNORECASE,
)
_PATH = re.compile(r"(?:[A-Za-z0-9\-._~/!$&'()*+,;=:@]|%[0-9A-Fa-f]{2})*", re.ASCII)
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})", re.ASCII)
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_DEFAULT_PORTS = {"http": "80", "https": "443"}


def normalised(uri: str) -> str | None:
    """Return an http(s) address in its one spelling, without query and fragment.

    None is for whatever is not such an address, for one that names a user as well.
    """
    found = _SHAPE.fullmatch(uri) if len(uri) <= MAX_LENGTH else None
    if found is None or not _PATH.fullmatch(found["path"] or ""):
        return None
    scheme = found["scheme"].lower()
    port = (found["port"] or "").lstrip("0")
    authority = found["host"].lower()
    if port and port != _DEFAULT_PORTS[scheme]:
        authority = f"{authority}:{port}"
    path = _without_dots(_ESCAPE.sub(_unescaped, found["path"] or "/"))
    return f"{scheme}://{authority}{path}"


def _unescaped(escape: re.Match[str]) -> str:
    """Return an unreserved character as itself, any other escape in upper case."""
    character = chr(int(escape[1], 16))
    return character if character in _UNRESERVED else escape[0].upper()


def _without_dots(path: str) -> str:
    """Return a path that begins with a slash without its dot segments (section 5.2.4)."""
    *parents, last = path.split("/")[1:]
    kept: list[str] = []
    for segment in [*parents, last]:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    if last in {".", ".."}:
        kept.append("")
    return "/" + "/".join(kept)
