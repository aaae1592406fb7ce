"""How allauth behaves here: our words, our pages, one account per address."""

import base64
from functools import partial
from smtplib import SMTPException
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.account.internal.flows.signup import prevent_enumeration
from allauth.core import context as present
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal.ratelimit import truncate_ip
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from genkan.kernel import clock
from genkan.kernel.ids import AccountId
from genkan.kernel.sealing import Keyring, load_keyring
from genkan.residents.domain import devices
from genkan.residents.domain.credentials import passkey_place
from genkan.residents.errors import MailUnavailable, Suspended
from genkan.residents.service import callers, interventions
from genkan.residents.service import devices as service
from genkan.ui import languages
from genkan.ui.callers import account_of
from genkan.ui.refusals import answer

CONSOLE = "/console/"
SEALED_FOR = "mfa_authenticator.data"
LEAVING = "/profile/leave"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc] # allauth ships no types
    """Accounts by e-mail address."""

    error_messages = {  # noqa: RUF012 - allauth reads it from the class
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("This account cannot be used at present."),
        "email_password_mismatch": _("The e-mail address and the password do not fit together."),
        "email_taken": _("This e-mail address is in use already."),
        "enter_current_password": _("This is not your present password."),
        "incorrect_code": _("This is not the code we sent. Please look at the newest mail."),
        "incorrect_password": _("This is not your password."),
        "invalid_login": _("The e-mail address and the password do not fit together."),
        "invalid_or_expired_key": _("This code is no longer valid. Please ask for a new one."),
        "invalid_password_reset": _("This code is no longer valid. Please ask for a new one."),
        "too_many_login_attempts": _("Too many attempts. Please wait a few minutes and try again."),
        "unknown_email": _("The e-mail address and the password do not fit together."),
        "same_as_current": _("This is the same as before."),
        "rate_limited": _("Too many requests. Please wait a little and try again."),
    }

    @override
    def pre_login(self, request: HttpRequest, user: Any, **details: Any) -> Any:
        """Refuse the sign-in to an ID that is stopped; nobody is signed in for a moment."""
        door = interventions.door_of(AccountId(user.pk))
        if door is not None and door.is_stopped:
            return answer(request, Suspended())
        return super().pre_login(request, user, **details)

    @override
    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Return the page that comes next for this account."""
        account = account_of(request)
        standing = callers.standing_of(account) if account else None
        if standing is None or standing.is_staff:
            return CONSOLE
        if standing.resident is None:
            return reverse("residents:terms")
        if callers.is_on_the_way_out(standing.resident):
            return LEAVING
        return "/" if standing.interests_asked else reverse("residents:interests")

    @override
    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        return reverse("residents:terms")

    @override
    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("residents:profile")

    @override
    def login(self, request: HttpRequest, user: Any) -> None:
        """Sign in; a first sign-in right after sign-up is recorded as proof by password, too.

        allauth records every other way; `auth_time` and `amr` of the provider read its records.
        """
        if not get_authentication_records(request, user):
            record_authentication(request, user, method="password")
        super().login(request, user)

    @override
    def post_login(self, request: HttpRequest, user: Any, **about: Any) -> HttpResponse:
        """Go on where the person wanted to, and remember the device."""
        response: HttpResponse = super().post_login(request, user, **about)
        token = service.signed_in(
            AccountId(user.pk),
            request.COOKIES.get(settings.DEVICE_COOKIE_NAME),
            device=devices.name_of(request.headers.get("User-Agent", "")),
            language=languages.current(),
            now=clock.now(),
        )
        response.set_cookie(
            settings.DEVICE_COOKIE_NAME,
            token,
            max_age=int(devices.REMEMBERED_FOR.total_seconds()),
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
        return response

    @override
    def logout(self, request: HttpRequest) -> None:
        """Sign out, here and at the services this browser went to."""
        account = account_of(request)
        leave = partial(super().logout, request)
        if account is None:
            leave()
            return
        held = dict(request.session.items())
        service.sign_out(account, held, leave=leave, now=clock.now())

    @override
    def get_client_ip(self, request: HttpRequest) -> str:
        """Return what stands for the visitor's address in limits and sessions for this day (M05).

        A full address is stored nowhere, and tomorrow the same one has another stand-in.
        """
        own = truncate_ip(super().get_client_ip(request))
        purpose = f"residents.client_address:{clock.now():%Y-%m-%d}"
        return devices.stand_in_address(_keyring().keyed_hash(purpose, own.encode()))

    @override
    def save_user(
        self,
        request: HttpRequest,
        user: Any,
        form: Any,
        commit: bool = True,
    ) -> Any:
        """Store a new account; of two sign-ups at once with one address, one is told by mail."""
        try:
            with transaction.atomic():
                return super().save_user(request, user, form, commit)
        except IntegrityError:
            email = form.cleaned_data["email"]
            answer = prevent_enumeration(request, email=email)
            raise ImmediateHttpResponse(answer) from None

    @override
    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send a mail.

        Raises:
            MailUnavailable: the mail server does not take it.
        """
        try:
            super().send_mail(template_prefix, email, context)
        except (OSError, SMTPException) as fault:
            raise MailUnavailable from fault

    @override
    def send_notification_mail(
        self,
        template_prefix: str,
        user: Any,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Send nothing here: changes are told with the change itself (`service.notices`)."""


def _keyring() -> Keyring:
    return load_keyring(settings.GENKAN.keyring)


class SecondStepAdapter(DefaultMFAAdapter):  # type: ignore[misc] # as above
    """How passkeys, authenticator apps and recovery codes behave here."""

    error_messages = {  # noqa: RUF012 - allauth reads it from the class
        **DefaultMFAAdapter.error_messages,
        "cannot_generate_recovery_codes": _(
            "Recovery codes belong to a passkey or an authenticator app. Please add one first."
        ),
        "incorrect_code": _("This code is not right. Please look at the newest one."),
        "unverified_email": _("Please confirm your e-mail address first."),
    }

    @override
    def encrypt(self, text: str) -> str:
        """Return a secret as it is stored: a database dump tells no code of anybody."""
        sealed = _keyring().seal(text.encode(), about=SEALED_FOR)
        return base64.b64encode(sealed).decode()

    @override
    def decrypt(self, encrypted_text: str) -> str:
        return _keyring().unseal(base64.b64decode(encrypted_text), about=SEALED_FOR).decode()

    @override
    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        """Return the name of this device, which is the most likely place of a new passkey."""
        return devices.name_of(present.request.META.get("HTTP_USER_AGENT", ""))

    @override
    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Return the domain that passkeys belong to.

        Where there is none, a name that no browser accepts on an IP address, so none is made.
        """
        place = passkey_place(present.request.get_host(), issuer=settings.GENKAN.issuer)
        return {"id": place.relying_party or "localhost", "name": "Genkan"}
