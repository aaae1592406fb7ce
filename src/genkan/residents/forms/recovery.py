"""What is typed to come back in: the slip and the birth date, then what signs in from now on."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from genkan.residents.forms.credentials import AddPasskeyForm
from genkan.residents.forms.fields import Birthdate

LONGEST_CODE = 60
LONGEST_PASSWORD = 200


class SlipForm(forms.Form):
    """The code on the slip and the birth date, as the ID has it."""

    code = forms.CharField(
        label=_("Code on the slip"),
        help_text=_("16 letters and digits. Capital or small letters make no difference."),
        max_length=LONGEST_CODE,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )
    birthdate = Birthdate(
        label=_("Date of birth"),
        help_text=_("Examples: 1984-11-30, 1984年11月30日, 昭和59年11月30日, S59.11.30"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "bday"}),
    )

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - Django's options
        super().__init__(*args, **options)
        self.fields["birthdate"].takes_partial = True  # type: ignore[attr-defined] # a Birthdate


class _NewAddress(forms.Form):
    """Asks for the code that went to the new address, where there is one."""

    mail_code = forms.CharField(
        label=_("Code from the mail"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code"}),
    )

    def __init__(self, *args: Any, has_new_address: bool, **options: Any) -> None:  # noqa: ANN401 - as above
        super().__init__(*args, **options)
        self.fields["mail_code"].help_text = _(
            "We sent it to the new address that you gave at the counter."
        )
        if not has_new_address:
            del self.fields["mail_code"]


class NewPasswordForm(_NewAddress):
    """A new password, twice."""

    password1 = forms.CharField(
        label=_("New password"),
        help_text=_("At least 10 characters. Not one that many people use, nor your address."),
        max_length=LONGEST_PASSWORD,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    password2 = forms.CharField(
        label=_("New password once more"),
        max_length=LONGEST_PASSWORD,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, user: Any, **options: Any) -> None:  # noqa: ANN401 - as above
        super().__init__(*args, **options)
        self.user = user

    def clean_password1(self) -> str:
        """Return the password.

        Raises:
            ValidationError: it is too short, or one that many people use.
        """
        password: str = self.cleaned_data["password1"]
        validate_password(password, self.user)
        return password

    @override
    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, second = cleaned.get("password1"), cleaned.get("password2")
        if first and second and first != second:
            self.add_error("password2", ValidationError(_("The two passwords differ.")))
        return cleaned


class NewPasskeyForm(_NewAddress, AddPasskeyForm):
    """A new passkey's name and the browser's answer."""
