"""Background work of residents."""

from datetime import datetime
from uuid import UUID

from django.conf import settings

from genkan.kernel import clock, jobs
from genkan.kernel.ids import AccountId, ChangeId, ResidentId, TermsId
from genkan.residents import farewell, mails
from genkan.residents.domain.credentials import Notice
from genkan.residents.domain.interventions import InterventionId
from genkan.residents.domain.recovery import RecoveryId
from genkan.residents.domain.terms_notices import Stage
from genkan.residents.service import (
    addresses,
    card,
    devices,
    drafts,
    history,
    interventions,
    leaving,
    recovery,
    slips,
    terms_notices,
)


@jobs.task("residents.send_receipt", attempts=8)
def send_receipt(resident: str) -> None:
    """Mail the receipt of an ID; sent twice it does no harm."""
    mails.send_receipt(ResidentId(UUID(resident)))


@jobs.task("residents.send_notice", attempts=8)
def send_notice(account: str, notice: str, language: str, device: str, happened_at: str) -> None:
    """Mail what happened to an account; sent twice it does no harm."""
    mails.send_notice(
        AccountId(UUID(account)),
        Notice(notice),
        happened_at=datetime.fromisoformat(happened_at),
        otherwise=language,
        device=device,
    )


@jobs.by_the_clock("residents.forget_what_ended", cron="41 * * * *")
def forget_what_ended() -> None:
    """Forget sessions that ran out and devices not seen for long, every hour."""
    devices.forget_what_ended(now=clock.now())
    addresses.forget_what_ended(now=clock.now())
    recovery.forget_what_ended(now=clock.now())
    slips.forget_what_ended(now=clock.now())


@jobs.by_the_clock("residents.forget_card_checks", cron="*/10 * * * *")
def forget_card_checks() -> None:
    """Forget what cards said that nobody decided about, every ten minutes."""
    card.forget_what_ended(now=clock.now())


@jobs.task("residents.confirm_leaving", attempts=8)
def confirm_leaving(resident: str) -> None:
    """Mail that somebody asked to leave, and until when it can be undone."""
    farewell.confirm(ResidentId(UUID(resident)))


@jobs.by_the_clock("residents.close_due", cron="*/10 * * * *")
def close_due() -> None:
    """Wake up every closing that has something to do, every ten minutes."""
    for resident in leaving.due(now=clock.now()):
        jobs.defer("residents.close", resident=str(resident))


@jobs.task("residents.close", attempts=3)
def close(resident: str) -> None:
    """Close one resident down; when the last partner has certified, say goodbye and erase."""
    farewell.close(ResidentId(UUID(resident)), now=clock.now())


@jobs.by_the_clock("residents.forget_past_values", cron="17 3 * * *")
def forget_past_values() -> None:
    """Delete values whose time in the history is over, every night."""
    history.forget_past_values(now=clock.now())


@jobs.by_the_clock("residents.forget_abandoned", cron="53 * * * *")
def forget_abandoned() -> None:
    """Delete registrations that were given up, every hour."""
    retention = settings.GENKAN.draft_retention
    while drafts.forget_abandoned(retention=retention, now=clock.now()):
        pass


@jobs.task("residents.tell_intervention", attempts=8)
def tell_intervention(intervention: str, what: str) -> None:
    """Mail a resident that an intervention begun or ended; sent twice it does no harm."""
    mails.tell_intervention(InterventionId(UUID(intervention)), has_ended=what == "ended")


@jobs.by_the_clock("residents.end_interventions", cron="* * * * *")
def end_interventions() -> None:
    """End interventions that are past their time, every minute."""
    while interventions.end_expired(now=clock.now()):
        pass


@jobs.by_the_clock("residents.queue_terms_notices", cron="*/5 * * * *")
def queue_terms_notices() -> None:
    """Queue the mails about changed terms that are due, every five minutes."""
    while terms_notices.queue(now=clock.now()):
        pass


@jobs.task("residents.send_terms_notice", attempts=8)
def send_terms_notice(resident: str, terms: str, stage: str) -> None:
    """Mail that the terms change, unless it was decided about meanwhile."""
    mails.send_terms_notice(
        ResidentId(UUID(resident)), TermsId(UUID(terms)), Stage(stage), now=clock.now()
    )


@jobs.task("residents.send_address_change", attempts=8)
def send_address_change(change: str, language: str) -> None:
    """Mail both ends of a change of address; sent twice it does no harm."""
    mails.send_address_change(ChangeId(UUID(change)), otherwise=language)


@jobs.task("residents.tell_outgrown", attempts=8)
def tell_outgrown(resident: str) -> None:
    """Mail a parent or guardian that their right ended with majority; twice does no harm."""
    mails.tell_outgrown(ResidentId(UUID(resident)))


@jobs.task("residents.send_recovery", attempts=8)
def send_recovery(recovery: str, what: str) -> None:
    """Mail the old contact about a recovery; sent twice it does no harm."""
    mails.send_recovery(RecoveryId(UUID(recovery)), what=what)


@jobs.task("residents.send_recovery_code", attempts=8)
def send_recovery_code(recovery: str, language: str) -> None:
    """Mail the code that proves a new address; sent twice it does no harm."""
    mails.send_recovery_code(RecoveryId(UUID(recovery)), language=language)
