"""Processes that belong together: started in order, restarted when they die, stopped as one."""

import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

STOP_SECONDS = 10
RESTART_PAUSE_SECONDS = 1.0
POLL_SECONDS = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """One program of a stack.

    Attributes:
        is_ready: asked until it says yes, before the next one starts.
    """

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    is_ready: Callable[[], bool] = lambda: True


class StackBroken(Exception):
    """A program did not become ready; its log says why."""


@dataclass(slots=True)
class Stack:
    """Programs that run together, each with a log of its own."""

    programs: Sequence[Program]
    logs: Path
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    stopping: threading.Event = field(default_factory=threading.Event)

    def start(self, *, seconds: float) -> None:
        """Start all programs in order and wait for each.

        Raises:
            StackBroken: one was not ready within `seconds`.
        """
        self.logs.mkdir(parents=True, exist_ok=True)
        for program in self.programs:
            self._launch(program)
            self._wait(program, time.monotonic() + seconds)

    def watch(self) -> None:
        """Restart what dies, until told to stop; then stop all."""
        while not self.stopping.wait(POLL_SECONDS):
            for program in self.programs:
                if self.running[program.name].poll() is not None and not self.stopping.is_set():
                    self.stopping.wait(RESTART_PAUSE_SECONDS)
                    self._launch(program)
        self.stop()

    def stop_on_signals(self) -> None:
        """Stop on Ctrl-C and on SIGTERM."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: self.stopping.set())

    def stop(self) -> None:
        """End all programs, the last started first; kill what does not end in 10 s."""
        for process in reversed(list(self.running.values())):
            if process.poll() is None:
                process.terminate()
        end = time.monotonic() + STOP_SECONDS
        for process in self.running.values():
            try:
                process.wait(max(0.1, end - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _launch(self, program: Program) -> None:
        with (self.logs / f"{program.name}.log").open("ab") as log:
            self.running[program.name] = _started(program, log)

    def _wait(self, program: Program, end: float) -> None:
        while not program.is_ready():
            died = self.running[program.name].poll() is not None
            if died or time.monotonic() > end or self.stopping.is_set():
                self.stop()
                log = self.logs / f"{program.name}.log"
                raise StackBroken(f"{program.name} did not start: see {log}")
            time.sleep(POLL_SECONDS)


def _started(program: Program, log: IO[bytes]) -> subprocess.Popen[bytes]:
    """Start a program in a process group of its own, so that Ctrl-C reaches only the watcher."""
    return subprocess.Popen(  # noqa: S603 - the command is ours
        list(program.command),
        env=dict(program.environment),
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
