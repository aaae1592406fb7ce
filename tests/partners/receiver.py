"""A partner's webhook receiver: a real server in a thread, which remembers what came."""

from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread

import httpx


@dataclass
class Receiver:
    """What came, and how the next calls are answered."""

    url: str = ""
    came: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    status: int = 204
    headers: dict[str, str] = field(default_factory=dict)
    go_on: Event = field(default_factory=Event)
    lock: Lock = field(default_factory=Lock)

    @property
    def ids(self) -> list[str]:
        return [headers["webhook-id"] for headers, _ in self.came]


@contextmanager
def a_receiver():
    """Run a receiver that answers at once; clear `go_on` to make it wait."""
    receiver = Receiver()
    receiver.go_on.set()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            with receiver.lock:
                receiver.came.append(({k.lower(): v for k, v in self.headers.items()}, body))
            receiver.go_on.wait(5)
            self.send_response(receiver.status)
            for name, value in receiver.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def do_GET(self):
            self.do_POST()

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver.url = f"http://127.0.0.1:{server.server_port}/webhook"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield receiver
    finally:
        receiver.go_on.set()
        server.shutdown()
        thread.join()
        server.server_close()


def nobody_listens() -> str:
    """An address at which nobody answers."""
    with a_receiver() as gone:
        pass
    with httpx.Client(trust_env=False) as client:
        try:
            client.post(gone.url)
        except httpx.ConnectError:
            return gone.url
    raise AssertionError("somebody took the port")
