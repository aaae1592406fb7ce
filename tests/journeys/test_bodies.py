"""A body that the portal does not read: the answer comes, and the connection serves on."""

import socket
import time
from urllib.parse import urlsplit

import pytest
from tests.raw_http import answer

pytestmark = pytest.mark.stack
BODY = b"x" * 2_000_000


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
