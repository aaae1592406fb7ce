"""Calls to other people's addresses, so that nobody makes us call our own network.

https only, no redirects, a short time limit, a small answer; the host is resolved once, every
address must be public, and the connection goes to the address that was checked (SSO.md P0.18).

Where the settings allow loopback (never in production), an address on this machine may be http, and
an https one may show a certificate that nobody vouches for: a test suite makes its own.
"""

import socket
import ssl
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from threading import Timer
from typing import Any
from urllib.parse import SplitResult, urlsplit

import httpx

TIMEOUT_SECONDS = 5.0
"""To connect, to send, for the next bytes of an answer, and for its whole body."""
WHOLE_CALLS = 2
"""How often that long a whole call may take: a neighbour may drip headers, too."""
ANSWER_BYTES = 65_536

_UNICAST = IPv6Network("2000::/3")
_SIX_TO_FOUR = IPv6Network("2002::/16")
_NAT64 = IPv6Network("64:ff9b::/96")


class AddressRefused(Exception):
    """The address is not one we call: its text says why, without the address."""


class Unreachable(Exception):
    """The neighbour did not answer in time or in order."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: status and at most 64 KiB of body."""

    status: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Target:
    """An address that was checked: where to connect, and under which name.

    Attributes:
        is_near: it is on this machine, and the settings allow that.
    """

    url: httpx.URL
    host: str
    authority: str
    is_near: bool


def checked(url: str, *, allow_loopback: bool) -> Target:
    """Resolve an address and check that we may call it.

    Args:
        url: where to.
        allow_loopback: whether http and loopback addresses are fine (never in production).

    Raises:
        AddressRefused: not https, no host, credentials in it, or not a public address.
        Unreachable: the name does not resolve.
    """
    parts, port = _parsed(url)
    host = parts.hostname
    if not host or "@" in parts.netloc or parts.scheme not in {"https", "http"}:
        raise AddressRefused("not a plain web address")
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unreachable("the name does not resolve") from error
    addresses = {ip_address(entry[4][0]) for entry in found}
    near = allow_loopback and all(address.is_loopback for address in addresses)
    if not near and parts.scheme != "https":
        raise AddressRefused("not https")
    if not near and not all(map(is_public, addresses)):
        raise AddressRefused("not a public address")
    address = min(addresses, key=lambda one: (one.version, str(one)))
    return Target(httpx.URL(url).copy_with(host=str(address)), host, parts.netloc, near)


def _parsed(url: str) -> tuple[SplitResult, int]:
    """Return the parts of an address and its port."""
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        httpx.URL(url)
    except (ValueError, httpx.InvalidURL) as error:
        raise AddressRefused("not a plain web address") from error
    return parts, port


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether an address is of the public internet, whatever it is wrapped in.

    Source:
        IANA special-purpose registries; RFC 6052 (NAT64 holds an IPv4 address in its last four
        bytes), RFC 7526 (6to4 is deprecated, and would lead to any IPv4 address).
    """
    if isinstance(address, IPv6Address):
        if address in _NAT64:
            return is_public(IPv4Address(int(address) & 0xFFFF_FFFF))
        if address not in _UNICAST or address in _SIX_TO_FOUR:
            return False
    return address.is_global and not address.is_multicast


def post(url: str, *, content: bytes, headers: Mapping[str, str], allow_loopback: bool) -> Answer:
    """POST `content` and return the answer, whatever its status; raises as `get`."""
    return _call("POST", url, content, headers, allow_loopback=allow_loopback)


def get(url: str, *, headers: Mapping[str, str], allow_loopback: bool) -> Answer:
    """GET and return the answer, whatever its status.

    Raises:
        AddressRefused: see `checked`.
        Unreachable: no answer within 5 s, not all of its headers within 10, or not HTTP.
    """
    return _call("GET", url, b"", headers, allow_loopback=allow_loopback)


def _call(
    method: str, url: str, content: bytes, headers: Mapping[str, str], *, allow_loopback: bool
) -> Answer:
    target = checked(url, allow_loopback=allow_loopback)
    sent = {
        **headers,
        "Host": target.authority,
        "User-Agent": "Genkan",
        "Accept-Encoding": "identity",
    }
    watch = _Watch(WHOLE_CALLS * TIMEOUT_SECONDS)
    try:
        with (
            watch,
            httpx.Client(
                timeout=TIMEOUT_SECONDS,
                follow_redirects=False,
                trust_env=False,
                verify=_trusted(target),
            ) as client,
            client.stream(
                method,
                target.url,
                content=content,
                headers=sent,
                extensions={"sni_hostname": target.host, "trace": watch.see},
            ) as response,
        ):
            return Answer(response.status_code, _start_of(response))
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise Unreachable(type(error).__name__) from error


class _Watch:
    """Hangs up when a call has taken too long, whatever it is waiting for."""

    def __init__(self, seconds: float) -> None:
        self._timer = Timer(seconds, self._hang_up)
        self._timer.daemon = True
        self._socket: socket.socket | None = None

    def __enter__(self) -> None:
        self._timer.start()

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()

    def see(self, name: str, seen: Mapping[str, Any]) -> None:
        """Note the connection: httpx tells what it does, by name (its `trace` extension)."""
        if name in {"connection.connect_tcp.complete", "connection.start_tls.complete"}:
            self._socket = seen["return_value"].get_extra_info("socket")

    def _hang_up(self) -> None:
        if self._socket is not None:
            with suppress(OSError):
                # Of the socket itself: over TLS it would wait for a farewell.
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)


def _trusted(target: Target) -> ssl.SSLContext:
    """Return whose certificates are believed: on this machine anybody's, as http would be."""
    context = httpx.create_ssl_context(trust_env=False)
    if target.is_near:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _start_of(response: httpx.Response) -> bytes:
    """Return what came of a body within the limits: a neighbour may drip, we do not wait."""
    end = time.monotonic() + TIMEOUT_SECONDS
    body = b""
    for chunk in response.iter_raw():
        body += chunk
        if len(body) >= ANSWER_BYTES or time.monotonic() > end:
            break
    return body[:ANSWER_BYTES]
