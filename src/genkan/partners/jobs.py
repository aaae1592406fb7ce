"""Background work of partners."""

from genkan.kernel import clock, jobs
from genkan.partners import messaging

MESSAGES_A_RUN = 200


@jobs.task("partners.deliver_messages")
def deliver_messages() -> None:
    """Deliver what is due now."""
    for _ in range(MESSAGES_A_RUN):
        if not messaging.deliver_next(now=clock.now()):
            return


@jobs.by_the_clock("partners.sweep_messages", cron="* * * * * */5")
def sweep_messages() -> None:
    """Deliver what became due by the clock, every five seconds."""
    deliver_messages()
