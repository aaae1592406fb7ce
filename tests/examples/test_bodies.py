"""A body that nobody reads: the answer comes, and the connection serves the next request."""

import socket
import time
from urllib.parse import urlsplit

import pytest

from tests.raw_http import answer

BODY = b"x" * 2_000_000


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
