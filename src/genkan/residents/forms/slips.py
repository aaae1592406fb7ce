"""What is typed to go online with an ID from the counter."""

from django import forms
from django.utils.translation import gettext_lazy as _

from genkan.residents.forms.fields import Birthdate


class SlipForm(forms.Form):
    """The code on the slip, and the birth date as the proof that it is the person's own."""

    code = forms.CharField(
        label=_("Code on your slip from the counter"),
        help_text=_("Four groups of four. Capital or small letters make no difference."),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    birthdate = Birthdate(
        widget=forms.TextInput(attrs={"autocomplete": "bday"}),
        label=_("Date of birth"),
        help_text=_("As you told it at the counter, such as 1938-09-01 or 昭和13年9月1日"),
    )

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type] # Django's options
        self.fields["birthdate"].takes_partial = True  # type: ignore[attr-defined] # a Birthdate

    def born(self) -> str:
        """Return the birth date as ISO 8601, perhaps partial."""
        return str(self.cleaned_data["birthdate"].iso)
