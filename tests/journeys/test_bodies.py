"""A body that the portal does not read: the answer comes, and the connection serves on."""

import socket
import time
from urllib.parse import urlsplit

import pytest

pytestmark = pytest.mark.stack
BODY = b"x" * 2_000_000


def answer(connection) -> bytes:
    """One answer with a length: its status line."""
    received = b""
    while b"\r\n\r\n" not in received:
        more = connection.recv(65_536)
        assert more, "the connection was closed without an answer"
        received += more
    head, body = received.split(b"\r\n\r\n", 1)
    (length,) = (line for line in head.split(b"\r\n") if line.lower().startswith(b"content-length"))
    while len(body) < int(length.split(b":")[1]):
        body += connection.recv(65_536)
    return head.split(b"\r\n")[0]


@pytest.mark.parametrize(
    ("path", "status"),
    [("/accounts/login/", b" 403 "), ("/oauth2/jwks", b" 405 "), ("/nowhere", b" 404 ")],
    ids=["form", "hot-path", "nowhere"],
)
def test_a_body_that_nobody_reads_costs_no_connection(demo, path, status):
    where = urlsplit(demo.portal)
    head = f"POST {path} HTTP/1.1\r\nHost: {where.netloc}\r\nContent-Length: {len(BODY)}\r\n\r\n"
    with socket.create_connection((where.hostname, where.port), timeout=60) as connection:
        connection.sendall(head.encode())
        time.sleep(0.2)  # an answer that does not wait for the body is out by now
        connection.sendall(BODY)
        assert status in answer(connection)
        connection.sendall(f"GET /healthz HTTP/1.1\r\nHost: {where.netloc}\r\n\r\n".encode())
        assert b" 200 " in answer(connection)
