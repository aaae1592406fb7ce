"""Background work of the provider."""

from datetime import datetime
from uuid import UUID

from genkan.kernel import clock, jobs
from genkan.kernel.ids import ResidentId, ServiceId
from genkan.sso import mails
from genkan.sso.service.sweep import sweep


@jobs.by_the_clock("sso.sweep_expired", cron="23 * * * *")
def sweep_expired() -> None:
    """Forget what has ended: interactions, codes, tokens and used assertions, every hour."""
    sweep(now=clock.now())


@jobs.task("sso.tell_of_link", attempts=8)
def tell_of_link(resident: str, service: str, linked_at: str) -> None:
    """Mail that a service was connected; sent twice it does no harm."""
    mails.send_link_notice(
        ResidentId(UUID(resident)),
        ServiceId(UUID(service)),
        linked_at=datetime.fromisoformat(linked_at),
        now=clock.now(),
    )
