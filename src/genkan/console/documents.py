"""Which document staff saw, in which language they spoke: what every act at a counter asks."""

from django import forms
from django.utils.translation import gettext_lazy as _

from genkan.residents.api import Document, Seen
from genkan.ui.texts import FreeTextField

LONGEST_NOTE = 300

DOCUMENTS = [
    ("", _("Please choose")),
    (Document.MY_NUMBER_CARD, _("My Number Card")),
    (Document.DRIVING_LICENCE, _("Driving licence")),
    (Document.PASSPORT, _("Passport")),
    (Document.RESIDENCE_CARD, _("Residence card")),
    (Document.RESIDENT_REGISTER, _("Copy of the resident register")),
    (Document.TWO_WITHOUT_PHOTO, _("Two documents without a photograph")),
]

LOCALES = [("ja", "日本語"), ("ja-easy", "やさしい日本語"), ("en", "English")]


class SeenForm(forms.Form):
    """Which document staff saw."""

    document = forms.ChoiceField(choices=DOCUMENTS, label=_("Document that was shown"))
    document_note = FreeTextField(
        required=False,
        max_length=LONGEST_NOTE,
        label=_("Note about the document"),
        help_text=_("Such as until when it is valid. No numbers of the document."),
    )

    def seen(self) -> Seen:
        """Return the valid input."""
        given = self.cleaned_data
        return Seen(document=Document(given["document"]), note=given["document_note"])
