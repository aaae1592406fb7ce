"""A body that nobody reads: the answer comes, and the connection serves the next request."""

import socket
import time
from urllib.parse import urlsplit

import pytest

BODY = b"x" * 2_000_000


def answer(connection):
    """One answer with a length: its status line and its body."""
    received = b""
    while b"\r\n\r\n" not in received:
        more = connection.recv(65_536)
        assert more, "the connection was closed without an answer"
        received += more
    head, body = received.split(b"\r\n\r\n", 1)
    lengths = [line for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
    while len(body) < int(lengths[0].split(b":")[1]):
        body += connection.recv(65_536)
    return head.split(b"\r\n")[0]


@pytest.mark.parametrize("path", ["/applications/start", "/nowhere"], ids=["sign-in", "nowhere"])
def test_a_body_that_nobody_reads_costs_no_connection(shinsei, path):
    host = urlsplit(shinsei.base_url).netloc
    head = f"POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: {len(BODY)}\r\n\r\n"
    with socket.create_connection(tuple(host.split(":")), timeout=20) as connection:
        connection.sendall(head.encode())
        time.sleep(0.2)  # an answer that does not wait for the body is out by now
        connection.sendall(BODY)
        assert b"HTTP/1.1 " in answer(connection)
        connection.sendall(f"GET /healthz HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        assert b"200" in answer(connection)
