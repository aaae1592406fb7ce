"""Jobs: queued with the fact, or not at all."""

from datetime import timedelta

import pytest
from django.db import transaction
from procrastinate import utils
from procrastinate.contrib.django import app
from procrastinate.jobs import Job

from genkan.kernel import jobs
from genkan.kernel.db import rows
from tests.builders import NOON
from tests.own_database import committed

__all__ = ["committed"]
pytestmark = pytest.mark.usefixtures("empty_queue")
NAME = "partners.deliver_messages"


@pytest.fixture
def empty_queue(committed):
    yield
    rows("DELETE FROM procrastinate_jobs")


def queued(name=NAME):
    return rows(
        "SELECT task_name, args, scheduled_at, status FROM procrastinate_jobs"
        " WHERE task_name = %(name)s",
        name=name,
    )


def test_a_job_is_queued_with_the_transaction():
    with transaction.atomic():
        jobs.defer(NAME)

    assert [job["status"] for job in queued()] == ["todo"]


def test_a_job_of_a_fact_that_never_happened_is_gone():
    with transaction.atomic():
        jobs.defer(NAME)
        assert len(queued()) == 1
        transaction.set_rollback(True)

    assert queued() == []


def test_a_job_that_nobody_registered_is_refused_at_once():
    with pytest.raises(LookupError, match="deliver_mesages"):
        jobs.defer("partners.deliver_mesages")


def test_a_job_may_wait():
    jobs.defer(NAME, at=NOON + timedelta(days=1))

    assert queued()[0]["scheduled_at"] == NOON + timedelta(days=1)


@pytest.fixture
def registered():
    """Names that are registered for this test alone."""
    before = dict(app.tasks), dict(app.periodic_registry.periodic_tasks)
    yield
    for known, kept in zip((app.tasks, app.periodic_registry.periodic_tasks), before, strict=True):
        known.clear()
        known.update(kept)


def pause_after(task, failed):
    """Seconds until the next try after that many failed ones; None for no more."""
    run = Job(
        id=1, queue="", lock=None, queueing_lock=None, task_name=task.name, attempts=failed - 1
    )
    decision = task.get_retry_exception(OSError(), run)
    if decision is None:
        return None
    return round((decision.retry_decision.retry_at - utils.utcnow()).total_seconds())


def test_a_job_gets_its_identifiers_and_tries_again_later_and_later(registered):
    came = []

    @jobs.task("test.remember", attempts=3, wait_seconds=7)
    def remember(word):
        came.append(word)

    jobs.defer("test.remember", word="𠮷")
    task = app.tasks["test.remember"]
    task(word="𠮷")

    assert came == ["𠮷"]
    assert len(queued("test.remember")) == 1
    assert [pause_after(task, failed) for failed in (1, 2, 3)] == [9, 11, None]
    assert remember("again") is None


def test_a_job_is_tried_once_unless_it_says_otherwise(registered):
    jobs.task("test.once")(lambda: None)

    assert app.tasks["test.once"].retry_strategy is None


def test_a_job_by_the_clock_waits_in_the_queue_once(registered):
    ran = []
    jobs.by_the_clock("test.tick", cron="* * * * *")(lambda: ran.append(1))

    task = app.tasks["test.tick"]
    assert task.queueing_lock == "test.tick"
    task(timestamp=0)
    assert ran == [1]


def test_everything_by_the_clock_is_known():
    names = {task.task.name for task in app.periodic_registry.periodic_tasks.values()}

    assert names >= {
        "ledger.sequence",
        "lifecycle.mark_overdue",
        "consent.end_expired",
        "partners.sweep_messages",
    }
