"""allauth's forms for passkeys, authenticator apps and codes, in our words."""

import json
from typing import Any

from allauth.core import context as present
from allauth.mfa.base import forms as base
from allauth.mfa.recovery_codes import forms as recovery
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from fido2.utils import websafe_decode
from fido2.webauthn import CollectedClientData
from typing_extensions import override

from genkan.residents.forms.accounts import OurWords

MAX_NAME = 60
MAX_CREDENTIAL = 20_000
"""Characters of a browser's answer; real ones have about 1,000."""
UNUSABLE = _("This passkey could not be used. Please try again.")


class Answer(forms.JSONField):
    """A browser's answer about a passkey: an object of moderate size, whatever is in it."""

    widget = forms.HiddenInput

    @override
    def to_python(self, value: Any) -> Any:
        """Return the object.

        Raises:
            ValidationError: it is none, or it is too large.
        """
        if isinstance(value, str) and len(value) > MAX_CREDENTIAL:
            raise ValidationError(UNUSABLE)
        try:
            found = super().to_python(value)
            is_storable = "\\u0000" not in json.dumps(found)
        except (ValidationError, RecursionError):
            raise ValidationError(UNUSABLE) from None
        if not isinstance(found, dict) or not is_storable:
            raise ValidationError(UNUSABLE)
        return found


class _WithAnswer(OurWords):
    """Takes a browser's answer that was given on a page of ours."""

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - allauth's options
        super().__init__(*args, **options)
        self.fields["credential"] = Answer(error_messages={"required": UNUSABLE})


def _must_be_given_here(answer: dict[str, Any]) -> None:
    """Compare the origin character by character: a page of a subdomain is not ours.

    Raises:
        ValidationError: the answer was given on a page of another origin, or says nothing of it.

    Source:
        Web Authentication Level 3, section 13.4.9.
    """
    client = CollectedClientData(websafe_decode(answer["response"]["clientDataJSON"]))
    request = present.request
    if client.origin != f"{request.scheme}://{request.get_host()}":
        raise ValidationError(UNUSABLE)


class AddPasskeyForm(_WithAnswer, webauthn.SignupWebAuthnForm):  # type: ignore[misc] # allauth ships no types
    """A passkey's name and the browser's answer; the person was verified by the device."""

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - allauth's options
        super().__init__(*args, **options)
        self.fields["name"] = _name_field(required=False)

    @override
    def clean(self) -> dict[str, Any]:
        """Return name and answer.

        Raises:
            ValidationError: the answer is not one to our question.
        """
        try:
            if "credential" in self.cleaned_data:
                _must_be_given_here(self.cleaned_data["credential"])
            cleaned = super().clean()
        except ValidationError:
            raise
        except Exception:  # noqa: BLE001 - fido2 parses hostile bytes and raises what it meets
            raise ValidationError(UNUSABLE) from None
        return cleaned or {}


class _AskedPasskey(_WithAnswer):
    def clean_credential(self) -> Any:  # noqa: ANN401 - allauth's authenticator
        """Return which passkey answered.

        Raises:
            ValidationError: the answer is not one to our question, or of no passkey we know.
        """
        try:
            _must_be_given_here(self.cleaned_data["credential"])
            return super().clean_credential()  # type: ignore[misc] # allauth's form, mixed in
        except ValidationError as refused:
            if refused.code in {"too_many_login_attempts", "rate_limited"}:
                raise
            raise ValidationError(UNUSABLE) from None
        except Exception:  # noqa: BLE001 - fido2 parses hostile bytes and raises what it meets
            raise ValidationError(UNUSABLE) from None


class PasskeySignInForm(_AskedPasskey, webauthn.LoginWebAuthnForm):  # type: ignore[misc] # as above
    """Sign in by passkey alone."""


class PasskeyStepForm(_AskedPasskey, webauthn.AuthenticateWebAuthnForm):  # type: ignore[misc] # as above
    """A passkey after the password."""


class PasskeyAgainForm(_AskedPasskey, webauthn.ReauthenticateWebAuthnForm):  # type: ignore[misc] # as above
    """A passkey before something delicate."""


class RenamePasskeyForm(OurWords, webauthn.EditWebAuthnForm):  # type: ignore[misc] # as above
    """A passkey's name."""

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - allauth's options
        super().__init__(*args, **options)
        self.fields["name"] = _name_field(required=True)


class CodeStepForm(OurWords, base.AuthenticateForm):  # type: ignore[misc] # as above
    """A code after the password."""

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - allauth's options
        super().__init__(*args, **options)
        _say_which_code(self)


class CodeAgainForm(OurWords, base.ReauthenticateForm):  # type: ignore[misc] # as above
    """A code before something delicate."""

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - allauth's options
        super().__init__(*args, **options)
        _say_which_code(self)


class AddAuthenticatorForm(OurWords, totp.ActivateTOTPForm):  # type: ignore[misc] # as above
    """The first code of an authenticator app."""

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - allauth's options
        super().__init__(*args, **options)
        self.fields["code"].label = _("Code from the app")
        self.fields["code"].help_text = _("6 digits. A code is valid for 30 seconds.")
        self.fields["code"].widget.attrs["inputmode"] = "numeric"


class RemoveAuthenticatorForm(totp.DeactivateTOTPForm):  # type: ignore[misc] # as above
    """Nothing to fill in."""


class NewCodesForm(recovery.GenerateRecoveryCodesForm):  # type: ignore[misc] # as above
    """Nothing to fill in."""


def _name_field(*, required: bool) -> forms.CharField:
    return forms.CharField(
        label=_("Name of the passkey"),
        help_text=_("So that you know it again, such as the device it is on."),
        max_length=MAX_NAME,
        required=required,
    )


def _say_which_code(form: forms.Form) -> None:
    form.fields["code"].label = _("Code from the app, or a recovery code")
    form.fields["code"].help_text = ""
    form.fields["code"].widget.attrs["autocomplete"] = "one-time-code"
