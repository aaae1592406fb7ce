"""Mails of the provider, in the resident's language."""

from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from genkan.consent import api as consent
from genkan.kernel.ids import ResidentId, ServiceId
from genkan.partners import api as partners
from genkan.residents import api as residents


def send_link_notice(
    resident: ResidentId, service: ServiceId, *, linked_at: datetime, now: datetime
) -> None:
    """Mail that a service was connected, with the page that stops it (M15).

    Args:
        resident: whose link it is; nothing is sent to people without an address.
        service: what was connected.
        linked_at: when, UTC.
        now: the present moment, UTC: what is shared by then decides which page stops it.

    Raises:
        UnknownService: there is no such service.
        OSError, SMTPException: the mail server does not take it.
    """
    contact = residents.contact_of(resident)
    if contact is None:
        return
    address, language = contact
    shares = any(
        one.service == service and one.in_force(now) for one in consent.consents_of(resident)
    )
    path = reverse("consent:stop" if shares else "sso:unlink", args=[service])
    told = {
        "service": partners.service(service).name.in_language(language),
        "linked_at": linked_at,
        "shares": shares,
        "page": settings.GENKAN.issuer + path,
        "security": settings.GENKAN.issuer + reverse("mfa_index"),
    }
    _send("linked", told, address, language)


def send_knock(resident: ResidentId, service: ServiceId, *, asked_at: datetime) -> None:
    """Mail that a service asks for a confirmation; the page is told, never the request.

    Raises:
        UnknownService: there is no such service.
        OSError, SMTPException: the mail server does not take it.
    """
    contact = residents.contact_of(resident)
    if contact is None:
        return
    address, language = contact
    told = {
        "service": partners.service(service).name.in_language(language),
        "asked_at": asked_at,
        "page": settings.GENKAN.issuer + reverse("sso:knocks"),
    }
    _send("knock", told, address, language)


def _send(name: str, told: Mapping[str, object], address: str, language: str) -> None:
    with translation.override(language):
        subject = render_to_string(f"sso/mails/{name}_subject.txt", dict(told))
        body = render_to_string(f"sso/mails/{name}.txt", dict(told))
    send_mail(" ".join(subject.split()), body, None, [address])


def send_conflict_news(resident: ResidentId, service: ServiceId, event: str) -> None:
    """Mail how a link stands that staff decide about, with the page that says what comes next.

    Args:
        resident: whom it concerns; nothing is sent to people without an address.
        service: at which service.
        event: what happened, as the ledger names it.

    Raises:
        UnknownService: there is no such service.
        OSError, SMTPException: the mail server does not take it.
    """
    contact = residents.contact_of(resident)
    if contact is None:
        return
    address, language = contact
    told = {
        "service": partners.service(service).name.in_language(language),
        "event": event,
        "page": settings.GENKAN.issuer + reverse("sso:account", args=[service]),
    }
    with translation.override(language):
        subject = render_to_string("sso/mails/conflict_subject.txt", told)
        body = render_to_string("sso/mails/conflict.txt", told)
    send_mail(" ".join(subject.split()), body, None, [address])
