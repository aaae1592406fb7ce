"""Background work of the provider."""

from genkan.kernel import clock, jobs
from genkan.sso.service.sweep import sweep


@jobs.by_the_clock("sso.sweep_expired", cron="23 * * * *")
def sweep_expired() -> None:
    """Forget what has ended: interactions, codes, tokens and used assertions, every hour."""
    sweep(now=clock.now())
