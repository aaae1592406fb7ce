"""Mails of consent, in the language of the reader's pages."""

from datetime import datetime

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from genkan.consent import majority
from genkan.kernel.ids import ResidentId
from genkan.residents import api as residents


def send_majority(resident: ResidentId, *, now: datetime) -> None:
    """Mail a young adult that they decide from now on, with a way to decide for each service.

    Nothing to people without an address: they see it on their pages, or hear of it at the counter.

    Raises:
        OSError, SMTPException: the mail server does not take it.
    """
    contact = residents.contact_of(resident)
    if contact is None:
        return
    address, language = contact
    issuer = settings.GENKAN.issuer
    told = {
        "choices": [
            (one, issuer + reverse("consent:share", args=[one.service.id]))
            for one in majority.undecided(resident, now=now)
        ],
        "page": issuer + reverse("consent:your_turn"),
    }
    with translation.override(language):
        subject = render_to_string("consent/mails/majority_subject.txt", told)
        body = render_to_string("consent/mails/majority.txt", told)
    send_mail(" ".join(subject.split()), body, None, [address])
