"""A program that has a crew, for tests that kill: `python -m tests.kernel.crew_at_work WHAT`."""

import json
import multiprocessing
import os
import signal
import sys
import time

from genkan.kernel.crew import Crew, WorkerLost

SIZE = 3
MEETING = multiprocessing.get_context("fork").Barrier(SIZE)


class Unsendable(Exception):
    """A fault that cannot be made again from its text."""

    def __init__(self, *, why):
        super().__init__(why)


def work(task):
    begin = time.monotonic()
    match task:
        case "meet":
            MEETING.wait(60)
        case "die":
            os.kill(os.getpid(), signal.SIGKILL)
        case "fail":
            raise LookupError("nothing there")
        case "fail oddly":
            raise Unsendable(why="odd")
        case "sleep for ever":
            print(os.getpid(), flush=True)
            time.sleep(600)
        case int():
            time.sleep(0.01 * (task % 3))
    return task, os.getpid(), begin, time.monotonic()


def main(tasks):
    with Crew(work, size=SIZE) as crew:
        try:
            about = {"about": lambda task: [task // 10]} if isinstance(tasks[0], int) else {}
            told = list(crew.in_order(tasks, **about))
        except (WorkerLost, LookupError, RuntimeError) as fault:
            told = [type(fault).__name__, str(fault)]
    print(json.dumps({"own": os.getpid(), "told": told}))


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
