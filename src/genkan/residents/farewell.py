"""The last steps of leaving in their order: close, say goodbye while there is an address, erase."""

from datetime import datetime

from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils import translation

from genkan.kernel.ids import ResidentId
from genkan.lifecycle import api as lifecycle
from genkan.residents.domain.leaving import Leaving, Stage
from genkan.residents.service import leaving, profile


def close(resident: ResidentId, *, now: datetime) -> None:
    """Close one resident down as far as it can go now; safe to repeat and to kill anywhere.

    Raises:
        OSError, SMTPException: the mail server does not take the last mail; nothing is erased yet.
    """
    closing = leaving.close(resident, now=now)
    if closing is None or not leaving.may_be_erased(closing, now=now):
        return
    if leaving.must_be_told(closing, now=now):
        _say_goodbye(closing)
        leaving.note_told(resident, now=now)
    leaving.erase(resident, now=now)


def confirm(resident: ResidentId) -> None:
    """Mail that leaving was asked for and until when it can be undone, unless it was undone.

    Raises:
        OSError, SMTPException: the mail server does not take it.
    """
    standing = leaving.leaving_of(resident)
    if standing is not None and standing.stage is Stage.COOLING_OFF:
        _send(resident, "leaving", {"leaving": standing})


def _say_goodbye(closing: Leaving) -> None:
    """Mail, before the address is erased, that everything will be, and what services certified."""
    asked = lifecycle.disposals_of(closing.resident)
    open_count = sum(one.certified_at is None for one in asked)
    counted = {"asked": len(asked), "open": open_count}
    _send(closing.resident, "goodbye", {"leaving": closing, **counted})


def _send(resident: ResidentId, name: str, context: dict[str, object]) -> None:
    contact = profile.contact_of(resident)
    if contact is None:
        return
    address, language = contact
    with translation.override(language):
        subject = render_to_string(f"residents/mails/{name}_subject.txt", context)
        body = render_to_string(f"residents/mails/{name}.txt", context)
    send_mail(" ".join(subject.split()), body, None, [address])
