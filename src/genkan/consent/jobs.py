"""Background work of consent."""

from genkan.consent import service
from genkan.kernel import clock, jobs


@jobs.by_the_clock("consent.end_expired", cron="* * * * *")
def end_expired() -> None:
    """End consents that are past their time, every minute."""
    while service.end_expired(now=clock.now()):
        pass
