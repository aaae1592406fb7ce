"""Mails to residents, in the language of their pages."""

from datetime import datetime

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from genkan.kernel.ids import AccountId, ChangeId, ResidentId, TermsId
from genkan.residents.domain.credentials import Notice
from genkan.residents.domain.interventions import InterventionId
from genkan.residents.domain.recovery import RecoveryId
from genkan.residents.domain.terms_notices import Stage
from genkan.residents.service import (
    addresses,
    interventions,
    notices,
    profile,
    recovery,
    redemption,
    terms_notices,
)

WHAT_HAPPENED: dict[Notice, str | Promise] = {
    Notice.NEW_DEVICE: _("Somebody signed in to your Genkan account on a new device."),
    Notice.ADDRESS_CHANGED: _("This is now the e-mail address of your Genkan account."),
    Notice.PASSKEY_ADDED: _("A passkey was added to your Genkan account."),
    Notice.PASSKEY_REMOVED: _("A passkey was removed from your Genkan account."),
    Notice.AUTHENTICATOR_ADDED: _("An authenticator app was added to your Genkan account."),
    Notice.AUTHENTICATOR_REMOVED: _("The authenticator app was removed from your Genkan account."),
    Notice.RECOVERY_CODES_MADE: _("New recovery codes were made for your Genkan account."),
    Notice.CARD_CHECKED: _("Values of your Genkan ID were checked with a My Number Card."),
    Notice.RECOVERED: _(
        "Your Genkan account was recovered with a slip from a counter. Every earlier way of "
        "signing in has ended."
    ),
    Notice.PASSWORD_CHANGED: _("The password of your Genkan account was changed."),
}


def send_receipt(resident: ResidentId) -> None:
    """Mail what was accepted and when the ID was issued; nothing to people without an address.

    Raises:
        NotAResident: there is no such resident.
        OSError, SMTPException: the mail server does not take it.
    """
    receipt, contact = profile.receipt_of(resident), profile.contact_of(resident)
    if contact is None:
        return
    with translation.override(contact[1]):
        subject = render_to_string("residents/mails/receipt_subject.txt")
        body = render_to_string("residents/mails/receipt.txt", {"receipt": receipt})
    send_mail(" ".join(subject.split()), body, None, [contact[0]])


def send_notice(
    account: AccountId, notice: Notice, *, happened_at: datetime, otherwise: str, device: str
) -> None:
    """Mail what happened to an account, and what to do if it was somebody else.

    Args:
        account: whose; nothing is sent to one that is gone.
        notice: what happened.
        happened_at: when, UTC.
        otherwise: language where no ID says one.
        device: what it happened on, if that is known.

    Raises:
        OSError, SMTPException: the mail server does not take it.
    """
    contact = notices.contact_of(account, otherwise=otherwise)
    if contact is None:
        return
    address, language = contact
    with translation.override(language):
        told = {
            "what": WHAT_HAPPENED[notice],
            "happened_at": happened_at,
            "device": device,
            "page": settings.GENKAN.issuer + reverse("mfa_index"),
        }
        subject = render_to_string("residents/mails/notice_subject.txt", told)
        body = render_to_string("residents/mails/notice.txt", told)
    send_mail(" ".join(subject.split()), body, None, [address])


def tell_intervention(intervention: InterventionId, *, has_ended: bool) -> None:
    """Mail what stands between a resident and their ID, or no longer does, and the way back.

    Nothing to people without an address: they hear of it at the counter.

    Raises:
        UnknownIntervention: there is none.
        OSError, SMTPException: the mail server does not take it.
    """
    entry = interventions.intervention(intervention)
    contact = profile.contact_of(entry.resident)
    if contact is None:
        return
    email, locale = contact
    context = {"entry": entry, "has_ended": has_ended}
    with translation.override(locale):
        subject = render_to_string("residents/mails/intervention_subject.txt", context)
        body = render_to_string("residents/mails/intervention.txt", context)
    send_mail(" ".join(subject.split()), body, None, [email])


def tell_outgrown(resident: ResidentId) -> None:
    """Mail somebody that a person they acted for is of age; no name, for mail is read by others.

    Raises:
        OSError, SMTPException: the mail server does not take it.
    """
    contact = profile.contact_of(resident)
    if contact is None:
        return
    with translation.override(contact[1]):
        _send(contact[0], "outgrown", {})


def send_terms_notice(
    resident: ResidentId, version: TermsId, stage: Stage, *, now: datetime
) -> None:
    """Mail that the terms change, with what changes; nothing to who has decided meanwhile.

    Raises:
        OSError, SMTPException: the mail server does not take it.
    """
    letter = terms_notices.letter(resident, version, stage, now=now)
    if letter is None:
        return
    page = reverse("terms:changes", args=[letter.version.kind, letter.version.label])
    with translation.override(letter.language):
        told = {
            "letter": letter,
            "changes": settings.GENKAN.issuer + page,
            "decision": settings.GENKAN.issuer + reverse("residents:terms_decision"),
        }
        subject = render_to_string("residents/mails/terms_notice_subject.txt", told)
        body = render_to_string("residents/mails/terms_notice.txt", told)
    send_mail(" ".join(subject.split()), body, None, [letter.address])
    terms_notices.note_handed_over(resident, version, stage, now=now)


def send_address_change(change: ChangeId, *, otherwise: str) -> None:
    """Mail the code to the new address, and word with a way to undo it to the present one.

    Args:
        change: what was asked for; nothing is sent about one that is gone.
        otherwise: language where no ID says one.

    Raises:
        OSError, SMTPException: the mail server does not take it.
    """
    held = addresses.to_be_mailed(change)
    if held is None:
        return
    contact = notices.contact_of(held.account, otherwise=otherwise)
    if contact is None:
        return
    undo = reverse("residents:undo_address", args=[held.id, addresses.proof_for(held)])
    told = {
        "code": addresses.code_for(held),
        "undo": settings.GENKAN.issuer + undo,
        "asked_at": held.asked_at,
    }
    new = "address_taken" if held.is_taken else "address_code"
    with translation.override(contact[1]):
        _send(held.old, "address_asked", told)
        _send(held.new, new, told)


def send_recovery(id_: RecoveryId, *, what: str) -> None:
    """Mail the old contact that a recovery begun, with a way to stop it, or that it is done.

    Args:
        id_: which; nothing is sent about one that is gone.
        what: `begun` or `done`.

    Raises:
        OSError, SMTPException: the mail server does not take it.
    """
    held = recovery.to_be_mailed(id_)
    if held is None or not held.old:
        return
    contact = profile.contact_of(held.resident)
    stop = reverse("residents:stop_recovery", args=[held.id, recovery.proof_for(held)])
    told = {"recovery": held, "stop": settings.GENKAN.issuer + stop}
    with translation.override(contact[1] if contact else settings.LANGUAGE_CODE):
        _send(held.old, f"recovery_{what}", told)


def send_recovery_code(id_: RecoveryId, *, language: str) -> None:
    """Mail the code that proves the new address of a recovery.

    Raises:
        OSError, SMTPException: the mail server does not take it.
    """
    held = recovery.to_be_mailed(id_)
    if held is None or not held.new:
        return
    with translation.override(language):
        _send(held.new, "recovery_code", {"code": redemption.mail_code_for(held)})


def _send(address: str, name: str, told: dict[str, object]) -> None:
    subject = render_to_string(f"residents/mails/{name}_subject.txt", told)
    body = render_to_string(f"residents/mails/{name}.txt", told)
    send_mail(" ".join(subject.split()), body, None, [address])
