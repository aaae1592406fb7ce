"""Background work of the ledger."""

from genkan.kernel import clock, jobs
from genkan.ledger import service


@jobs.by_the_clock("ledger.sequence", cron="* * * * * */5")
def sequence() -> None:
    """Place what is pending, then publish the newest checkpoint; every five seconds."""
    while service.sequence(now=clock.now()):
        pass
    service.publish()
