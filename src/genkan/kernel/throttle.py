"""How often something failed lately, by who did it: for telling them to come back later.

Counted in this process alone, in memory: with several workers a limit is as many times as high.
"""

import time
from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock

MOST_NAMES = 10_000
"""Who is remembered; beyond that the oldest are forgotten."""


@dataclass(slots=True)
class Throttle:
    """Counts failures in windows of a minute, which begin with the first one.

    Attributes:
        limit: how many failures a minute are answered as what they are.
        seconds: length of a window.
    """

    limit: int
    seconds: float = 60.0
    _seen: "OrderedDict[str, tuple[float, int]]" = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def fails(self, name: str) -> bool:
        """Count a failure; whether there were more than `limit` in this window."""
        now = time.monotonic()
        with self._lock:
            began, count = self._seen.pop(name, (now, 0))
            if now - began >= self.seconds:
                began, count = now, 0
            self._seen[name] = (began, count + 1)
            if len(self._seen) > MOST_NAMES:
                self._seen.popitem(last=False)
        return count >= self.limit
