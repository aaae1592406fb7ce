"""Background work of consent."""

from genkan.consent import service
from genkan.kernel import clock, jobs


@jobs.by_the_clock("consent.end_expired", cron="* * * * *")
def end_expired() -> None:
    """End consents that are past their time, every minute."""
    while service.end_expired(now=clock.now()):
        pass


@jobs.by_the_clock("consent.end_unconfirmed", cron="10 15 * * *")
def end_unconfirmed() -> None:
    """End what young adults have left undecided for too long, daily after midnight in Japan.

    Nothing depends on it but the disposal: such consents release nothing since majority.
    """
    now, after, more = clock.now(), None, True
    while more:
        found, after = service.unconfirmed(now=now, after=after)
        for consent in found:
            service.end_unconfirmed(consent, now=now)
        more = after is not None
