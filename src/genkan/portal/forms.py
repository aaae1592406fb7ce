"""What residents type into pages of the portal."""

from django import forms
from django.utils.translation import gettext_lazy as _


class LeaveForm(forms.Form):
    """The decision to leave."""

    understood = forms.BooleanField(
        label=_("I have read what happens, and I want to leave Genkan"),
        error_messages={"required": _("Please tick the box if you want to leave.")},
    )
