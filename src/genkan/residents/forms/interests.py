"""Interests: any number, also none."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from genkan.catalogue import api as catalogue


class InterestsForm(forms.Form):
    """What a resident picks from the list in force."""

    interests = forms.MultipleChoiceField(
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label=_("Choose as many as you like"),
        error_messages={
            "invalid_choice": _("%(value)s is not in the list of interests."),
        },
    )

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, language: str, initial: frozenset[str]
    ) -> None:
        super().__init__(data, initial={"interests": sorted(initial)})
        field = self.fields["interests"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [
            (interest.key, interest.name.in_language(language))
            for interest in catalogue.INTERESTS.values()
        ]

    def picks(self) -> frozenset[str]:
        """Return the valid input."""
        return frozenset(self.cleaned_data["interests"])
