"""The background worker: procrastinate on a connection of its own."""

import asyncio

from django.db import connection
from procrastinate import PsycopgConnector
from procrastinate.contrib.django import app
from procrastinate.contrib.django.utils import connector_params

CONCURRENCY = 4
STALLED_AFTER_SECONDS = 30


def run() -> None:
    """Work until told to stop (SIGINT or SIGTERM), finishing the jobs at hand.

    What a killed worker left behind is put back into the queue first.
    """
    connection.close()
    asyncio.run(_work())


async def _work() -> None:
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
