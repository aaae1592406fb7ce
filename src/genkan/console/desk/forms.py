"""Untrusted input of the counter: whom staff look for, and why."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from genkan.console.documents import LOCALES, LONGEST_NOTE, SeenForm
from genkan.kernel.ids import ResidentId, new_id
from genkan.kernel.text.names import MAX_FULL
from genkan.kernel.text.typed_dates import read_date
from genkan.residents.api import AtCounter, Because, Criteria, LookupReason, Shown
from genkan.residents.forms.problems import refuse_date
from genkan.residents.forms.profile import ProfileForm
from genkan.ui.texts import FreeTextField

SHORTEST_NOTE = 4
"""Characters that can say anything."""

REASONS = [
    ("", _("Please choose")),
    (LookupReason.VISIT, _("The person stands at the counter")),
    (LookupReason.TELEPHONE, _("The person is on the telephone")),
    (LookupReason.INQUIRY, _("An inquiry or a letter is to be answered")),
    (LookupReason.SAME_PERSON, _("Somebody may have registered twice")),
    (LookupReason.MISUSE, _("An ID is to be protected against misuse")),
    (LookupReason.OTHER_DUTY, _("Another duty: please write it below")),
]


class ReasonForm(forms.Form):
    """Why a record is opened: the class of the reason goes into the resident's history."""

    reason = forms.ChoiceField(
        choices=REASONS,
        label=_("Reason"),
        help_text=_("The resident reads this reason in their history."),
    )
    note = FreeTextField(
        required=False,
        max_length=LONGEST_NOTE,
        label=_("In your own words"),
        help_text=_("For the supervisor's review, such as the number of a case."),
    )
    note_needed_for = frozenset({LookupReason.OTHER_DUTY})

    @override
    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        needed = cleaned.get("reason") in self.note_needed_for
        if needed and "note" in cleaned and len(cleaned["note"]) < SHORTEST_NOTE:
            self.add_error("note", _("Please say in a few words why."))
        return cleaned

    def because(self) -> Because:
        """Return the valid input."""
        reason = LookupReason(self.cleaned_data["reason"])
        return Because(reason=reason, note=self.cleaned_data["note"])


class UnmaskForm(ReasonForm):
    """Why a value is read in full: always also in words."""

    note_needed_for = frozenset(LookupReason)


class SearchForm(ReasonForm):
    """Whom staff look for: at least one thing about the person, and why."""

    name = forms.CharField(
        required=False,
        max_length=MAX_FULL,
        label=_("Name"),
        help_text=_("Whole or a part of it; spellings such as 髙 and 高 are the same here."),
    )
    kana = forms.CharField(
        required=False,
        max_length=MAX_FULL,
        label=_("Name in kana"),
        help_text=_("Whole, a part, or its beginning from two letters on."),
    )
    birthdate = forms.CharField(
        required=False,
        max_length=40,
        label=_("Date of birth"),
        help_text=_("Examples: 1984-11-30, 1984年11月30日, 昭和59年11月30日, S59.11.30"),
    )
    email = forms.CharField(required=False, max_length=254, label=_("E-mail address"))
    phone = forms.CharField(
        required=False,
        max_length=40,
        label=_("Telephone number"),
        help_text=_("The whole number, with or without hyphens."),
    )
    resident = forms.UUIDField(
        required=False,
        label=_("ID"),
        help_text=_("As on the ID slip."),
        error_messages={"invalid": _("This is not an ID.")},
    )
    field_order = ("name", "kana", "birthdate", "email", "phone", "resident", "reason", "note")

    def clean_birthdate(self) -> str:
        """Return the date as ISO 8601, perhaps without its day or month; "" for none."""
        typed = self.cleaned_data["birthdate"]
        if not typed:
            return ""
        understood = read_date(typed)
        refuse_date(understood)
        assert understood.value is not None  # no problem was found
        return understood.value.iso

    @override
    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        asked = ("name", "kana", "birthdate", "email", "phone", "resident")
        if not self.errors and not any(cleaned.get(name) for name in asked):
            self.add_error(None, _("Please fill in at least one thing about the person."))
        return cleaned

    def wanted(self) -> Criteria | ResidentId:
        """Return the valid input; an ID says it all."""
        given = self.cleaned_data
        if given["resident"]:
            return ResidentId(given["resident"])
        return Criteria(
            name=given["name"],
            kana=given["kana"],
            birthdate=given["birthdate"],
            email=given["email"],
            phone=given["phone"],
        )


class CounterProfileForm(ProfileForm):
    """The profile at a counter, where a birth date may lack what nobody knows (H05)."""

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - Django's options
        super().__init__(*args, **options)
        if "birthdate" in self.fields:
            self.fields["birthdate"].takes_partial = True  # type: ignore[attr-defined] # a Birthdate


class DocumentForm(SeenForm):
    """What a registration at the counter asks beside the profile."""

    ui_locale = forms.ChoiceField(
        choices=LOCALES,
        label=_("Language of the terms"),
        help_text=_("In which the terms are read out, and letters are written."),
    )
    person = forms.UUIDField(widget=forms.HiddenInput, initial=new_id)

    def person_at_counter(self, values: Mapping[str, Any], shown: Shown) -> AtCounter:
        """Return the valid input with the profile and the terms as read out."""
        given = self.cleaned_data
        return AtCounter(
            id=ResidentId(given["person"]),
            values=values,
            seen=self.seen(),
            ui_locale=given["ui_locale"],
            terms=shown.terms,
            locale=shown.locale,
            text_hash=shown.text_hash,
        )


class PageForm(forms.Form):
    """Which page of what was found."""

    page = forms.IntegerField(required=False, min_value=1, max_value=1000)

    def number(self) -> int:
        """Return the page; the first one for whatever is not a number."""
        return (self.is_valid() and self.cleaned_data["page"]) or 1
