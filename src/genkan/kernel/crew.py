"""Work shared out to processes: tasks go out in order, results come back in that order.

No more tasks are under way than there are processes, twice, so memory does not grow with their
number. The processes are forked, which is quick and shares memory, and is safe only before there
are threads and database connections: so a crew is assembled first. It ends with whoever assembled
it: after `kill -9` each process ends its task, finds nobody to tell, and is gone.
"""

import multiprocessing
import pickle
import signal
import threading
from collections import deque
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkProcess
from types import TracebackType
from typing import Any, Generic, TypeVar

from typing_extensions import override

Task = TypeVar("Task")
Result = TypeVar("Result")


class WorkerLost(Exception):
    """A process of the crew ended before it had done its task, which may be done or not."""


@dataclass(slots=True, kw_only=True)
class _Job:
    """A task that was given out; what it is about, and what came of it."""

    about: frozenset[Hashable]
    answer: tuple[Any, Exception | None] | None = None


@dataclass(slots=True)
class _Shift:
    """Who works on what; `queue` holds all jobs whose results nobody took yet, in order."""

    idle: list[Connection]
    busy: dict[Connection, _Job] = field(default_factory=dict)
    queue: deque[_Job] = field(default_factory=deque)

    def is_free_for(self, job: _Job) -> bool:
        """Whether the job may begin: somebody idles, and nobody works on the same things."""
        if not self.idle or len(self.queue) >= 2 * (len(self.idle) + len(self.busy)):
            return False
        return all(job.about.isdisjoint(other.about) for other in self.busy.values())

    def give(self, job: _Job, task: object) -> None:
        """Give the job to somebody who idles.

        Raises:
            WorkerLost: they are gone.
        """
        end = self.idle.pop()
        try:
            end.send(task)
        except OSError as error:
            raise WorkerLost from error
        self.busy[end] = job
        self.queue.append(job)

    def wait(self) -> None:
        """Wait until a job is done.

        Raises:
            WorkerLost: somebody is gone.
        """
        for end in wait(list(self.busy)):
            assert isinstance(end, Connection)  # nothing else is waited for
            try:
                answer = end.recv()
            except (EOFError, OSError) as error:
                raise WorkerLost from error
            self.busy.pop(end).answer = answer
            self.idle.append(end)

    def results(self) -> Iterator[Any]:
        """Yield what is done, as far as everything before it is done."""
        while self.queue and self.queue[0].answer is not None:
            result, fault = self.queue.popleft().answer or (None, None)
            if fault is not None:
                raise fault
            yield result


class Crew(AbstractContextManager["Crew[Task, Result]"], Generic[Task, Result]):
    """Processes that do one kind of work; a crew of one is this process itself."""

    def __init__(self, work: Callable[[Task], Result], *, size: int) -> None:
        self._work = work
        self._size = size
        self._ends: list[Connection] = []
        self._processes: list[ForkProcess] = []

    @override
    def __enter__(self) -> "Crew[Task, Result]":
        """Fork the processes.

        Raises:
            RuntimeError: this process has threads already.
        """
        if self._size > 1:
            if threading.active_count() > 1:
                raise RuntimeError("a crew is assembled before there are threads")
            for _ in range(self._size):
                self._fork()
        return self

    @override
    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Wait until all have ended their tasks."""
        for end in self._ends:
            end.close()
        for process in self._processes:
            process.join()

    def in_order(
        self, tasks: Iterable[Task], about: Callable[[Task], Collection[Hashable]] = lambda _: ()
    ) -> Iterator[Result]:
        """Yield the results of tasks, in the order of the tasks.

        Args:
            tasks: what to do; the next is taken when somebody can begin with it.
            about: what a task is about; two that share something are done one after the other.

        Raises:
            WorkerLost: a process was killed.
            Exception: whatever the work raised.
        """
        if not self._ends:
            yield from map(self._work, tasks)
            return
        shift = _Shift(idle=list(self._ends))
        for task in tasks:
            job = _Job(about=frozenset(about(task)))
            while not shift.is_free_for(job):
                shift.wait()
                yield from shift.results()
            shift.give(job, task)
        while shift.queue:
            shift.wait()
            yield from shift.results()

    def _fork(self) -> None:
        ours, theirs = multiprocessing.Pipe()
        others = [*self._ends, ours]
        process = multiprocessing.get_context("fork").Process(
            target=_serve, args=(self._work, theirs, others), daemon=True
        )
        process.start()
        theirs.close()
        self._ends.append(ours)
        self._processes.append(process)


def _serve(work: Callable[[Any], Any], end: Connection, not_ours: Sequence[Connection]) -> None:
    """Do tasks until there is nobody left who gives some."""
    for other in not_ours:
        other.close()  # while we had it open, nobody would notice that its owner is gone
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever assembled us decides
    while True:
        try:
            task = end.recv()
        except EOFError:
            return
        try:
            answer: tuple[Any, Exception | None] = (work(task), None)
        except Exception as fault:  # noqa: BLE001 - it is raised again where the result is taken
            answer = (None, _portable(fault))
        try:
            end.send(answer)
        except OSError:
            return


def _portable(fault: Exception) -> Exception:
    """Return the fault, or what it is called if it cannot be sent."""
    try:
        pickle.loads(pickle.dumps(fault))  # noqa: S301 - our own
    except Exception:  # noqa: BLE001 - whatever a fault's own code does
        return RuntimeError(f"{type(fault).__module__}.{type(fault).__qualname__}")
    return fault
