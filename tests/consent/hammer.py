"""Services that ask for a resident's data without a pause while the resident stops.

One thread watches all connections with one selector. What `select` reports together has arrived in
an order that nobody can tell; what it reports later has arrived later. So "after" needs no clock
and no luck with threads: an answer came after the withdrawal's if it began in a later report.
"""

import json
import re
import selectors
import socket
from base64 import urlsafe_b64decode
from dataclasses import dataclass, field

SERVICES = 4
AFTERWARDS = 2
"""Requests that each service sends after it has seen the withdrawal answered."""
TIMEOUT_SECONDS = 30


@dataclass(frozen=True)
class Answer:
    """An answer: in which report its first byte came, and in which one its request had left."""

    status: int
    body: bytes
    asked: int
    began: int

    @property
    def provision(self) -> str:
        """The record that the data came with."""
        payload = self.body.split(b".")[1]
        return json.loads(urlsafe_b64decode(payload + b"=" * (-len(payload) % 4)))["provision"]


@dataclass
class Line:
    """A connection that is kept open, one request at a time."""

    port: int
    request: bytes
    wire: socket.socket | None = None
    asked: int = 0
    began: int | None = None
    buffer: bytes = b""

    def __post_init__(self):
        self.wire = socket.create_connection(("127.0.0.1", self.port), timeout=TIMEOUT_SECONDS)
        self.wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, report: int) -> None:
        self.asked, self.began, self.buffer = report, None, b""
        self.wire.sendall(self.request)

    def heard(self, report: int) -> Answer | None:
        """Read what has come; the answer, if that was all of it."""
        if self.began is None:
            self.began = report
        came = self.wire.recv(65_536)
        assert came, "the server hung up"
        self.buffer += came
        head, gap, body = self.buffer.partition(b"\r\n\r\n")
        length = re.search(rb"(?i)^content-length: *(\d+)", head, re.MULTILINE)
        if not gap or len(body) < int(length[1] if length else 0):
            return None
        return Answer(int(head.split(b" ")[1]), body, self.asked, self.began)


@dataclass
class Round:
    """One resident's services, which pull all the time, and the resident, who stops once.

    Attributes:
        answers: what the services heard; `stopped`: what the resident heard.
        report: how often the selector has reported so far.
    """

    pulls: list[Line]
    resident: Line
    answers: list[Answer] = field(default_factory=list)
    stopped: Answer | None = None
    report: int = 0
    has_asked: bool = False

    def run(self, *, after: int) -> None:
        """Play until each service has asked in vain; the resident stops after so many answers."""
        with selectors.DefaultSelector() as selector:
            for line in (*self.pulls, self.resident):
                selector.register(line.wire, selectors.EVENT_READ, line)
            for line in self.pulls:
                line.ask(self.report)
            while not self.is_done():
                if len(self.answers) >= after and not self.has_asked:
                    self.resident.ask(self.report)
                    self.has_asked = True
                ready = selector.select(TIMEOUT_SECONDS)
                assert ready, "nothing came"
                self.report += 1
                for key, _ in ready:
                    self.hear(key.data)
        for line in (*self.pulls, self.resident):
            line.wire.close()

    def hear(self, line: Line) -> None:
        """Read what a line has to say; a service asks again at once."""
        answer = line.heard(self.report)
        if answer is None:
            return
        if line is self.resident:
            self.stopped = answer
        else:
            self.answers.append(answer)
            line.ask(self.report)

    def is_done(self) -> bool:
        """Whether enough was asked after the stop was answered."""
        if self.stopped is None:
            return False
        late = [one for one in self.answers if one.asked >= self.stopped.began]
        return len(late) >= len(self.pulls) * AFTERWARDS


def a_round(port: int, pull: bytes, stop: bytes, *, after: int) -> Round:
    """Let services pull all the time, and the resident stop once `after` answers have come."""
    played = Round([Line(port, pull) for _ in range(SERVICES)], Line(port, stop))
    played.run(after=after)
    return played
