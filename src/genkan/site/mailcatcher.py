"""A mail server that delivers nothing and a page to read what it caught; for demo and tests.

It keeps the newest mails in memory only, and serves them on loopback only.
"""

import html
import json
import signal
import threading
from collections import deque
from dataclasses import asdict, dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from typing_extensions import override

from genkan.kernel import clock

LOOPBACK = "127.0.0.1"
KEPT = 500
MAIL_POLICY = "default-src 'none'; style-src 'unsafe-inline'"

PAGE = """<!DOCTYPE html><html lang="ja"><head><meta charset="utf-8"><title>メール（デモ）</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>body{{font-family:system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem;
line-height:1.7}}article{{border:1px solid #767676;border-radius:8px;padding:1rem;margin:1rem 0}}
pre{{white-space:pre-wrap;overflow-wrap:anywhere;font:inherit}}h2{{font-size:1.1rem;margin:0}}</style>
</head><body><h1>届いたメール（デモ用）</h1><p>このデモが送ったメールは、外に出ずここに届きます。</p>
{mails}</body></html>"""
MAIL = """<article><h2>{subject}</h2><p>{recipients}<br><small>{received_at}</small></p>
<pre>{text}</pre></article>"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One caught mail."""

    sender: str
    recipients: list[str]
    subject: str
    text: str
    received_at: str


class Catcher:
    """Takes mails from aiosmtpd and keeps the newest."""

    def __init__(self) -> None:
        self.mails: deque[Mail] = deque(maxlen=KEPT)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """Keep a mail and accept it."""
        self.mails.appendleft(_read(envelope, clock.now()))
        return "250 OK"


def _read(envelope: Envelope, now: datetime) -> Mail:
    content = envelope.content if isinstance(envelope.content, bytes) else b""
    message = message_from_bytes(content, policy=policy.default)
    assert isinstance(message, EmailMessage)
    body = message.get_body(("plain", "html"))
    return Mail(
        sender=envelope.mail_from or "",
        recipients=[str(one) for one in envelope.rcpt_tos],
        subject=str(message["subject"] or ""),
        text=str(body.get_content()) if body else "",
        received_at=now.isoformat(timespec="seconds"),
    )


def run(*, smtp_port: int, page_port: int) -> None:
    """Catch and show mails until told to stop."""
    catcher = Catcher()
    server = Controller(catcher, hostname=LOOPBACK, port=smtp_port)
    server.start()
    page = ThreadingHTTPServer((LOOPBACK, page_port), _handler(catcher))
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    threading.Thread(target=page.serve_forever, daemon=True).start()
    stop.wait()
    page.shutdown()
    server.stop()


def _handler(catcher: Catcher) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        """Answers with the page, or the mails as JSON at /messages.json."""

        def do_GET(self) -> None:
            """Answer a request."""
            mails = list(catcher.mails)
            if self.path == "/messages.json":
                body = json.dumps([asdict(mail) for mail in mails], ensure_ascii=False)
                self._send("application/json", body)
            elif self.path in {"/", "/healthz"}:
                self._send("text/html", PAGE.format(mails=_as_html(mails)))
            else:
                self.send_error(HTTPStatus.NOT_FOUND)

        def _send(self, kind: str, body: str) -> None:
            content = body.encode()
            self.send_response(HTTPStatus.OK)
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.send_header("Content-Length", str(len(content)))
            self.send_header("Cache-Control", "no-store")
            self.send_header("Content-Security-Policy", MAIL_POLICY)
            self.end_headers()
            self.wfile.write(content)

        @override
        def log_message(self, format: str, *args: object) -> None:
            """Say nothing: addresses do not belong in a log."""

    return Handler


def _as_html(mails: list[Mail]) -> str:
    if not mails:
        return "<p>まだメールはありません。</p>"
    return "".join(
        MAIL.format(
            subject=html.escape(mail.subject),
            recipients=html.escape(", ".join(mail.recipients)),
            received_at=html.escape(mail.received_at),
            text=html.escape(mail.text),
        )
        for mail in mails
    )
