"""What comes back from the page of deciding about one service."""

from datetime import datetime
from typing import Any

from django import forms
from django.core import signing
from typing_extensions import override

from genkan.consent.domain import NameForm
from genkan.consent.errors import OfferChanged
from genkan.consent.giving import Choice
from genkan.kernel.ids import OfferId

SALT = "genkan.consent.share"
MAX_KEY_LENGTH = 100
NAME_FORMS = [(str(form), str(form)) for form in NameForm]


class ItemsField(forms.MultipleChoiceField):
    """Keys of catalogue items; the offer says which are allowed."""

    @override
    def valid_value(self, value: Any) -> bool:
        """Let any short key through."""
        return isinstance(value, str) and len(value) <= MAX_KEY_LENGTH


class ShareForm(forms.Form):
    """A yes with what was ticked, or a page that is shown anew."""

    decision = forms.ChoiceField(choices=[("allow", "allow"), ("preview", "preview")])
    shown = forms.CharField(max_length=1000)
    offer = forms.UUIDField()
    items = ItemsField(required=False)
    name_form = forms.ChoiceField(choices=NAME_FORMS, required=False)

    def says(self) -> str:
        """Return which button was pressed; a button that we do not know shows the page anew."""
        self.full_clean()
        return str(self.cleaned_data.get("decision", "preview"))

    def ticked(self) -> frozenset[str]:
        """Return the items that were ticked."""
        return frozenset(self.cleaned_data.get("items", ()))

    def name(self) -> NameForm:
        """Return which name was chosen; the registered one where there was no choice.

        Raises:
            OfferChanged: a choice that we know nothing of.
        """
        if "name_form" in self.errors:
            raise OfferChanged
        return NameForm(self.cleaned_data.get("name_form") or NameForm.REGISTERED)

    def choice(self) -> Choice:
        """Return what was agreed to, and what had been shown.

        Raises:
            OfferChanged: the page is not one of ours, or names no offer: it must be read anew.
        """
        try:
            note = signing.loads(self.cleaned_data.get("shown", ""), salt=SALT)
            return Choice(
                offer=OfferId(self.cleaned_data["offer"]),
                items=self.ticked(),
                locale=note["locale"],
                shown_at=datetime.fromisoformat(note["at"]),
                name_form=self.name(),
            )
        except (signing.BadSignature, KeyError, ValueError, TypeError) as error:
            raise OfferChanged from error


def note_of(*, locale: str, now: datetime) -> str:
    """Return the signed note of a page: when it was shown and in which language."""
    return signing.dumps({"locale": locale, "at": now.isoformat()}, salt=SALT)
