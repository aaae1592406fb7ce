"""Calls to other people's addresses, so that nobody makes us call our own network.

https only, no redirects, a short time limit, a small answer; the host is resolved once, every
address must be public, and the connection goes to the address that was checked (SSO.md P0.18).
"""

import ipaddress
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx

TIMEOUT_SECONDS = 5.0
ANSWER_BYTES = 65_536


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
    """An address that was checked: where to connect, and under which name."""

    url: httpx.URL
    host: str
    authority: str


def checked(url: str, *, allow_loopback: bool) -> Target:
    """Resolve an address and check that we may call it.

    Args:
        url: where to.
        allow_loopback: whether http and loopback addresses are fine (never in production).

    Raises:
        AddressRefused: not https, no host, credentials in it, or not a public address.
        Unreachable: the name does not resolve.
    """
    parts = urlsplit(url)
    host = parts.hostname
    if not host or parts.username or parts.scheme not in {"https", "http"}:
        raise AddressRefused("not a plain web address")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unreachable("the name does not resolve") from error
    addresses = {ipaddress.ip_address(entry[4][0]) for entry in found}
    near = allow_loopback and all(address.is_loopback for address in addresses)
    if not near and parts.scheme != "https":
        raise AddressRefused("not https")
    if not near and not all(address.is_global for address in addresses):
        raise AddressRefused("not a public address")
    address = min(addresses, key=lambda one: (one.version, str(one)))
    return Target(httpx.URL(url).copy_with(host=str(address)), host, parts.netloc)


def post(url: str, *, content: bytes, headers: Mapping[str, str], allow_loopback: bool) -> Answer:
    """POST `content` and return the answer, whatever its status.

    Raises:
        AddressRefused: see `checked`.
        Unreachable: no answer within 5 s, or not HTTP.
    """
    target = checked(url, allow_loopback=allow_loopback)
    sent = {**headers, "Host": target.authority, "User-Agent": "Genkan"}
    try:
        with (
            httpx.Client(
                timeout=TIMEOUT_SECONDS, follow_redirects=False, trust_env=False
            ) as client,
            client.stream(
                "POST",
                target.url,
                content=content,
                headers=sent,
                extensions={"sni_hostname": target.host},
            ) as response,
        ):
            body = b""
            for chunk in response.iter_bytes():
                body += chunk
                if len(body) > ANSWER_BYTES:
                    break
            return Answer(response.status_code, body[:ANSWER_BYTES])
    except httpx.HTTPError as error:
        raise Unreachable(type(error).__name__) from error
