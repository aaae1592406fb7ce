"""Background work of consent."""

from uuid import UUID

from genkan.consent import mails, majority, service
from genkan.consent.domain import Ending
from genkan.kernel import clock, jobs
from genkan.kernel.ids import ResidentId


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


@jobs.by_the_clock("consent.greet_young_adults", cron="0 15,21 * * *")
def greet_young_adults() -> None:
    """Tell who came of age, at 0:00 in Japan; at 6:00 what a night without workers missed.

    Nothing depends on it but the mails: guardians lost access by themselves.
    """
    now, after, more = clock.now(), None, True
    while more:
        after = majority.greet(now=now, after=after)
        more = after is not None


@jobs.task("consent.send_majority", attempts=8)
def send_majority(resident: str) -> None:
    """Mail a young adult what waits for a decision; sent twice it does no harm."""
    mails.send_majority(ResidentId(UUID(resident)), now=clock.now())


@jobs.by_the_clock("consent.end_undecided", cron="20 15 * * *")
def end_undecided() -> None:
    """End what nobody decided about after the terms changed, daily; killed, it finds the rest."""
    now = clock.now()
    while found := service.left_undecided(now=now):
        for consent in found:
            service.end_unconfirmed(consent, ending=Ending.TERMS_CHANGED, now=now)
