"""Background work of lifecycle."""

from genkan.kernel import clock, jobs
from genkan.lifecycle import service


@jobs.by_the_clock("lifecycle.mark_overdue", cron="* * * * *")
def mark_overdue() -> None:
    """Mark what became overdue, every minute."""
    while service.mark_overdue(now=clock.now()):
        pass
