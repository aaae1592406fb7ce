"""What a resident picks where the card differs."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from genkan.residents.domain.card import Comparison, Pick, Verdict
from genkan.residents.domain.readings import USED

KEEP, TAKE = _("Keep mine"), _("Take what the card says")
MINE, THEIRS = _("Keep my way of writing it"), _("Write it as the card does")
LEAVE, ADD = _("Leave it as it is"), _("Add what the card says")
CHOICES = {
    Verdict.ALIKE: (MINE, THEIRS),
    Verdict.DIFFERENT: (KEEP, TAKE),
    Verdict.NEW: (LEAVE, ADD),
}


class PicksForm(forms.Form):
    """One choice for each item that needs one; nothing is chosen for the resident that changes.

    Where the two are written differently and mean the same, one's own way of writing is chosen
    already; of two readings the resident picks (H07).
    """

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        asked: Iterable[Comparison],
        names: Mapping[str, str],
    ) -> None:
        super().__init__(data)
        for one in asked:
            keep, take = CHOICES[one.verdict]
            own = one.verdict is Verdict.ALIKE and one.item != USED
            self.fields[one.item] = forms.ChoiceField(
                choices=((Pick.KEEP.value, keep), (Pick.TAKE.value, take)),
                widget=forms.RadioSelect,
                label=format_lazy("{}: {}", names[one.item], _("What shall happen?")),
                initial=Pick.KEEP.value if own else None,
                error_messages={"required": _("Please choose one.")},
            )

    def picks(self) -> dict[str, Pick]:
        """Return the valid picks by item."""
        return {item: Pick(chosen) for item, chosen in self.cleaned_data.items()}
