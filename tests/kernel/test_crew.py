"""A crew: processes that share work, in order, and end with whoever assembled them."""

import json
import os
import signal
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path
from threading import Event, Thread

import pytest

from genkan.kernel.crew import Crew

PROGRAM = [sys.executable, "-m", "tests.kernel.crew_at_work"]


def told(*tasks):
    """What a program with a crew of three prints about these tasks."""
    done = subprocess.run(
        [*PROGRAM, json.dumps(tasks)], capture_output=True, text=True, check=True, timeout=120
    )
    return json.loads(done.stdout)


def test_results_come_in_the_order_of_the_tasks_and_what_is_about_one_thing_never_at_once():
    answer = told(*range(60))

    assert [task for task, *_ in answer["told"]] == list(range(60))
    assert answer["own"] not in {process for _, process, _, _ in answer["told"]}
    for thing in range(6):
        mine = sorted((begin, end) for task, _, begin, end in answer["told"] if task // 10 == thing)
        assert all(end <= begin for (_, end), (begin, _) in pairwise(mine))


def test_all_processes_work_at_the_same_time():
    assert len({process for _, process, _, _ in told("meet", "meet", "meet")["told"]}) == 3


@pytest.mark.parametrize(
    ("task", "fault"),
    [
        ("die", ["WorkerLost", ""]),
        ("fail", ["LookupError", "nothing there"]),
        ("fail oddly", ["RuntimeError", "__main__.Unsendable"]),
    ],
)
def test_a_fault_is_told_where_the_result_is_taken(task, fault):
    assert told("good", task, "good")["told"] == fault


def test_nobody_outlives_a_killed_program():
    tasks = json.dumps(["good", "sleep for ever"])
    program = subprocess.Popen([*PROGRAM, tasks], stdout=subprocess.PIPE, text=True)
    sleeper = int(program.stdout.readline())
    idle = [process for process in children(program.pid) if process != sleeper]
    assert len(idle) == 2

    program.send_signal(signal.SIGKILL)
    program.wait()
    try:
        wait_until(lambda: not any(map(alive, idle)))
        assert alive(sleeper)  # until its task is done
    finally:
        os.kill(sleeper, signal.SIGKILL)
        program.stdout.close()


def test_a_crew_of_one_is_this_process():
    with Crew(lambda task: (task, os.getpid()), size=1) as crew:
        assert list(crew.in_order("ab")) == [("a", os.getpid()), ("b", os.getpid())]


def test_a_process_with_threads_does_not_fork():
    done = Event()
    thread = Thread(target=done.wait)
    thread.start()
    try:
        with pytest.raises(RuntimeError, match="before there are threads"), Crew(str, size=2):
            pass
    finally:
        done.set()
        thread.join()


def children(process):
    text = Path(f"/proc/{process}/task/{process}/children").read_text()
    return [int(child) for child in text.split()]


def alive(process):
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def wait_until(condition):
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)
