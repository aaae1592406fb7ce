"""What is typed to change the address for signing in."""

from django import forms
from django.utils.translation import gettext_lazy as _

from genkan.residents.forms.accounts import MAX_ADDRESS


class NewAddressForm(forms.Form):
    """The new address."""

    email = forms.EmailField(
        label=_("New e-mail address"),
        help_text=_("You must be able to read its mail now."),
        max_length=MAX_ADDRESS,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def address(self) -> str:
        """Return the address as accounts store it."""
        typed: str = self.cleaned_data["email"]
        return typed.lower()


class AddressCodeForm(forms.Form):
    """The code that was mailed to the new address."""

    code = forms.CharField(
        label=_("Code from the mail"),
        help_text=_("Capital or small letters make no difference. Copying and pasting is fine."),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code"}),
    )
