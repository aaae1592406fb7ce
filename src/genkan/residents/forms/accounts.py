"""allauth's forms in our words: what they decide stays allauth's."""

from typing import Any

from allauth.account import forms as allauth
from django import forms
from django.contrib.auth.hashers import make_password
from django.core.validators import MaxLengthValidator
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from genkan.catalogue import api as catalogue
from genkan.ui import languages

MAX_ADDRESS = 254
"""Characters (RFC 5321 section 4.5.3.1.3); the column holds no more."""

_LABELS = {
    "login": _("E-mail address"),
    "email": _("E-mail address"),
    "password": _("Password"),
    "oldpassword": _("Present password"),
    "password1": _("New password"),
    "password2": _("New password once more"),
    "code": _("Code from the mail"),
}
_HINTS = {
    "password1": _("At least 10 characters. Not one that many people use, nor your address."),
    "code": _("Capital or small letters make no difference. Copying and pasting is fine."),
}
_TOKENS = {"login": "username", "email": "username"}


class OurWords(forms.Form):
    """Gives allauth's fields our labels and hints, and takes placeholders away."""

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - allauth's options
        super().__init__(*args, **options)
        for name, field in self.fields.items():
            field.label = _LABELS.get(name, field.label)
            field.help_text = _HINTS.get(name, "")
            field.widget.attrs.pop("placeholder", None)
            if name in _TOKENS:
                field.widget.attrs["autocomplete"] = _TOKENS[name]
                # allauth would cut a longer address off and write to another one.
                field.validators.append(MaxLengthValidator(MAX_ADDRESS))


class SignInForm(OurWords, allauth.LoginForm):  # type: ignore[misc] # allauth ships no types
    """Address and password."""


class SignUpForm(OurWords, allauth.SignupForm):  # type: ignore[misc] # as above
    """Address, and a password twice or none; the address says why it is asked (M08)."""

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - allauth's options
        super().__init__(*args, **options)
        if not self.by_passkey:
            self.fields["password1"].label = _("Password")
            self.fields["password2"].label = _("Password once more")
        reason = catalogue.item("email").asked_because.in_language(languages.current())
        self.fields["email"].help_text = _("Why we ask: %(reason)s") % {"reason": reason}

    @override
    def try_save(self, request: HttpRequest) -> tuple[Any, HttpResponse | None]:
        """Open the account, or mail its owner; a known address costs a hash of the password, too.

        Without it the time of the answer would tell whether an address is registered.
        """
        if self.account_already_exists and not self.by_passkey:
            make_password(self.cleaned_data["password1"])
        saved: tuple[Any, HttpResponse | None] = super().try_save(request)
        return saved


class CodeByMailForm(OurWords, allauth.RequestLoginCodeForm):  # type: ignore[misc] # as above
    """The address of a person who signs in by a code from a mail."""

    @override
    def clean_email(self) -> str:
        """Return the address; it signs in only who has it letter by letter, and no staff.

        The database compares without case and folds letters that look alike: a code must not go to
        another mailbox than the one that is stored. Staff hold other people's data: for them a
        mailbox alone is too little.
        """
        email: str = super().clean_email().lower()
        found: Any = self._user  # set by allauth's
        if found is not None and (found.is_staff or found.email.lower() != email):
            self._user: Any = None
        return email


class CodeSignInForm(OurWords, allauth.ConfirmLoginCodeForm):  # type: ignore[misc] # as above
    """The code from the mail, which signs in."""


class MailCodeForm(OurWords, allauth.ConfirmEmailVerificationCodeForm):  # type: ignore[misc] # as above
    """The code that shows that the address is yours."""


class OtherAddressForm(OurWords, allauth.ChangeEmailForm):  # type: ignore[misc] # as above
    """Another address, where the first was mistyped."""


class ResetForm(OurWords, allauth.ResetPasswordForm):  # type: ignore[misc] # as above
    """The address of a person who forgot the password."""


class ResetCodeForm(OurWords, allauth.ConfirmPasswordResetCodeForm):  # type: ignore[misc] # as above
    """The code that allows a new password."""


class ResetPasswordForm(OurWords, allauth.ResetPasswordKeyForm):  # type: ignore[misc] # as above
    """The new password."""


class ChangePasswordForm(OurWords, allauth.ChangePasswordForm):  # type: ignore[misc] # as above
    """The present password and a new one."""


class SetPasswordForm(OurWords, allauth.SetPasswordForm):  # type: ignore[misc] # as above
    """A first password."""


class ReauthenticateForm(OurWords, allauth.ReauthenticateForm):  # type: ignore[misc] # as above
    """The password once more, before something delicate."""
