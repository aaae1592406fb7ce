"""Mails to residents, in the language of their pages."""

from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils import translation

from genkan.kernel.ids import ResidentId
from genkan.residents.service import profile


def send_receipt(resident: ResidentId) -> None:
    """Mail what was accepted and when the ID was issued; nothing to people without an address.

    Raises:
        NotAResident: there is no such resident.
        OSError, SMTPException: the mail server does not take it.
    """
    receipt = profile.receipt_of(resident)
    if receipt.email is None:
        return
    with translation.override(receipt.ui_locale):
        subject = render_to_string("residents/mails/receipt_subject.txt")
        body = render_to_string("residents/mails/receipt.txt", {"receipt": receipt})
    send_mail(" ".join(subject.split()), body, None, [receipt.email])
