"""Counts of what clients and residents meet, by service and day; never who met it.

The hot paths only add to a dictionary of their process. A thread writes it down every few seconds,
and once more when the process ends, so a count costs no round trip; a process that is killed loses
a few seconds of counts and nothing else. Keys are our own codes and known services, so it stays
small whatever is sent to us.
"""

import atexit
import logging
import threading
from collections import Counter
from datetime import date, datetime

from genkan.kernel.clock import day_in_japan
from genkan.kernel.ids import ServiceId
from genkan.kernel.wire import give_back_connection
from genkan.sso.store import health as store

LOG = logging.getLogger(__name__)
SIGNED_IN, REFRESHED, ISSUED = "signed_in", "refreshed", "issued"
EVERY_SECONDS = 3.0
LONGEST_CODE = 30

Key = tuple[ServiceId, str, date]


class _Tallies:
    """What this process has counted and not yet written down."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.times: Counter[Key] = Counter()
        self.last: dict[Key, datetime] = {}

    def add(self, key: Key, now: datetime) -> None:
        with self.lock:
            self.times[key] += 1
            self.last[key] = now

    def take(self) -> list[tuple[Key, int, datetime]]:
        with self.lock:
            taken = [(key, times, self.last[key]) for key, times in self.times.items()]
            self.times, self.last = Counter(), {}
        return taken

    def give_back(self, taken: list[tuple[Key, int, datetime]]) -> None:
        with self.lock:
            for key, times, last in taken:
                self.times[key] += times
                self.last[key] = max(last, self.last.get(key, last))


_tallies = _Tallies()


def note(service: ServiceId, code: str, *, now: datetime) -> None:
    """Count that something happened at a service: `SIGNED_IN` and its like, or an error's code."""
    _tallies.add((service, code[:LONGEST_CODE], day_in_japan(now)), now)


def flush() -> None:
    """Write down what was counted; what cannot be written is kept for the next time."""
    taken = _tallies.take()
    if not taken:
        return
    try:
        store.add(taken)
    except Exception:  # noqa: BLE001 - the database may be away; the thread goes on, and keeps it
        _tallies.give_back(taken)
        LOG.warning("sso.tallies_not_written")


def start() -> None:
    """Write counts down from now on, in a thread of this process, and when it ends."""
    stop = threading.Event()

    def keep_writing() -> None:
        while not stop.wait(EVERY_SECONDS):
            flush()
            give_back_connection()

    def end() -> None:
        stop.set()
        flush()

    threading.Thread(target=keep_writing, name="sso.tallies", daemon=True).start()
    atexit.register(end)
