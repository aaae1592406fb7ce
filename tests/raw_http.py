"""HTTP on a bare connection, for requests that no client would send."""


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
