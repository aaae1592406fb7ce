"""Background jobs: procrastinate in PostgreSQL, queued in the caller's transaction.

A job is a wake-up call. What is to be done stands in our own tables, so a job that is lost, run
twice or killed halfway changes only how soon it happens: sweeps by the clock find the rest.
"""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, TypeVar

from django.db import close_old_connections
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from genkan.kernel.wall import for_everybody

Job = TypeVar("Job", bound=Callable[..., None])


def defer(name: str, *, at: datetime | None = None, **ids: Any) -> None:  # noqa: ANN401 - identifiers as JSON scalars
    """Queue the job `name` in the current transaction: it runs only if that commits.

    Args:
        name: `app.verb_object`, as registered by `task`.
        at: not before this moment.
        ids: identifiers as JSON scalars; a job loads the rest itself.

    Raises:
        LookupError: nobody registered the name.
    """
    if name not in app.tasks:
        raise LookupError(f"no job is called {name}")
    app.configure_task(name, schedule_at=at).defer(**ids)


def task(name: str, *, attempts: int = 1, wait_seconds: int = 5) -> Callable[[Job], Job]:
    """Register a function as the job `name`, which `defer` queues.

    Args:
        name: `app.verb_object`.
        attempts: how often a failing run is tried in all.
        wait_seconds: pause before each further try, to which 2, 4, 8, … seconds are added.
    """

    def register(function: Job) -> Job:
        retry = RetryStrategy(max_attempts=attempts - 1, exponential_wait=2, wait=wait_seconds)
        app.task(name=name, retry=retry if attempts > 1 else False)(
            _with_fresh_connection(function)
        )
        return function

    return register


def by_the_clock(name: str, *, cron: str) -> Callable[[Job], Job]:
    """Register a function that takes nothing as the job `name`, run whenever `cron` says.

    Only one waits in the queue at a time; it must be safe to run twice at once all the same.

    Args:
        name: `app.verb_object`.
        cron: five fields, or six with the seconds last, in UTC.
    """

    def register(function: Job) -> Job:
        run = _with_fresh_connection(function)

        def on_time(timestamp: int) -> None:  # noqa: ARG001 - procrastinate hands the moment over
            run()

        registered = app.task(name=name, queueing_lock=name)(on_time)
        app.periodic(cron=cron)(registered)
        return function

    return register


def _with_fresh_connection(function: Callable[..., None]) -> Callable[..., None]:
    """Run a job as a request runs: a connection that died is replaced, and given back after."""

    @wraps(function)
    def run(**ids: Any) -> None:  # noqa: ANN401 - identifiers as JSON scalars
        close_old_connections()
        try:
            with for_everybody("a job was queued for whom it is about"):
                function(**ids)
        finally:
            close_old_connections()

    return run
