"""A proxy that ends TLS as install.md says: Host as it came, X-Forwarded-* its own."""

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx

from tests.conformance.authority import Authority

PASSED_ON_NEVER = {"connection", "transfer-encoding", "content-length", "date", "server"}
OURS = {"x-forwarded-for", "x-forwarded-proto", "connection"}


@contextmanager
def ending_tls(authority: Authority, *, port: int, behind: int) -> Iterator[None]:
    """Take HTTPS in at `port` and pass plain HTTP to `behind`."""
    server = _Server(("127.0.0.1", port), _Handler)
    server.inside = f"http://127.0.0.1:{behind}"
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority.certificate, authority.key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    inside = ""


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self._pass_on(b"")

    def do_POST(self) -> None:
        self._pass_on(self.rfile.read(int(self.headers.get("Content-Length", 0))))

    def _pass_on(self, body: bytes) -> None:
        sent = [(name, value) for name, value in self.headers.items() if name.lower() not in OURS]
        sent += [("X-Forwarded-Proto", "https"), ("X-Forwarded-For", self.client_address[0])]
        url = f"{self.server.inside}{self.path}"
        try:
            answer = httpx.request(
                self.command, url, content=body, headers=sent, timeout=30, trust_env=False
            )
        except httpx.HTTPError:
            self.send_error(502)
            return
        self.send_response(answer.status_code)
        for name, value in answer.headers.multi_items():
            if name not in PASSED_ON_NEVER:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.content)))
        self.end_headers()
        self.wfile.write(answer.content)

    def log_message(self, *_arguments: object) -> None:
        """Addresses with codes in them are no help in a failed test."""
