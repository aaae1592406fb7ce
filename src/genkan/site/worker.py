"""The background worker: procrastinate on a connection of its own."""

import asyncio
import logging
from contextlib import suppress

import psycopg
from django.db import connection
from procrastinate import PsycopgConnector
from procrastinate.contrib.django import app
from procrastinate.contrib.django.utils import connector_params

CONCURRENCY = 4
STALLED_AFTER_SECONDS = 30
LOOK_AFTER_DATABASE_SECONDS = 1.0

log = logging.getLogger(__name__)


def run() -> None:
    """Work until told to stop (SIGINT or SIGTERM), finishing the jobs at hand.

    What a killed worker left behind is put back into the queue first. An embedded server that
    dies meanwhile is started again.
    """
    connection.close()
    asyncio.run(_work())


async def _work() -> None:
    looking = asyncio.create_task(_look_after_database())
    try:
        await _work_on_jobs()
    finally:
        looking.cancel()
        with suppress(asyncio.CancelledError):
            await looking


async def _look_after_database() -> None:
    """Keep the embedded server running: procrastinate's own pool only waits for it."""
    while True:
        await asyncio.sleep(LOOK_AFTER_DATABASE_SECONDS)
        try:
            await asyncio.to_thread(_see_that_database_runs)
        except psycopg.OperationalError as error:
            log.warning("the embedded database server does not run: %s", error)


def _see_that_database_runs() -> None:
    """Start the embedded server where needed; a server of somebody else is theirs to keep."""
    connection.get_connection_params()


async def _work_on_jobs() -> None:
    parameters = connector_params()
    connector = PsycopgConnector(kwargs=parameters, min_size=1, max_size=4)
    working = app.with_connector(connector)
    async with working.open_async():
        stalled = await working.job_manager.get_stalled_jobs(
            seconds_since_heartbeat=STALLED_AFTER_SECONDS
        )
        for job in stalled:
            await working.job_manager.retry_job(job)
        await working.run_worker_async(
            concurrency=CONCURRENCY,
            install_signal_handlers=True,
            delete_jobs="always",
            fetch_job_polling_interval=1.0,
        )
