"""A client's own web server: it publishes documents over TLS, and counts who comes."""

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from tests.certificates import speak_tls


class Publisher:
    """Answers with what stands in `documents`, by path: JSON, or a function of the handler."""

    def __init__(self, folder):
        self.documents, self.came = {}, []
        publisher = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                publisher.came.append(self.path)
                said = publisher.documents.get(self.path)
                if callable(said):
                    said(self)
                    return
                body = json.dumps(said).encode()
                self.send_response(404 if said is None else 200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._server.handle_error = lambda *_: None
        speak_tls(self._server, folder)
        self.root = f"https://127.0.0.1:{self._server.server_port}"
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()

    def close(self):
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
