"""A field for free text, in which no My Number and no card number is kept."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from genkan.kernel.text.numbers import masked


class FreeTextField(forms.CharField):
    """A text in somebody's own words. Source: M23.

    A text with such a number comes back once, its digits replaced, and says so; whoever sends it
    again sends it without the number. Nothing stores, indexes or logs what was typed first.
    """

    @override
    def clean(self, value: Any) -> Any:
        """Refuse a text that holds such a number.

        Raises:
            ValidationError: it does, or it is no valid text.
        """
        text = super().clean(value)
        if masked(text).hidden:
            raise forms.ValidationError(
                _(
                    "The text held a My Number or a card number. We must not keep those, so its"
                    " digits are now ■. Please read the text and send it again."
                ),
                code="number_masked",
            )
        return text

    @override
    def bound_data(self, data: Any, initial: Any) -> Any:
        """Return what the page shows again: the text without the number."""
        return masked(data).text if isinstance(data, str) else data
