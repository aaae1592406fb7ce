"""What processes cost, and on which core they run."""

import os
import time
from collections.abc import Iterable
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
SCHED = 2  # the kernel's number for the CPU clock of a process (clock_getcpuclockid(3))


def cpu_seconds(process: int) -> float:
    """Return the CPU that a living process has used in all its threads, to the nanosecond."""
    try:
        return time.clock_gettime(~process << 3 | SCHED)
    except OSError:
        return 0.0


def of_ended_children(process: int) -> float:
    """Return the CPU of the children that a process has had and that have ended."""
    try:
        text = Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return 0.0
    return sum(map(int, text.rpartition(")")[2].split()[13:15])) / TICKS


def family(process: int) -> list[int]:
    """Return a process and all its descendants that live."""
    found = [process]
    for thread in _listed(Path(f"/proc/{process}/task")):
        for child in _read(thread / "children").split():
            found += family(int(child))
    return found


def cost(process: int) -> float:
    """Return the CPU seconds of a process with all its descendants, ended ones too."""
    return sum(cpu_seconds(one) + of_ended_children(one) for one in family(process))


def pin(process: int, cores: Iterable[int]) -> None:
    """Keep a process and all its descendants on these cores, and whomever they start later."""
    wanted = set(cores)
    for one in family(process):
        for thread in _listed(Path(f"/proc/{one}/task")):
            try:
                os.sched_setaffinity(int(thread.name), wanted)
            except OSError:  # it has just ended
                continue


def megabytes(process: int) -> float:
    """Return the resident memory of the largest in a family: the worker that serves."""
    return max((_resident(one) for one in family(process)), default=0.0)


def _resident(process: int) -> float:
    lines = _read(Path(f"/proc/{process}/status")).splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("VmRSS:")) / 1024


def _listed(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []


def _read(file: Path) -> str:
    try:
        return file.read_text()
    except OSError:
        return ""
