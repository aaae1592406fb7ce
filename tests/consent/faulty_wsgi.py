"""The planted faults: the whole application, with one lock of consent left out.

LEFT_OUT names which: "release" forgets to hold the consent while it is read and recorded,
"hand_over" forgets to hold it while the answer leaves, "nothing" forgets nothing. Each sleeps a
little where the locks hold, so that the race is met in every few rounds instead of every few
thousand; with "nothing" left out the sleep alone must do no harm.
"""

import os
import sys
import time

from genkan.site.wsgi import application

__all__ = ["application"]
LOCK = "FOR NO KEY UPDATE OF c"
WINDOWS_SECONDS = {"release": 0.02, "hand_over": 0.15}
DOORS = {"release": "rows", "hand_over": "held"}


def widen(place: str, *, with_lock: bool) -> None:
    """Sleep after a statement that holds a consent, and let it hold or not."""
    from genkan.consent import store

    real = getattr(store, DOORS[place])

    def slow(sql, **parameters):
        if LOCK not in sql:
            return real(sql, **parameters)
        found = real(sql if with_lock else sql.replace(LOCK, ""), **parameters)
        time.sleep(WINDOWS_SECONDS[place])
        return found

    setattr(store, DOORS[place], slow)


if __name__ == "__main__":
    from granian import Granian
    from granian.constants import Interfaces

    Granian(
        "tests.consent.faulty_wsgi:application",
        address="127.0.0.1",
        port=int(sys.argv[1]),
        interface=Interfaces.WSGI,
        blocking_threads=8,
        log_access=False,
    ).serve()
else:
    for place in DOORS:
        widen(place, with_lock=os.environ["LEFT_OUT"] != place)
