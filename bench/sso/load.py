"""The load: prepared requests over connections that stay open, one outstanding on each.

One thread, raw sockets and epoll, nothing parsed but the end of an answer: about 25 µs a
request, so that the server's core is the one that is full.
"""

import gc
import select
import socket
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

END_OF_HEAD = b"\r\n\r\n"
LENGTH = b"content-length:"
LARGEST = 1 << 18
PATIENCE = 60.0


class Failed(Exception):
    """A provider did not answer as it should; a figure would mean nothing."""


@dataclass
class Heard:
    """Every answer, in the order in which they came.

    Attributes:
        seconds: from the first request to the last answer.
        waits: seconds of each request.
    """

    seconds: float = 0.0
    waits: list[float] = field(default_factory=list)
    answers: list[bytes] = field(default_factory=list)


@dataclass
class _Line:
    """A connection and what it waits for."""

    socket: socket.socket
    since: float = 0.0
    heard: bytes = b""


def drive(port: int, requests: Sequence[bytes], connections: int) -> Heard:
    """Send every request once, as many at a time as there are connections.

    Raises:
        Failed: a connection was closed, or no answer came within a minute.
    """
    lines = [_Line(_opened(port)) for _ in range(min(connections, len(requests)))]
    gc.collect()
    gc.disable()
    try:
        return _driven(lines, iter(requests), len(requests))
    finally:
        gc.enable()
        for line in lines:
            line.socket.close()


def _opened(port: int) -> socket.socket:
    made = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return made


def _driven(lines: list[_Line], requests: Iterator[bytes], number: int) -> Heard:
    heard = Heard()
    by_file = {line.socket.fileno(): line for line in lines}
    clock = time.perf_counter
    with select.epoll() as poll:
        begin = clock()
        for file, line in by_file.items():
            poll.register(file, select.EPOLLIN)
            line.since = clock()
            line.socket.sendall(next(requests))
        while len(heard.answers) < number:
            ready = poll.poll(PATIENCE)
            if not ready:
                raise Failed(f"no answer for {PATIENCE:.0f} s")
            for file, _ in ready:
                line = by_file[file]
                _listen(line)
                if not complete(line.heard):
                    continue
                now = clock()
                heard.waits.append(now - line.since)
                heard.answers.append(line.heard)
                line.heard = b""
                following = next(requests, None)
                if following is not None:
                    line.since = now
                    line.socket.sendall(following)
        heard.seconds = clock() - begin
    return heard


def _listen(line: _Line) -> None:
    data = line.socket.recv(LARGEST)
    if not data:
        raise Failed(f"the connection was closed after {line.heard[:300]!r}")
    line.heard += data


def complete(answer: bytes) -> bool:
    """Whether an answer has come to its end (RFC 9112 section 6.3)."""
    head, end, body = answer.partition(END_OF_HEAD)
    if not end:
        return False
    at = head.lower().find(LENGTH)
    if at < 0:
        return body.endswith(b"0\r\n\r\n")
    return len(body) >= int(head[at + len(LENGTH) :].split(b"\r", 1)[0])


def body_of(answer: bytes) -> bytes:
    """Return the body of an answer whose length was given.

    Raises:
        Failed: it is no 200.
    """
    if not answer.startswith(b"HTTP/1.1 200"):
        raise Failed(f"an answer was {answer[:600]!r}")
    return answer.partition(END_OF_HEAD)[2]


def get(path: str, *headers: str) -> bytes:
    """Return a GET request as bytes."""
    lines = (f"GET {path} HTTP/1.1", "Host: 127.0.0.1", *headers, "", "")
    return "\r\n".join(lines).encode()


def post(path: str, form: str, *headers: str) -> bytes:
    """Return a POST request of a form as bytes."""
    kind = "Content-Type: application/x-www-form-urlencoded"
    length = f"Content-Length: {len(form)}"
    lines = (f"POST {path} HTTP/1.1", "Host: 127.0.0.1", kind, length, *headers, "", form)
    return "\r\n".join(lines).encode()
