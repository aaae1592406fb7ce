"""Background work of the provider."""

from datetime import datetime
from uuid import UUID

from genkan.kernel import clock, jobs
from genkan.kernel.ids import ResidentId, ServiceId
from genkan.sso import mails
from genkan.sso.domain.values import CibaId
from genkan.sso.service import ciba, keys, linking, logouts, rules
from genkan.sso.service.sweep import sweep

LOGOUTS_A_RUN = 200


@jobs.by_the_clock("sso.sweep_expired", cron="23 * * * *")
def sweep_expired() -> None:
    """Forget what has ended: interactions, codes, tokens and used assertions, every hour."""
    sweep(now=clock.now())


@jobs.by_the_clock("sso.rotate_old_keys", cron="41 18 * * *")
def rotate_old_keys() -> None:
    """Let the next key sign once the current one has signed for 90 days; looked at every night."""
    keys.rotate_if_old(now=clock.now())


@jobs.task("sso.tell_of_link", attempts=8)
def tell_of_link(resident: str, service: str, linked_at: str) -> None:
    """Mail that a service was connected; sent twice it does no harm."""
    mails.send_link_notice(
        ResidentId(UUID(resident)),
        ServiceId(UUID(service)),
        linked_at=datetime.fromisoformat(linked_at),
        now=clock.now(),
    )


@jobs.task("sso.tell_of_knock", attempts=4)
def tell_of_knock(knock: str) -> None:
    """Mail that a service waits for an answer; not once the request is over."""
    ciba.tell(CibaId(UUID(knock)), now=clock.now())


@jobs.task("sso.ping", attempts=6)
def ping(knock: str) -> None:
    """Tell a client that there is an answer; one that is not reached finds it by asking."""
    ciba.ping(CibaId(UUID(knock)))


@jobs.task("sso.deliver_logouts")
def deliver_logouts() -> None:
    """Tell the clients whose sessions are over, as far as it is due now."""
    for _ in range(LOGOUTS_A_RUN):
        if not logouts.deliver_next(now=clock.now()):
            return


@jobs.by_the_clock("sso.sweep_logouts", cron="* * * * * */5")
def sweep_logouts() -> None:
    """Tell those that are due by the clock, every five seconds."""
    deliver_logouts()


@jobs.by_the_clock("sso.look_after_services", cron="* * * * *")
def look_after_services() -> None:
    """Ask the services that named an address whether they are well, every minute."""
    rules.look_after_services()


@jobs.task("sso.tell_of_conflict", attempts=8)
def tell_of_conflict(resident: str, service: str, event: str) -> None:
    """Mail how a link stands that staff decide about; sent twice it does no harm."""
    mails.send_conflict_news(ResidentId(UUID(resident)), ServiceId(UUID(service)), event)


@jobs.by_the_clock("sso.lapse_links", cron="* * * * * */20")
def lapse_links() -> None:
    """Undo links whose account was not named in time, every twenty seconds."""
    linking.lapse(now=clock.now())
