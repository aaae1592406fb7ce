"""Background work of delivery."""

from genkan.delivery import service
from genkan.kernel import jobs


@jobs.by_the_clock("delivery.publish_and_expire", cron="* * * * *")
def publish_and_expire() -> None:
    """Publish what is due and take down what has expired, every minute."""
    service.publish_and_expire()
