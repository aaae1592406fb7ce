"""The profile: what an ID needs, each field with the reason it is asked for (M03, M08)."""

import unicodedata
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

import regex
from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from genkan.catalogue import api as catalogue
from genkan.kernel.text import addresses
from genkan.kernel.text.addresses import Address, Place
from genkan.kernel.text.names import MAX_FULL, MAX_PART, Name, other_name
from genkan.residents.domain.people import Draft
from genkan.residents.forms import fields
from genkan.residents.forms.radicals import questions

FIELDS_OF: Mapping[str, tuple[str, ...]] = {
    "name": ("name", "family_name", "given_name"),
    "name_kana": ("name_kana", "family_kana", "given_kana"),
    "former_name": ("former_name", "former_name_kana"),
    "alias": ("alias", "alias_family", "alias_given", "alias_kana"),
    "birthdate": ("birthdate",),
    "sex": ("sex",),
    "gender": ("gender",),
    "address": (
        "postal_code",
        "prefecture",
        "municipality",
        "town",
        "street",
        "building",
        "no_fixed_address",
    ),
    "phone": ("phone",),
}
"""Fields by item of the catalogue; the first one carries the reason."""

HOME = "大阪府"
SEXES = (("2", _("Female")), ("1", _("Male")), ("9", _("I would rather not answer")))
PLACE_FIELDS = ("prefecture", "municipality", "town")

_PHONE_NOISE = regex.compile(r"[\s()\-‐‑‒–—―−ー－]")
_PHONE = regex.compile(r"0(?!00)\d{9,10}|\+[1-9]\d{6,14}", regex.ASCII)


def _line(autocomplete: str) -> forms.TextInput:
    return forms.TextInput(attrs={"autocomplete": autocomplete})


class ProfileForm(forms.Form):
    """What a person says about themselves. Nothing is split, reordered or corrected."""

    name = fields.AsTyped(
        limit=MAX_FULL,
        widget=_line("name"),
        label=_("Full name"),
        help_text=_("As you write it yourself. Every character is kept as you type it."),
    )
    family_name = fields.AsTyped(
        limit=MAX_PART, required=False, widget=_line("family-name"), label=_("Family name")
    )
    given_name = fields.AsTyped(
        limit=MAX_PART, required=False, widget=_line("given-name"), label=_("Given name")
    )
    name_kana = fields.Reading(
        limit=MAX_FULL,
        widget=_line("off"),
        label=_("Full name in kana"),
        help_text=_("Hiragana and half-width kana are turned into katakana; you see the result."),
    )
    family_kana = fields.Reading(
        limit=MAX_PART, required=False, widget=_line("off"), label=_("Family name in kana")
    )
    given_kana = fields.Reading(
        limit=MAX_PART, required=False, widget=_line("off"), label=_("Given name in kana")
    )
    former_name = fields.AsTyped(
        limit=MAX_PART, required=False, widget=_line("off"), label=_("Former family name")
    )
    former_name_kana = fields.Reading(
        limit=MAX_PART,
        required=False,
        widget=_line("off"),
        label=_("Former family name in kana"),
    )
    alias = fields.AsTyped(limit=MAX_FULL, required=False, widget=_line("off"), label=_("Alias"))
    alias_family = fields.AsTyped(
        limit=MAX_PART, required=False, widget=_line("off"), label=_("Family name of the alias")
    )
    alias_given = fields.AsTyped(
        limit=MAX_PART, required=False, widget=_line("off"), label=_("Given name of the alias")
    )
    alias_kana = fields.Reading(
        limit=MAX_FULL, required=False, widget=_line("off"), label=_("Alias in kana")
    )
    birthdate = fields.Birthdate(
        widget=_line("bday"),
        label=_("Date of birth"),
        help_text=_("Examples: 1984-11-30, 1984年11月30日, 昭和59年11月30日, S59.11.30"),
    )
    sex = forms.ChoiceField(choices=SEXES, required=False, widget=forms.RadioSelect, label=_("Sex"))
    gender = fields.InOwnWords(
        limit=MAX_PART,
        required=False,
        widget=_line("off"),
        label=_("Gender in your own words"),
    )
    no_fixed_address = forms.BooleanField(
        required=False,
        label=_("I have no fixed address"),
        help_text=_(
            "Then say only where you mostly stay; postal code and number may stay empty. "
            "Letters wait for you at the counter."
        ),
    )
    postal_code = fields.PostalCode(
        widget=_line("postal-code"), label=_("Postal code"), help_text=_("Example: 560-0081")
    )
    prefecture = forms.ChoiceField(
        choices=[(name, name) for name in addresses.prefectures()],
        initial=HOME,
        widget=forms.Select(attrs={"autocomplete": "address-level1"}),
        label=_("Prefecture"),
    )
    municipality = fields.AsTyped(
        limit=addresses.MAX_PART,
        widget=_line("address-level2"),
        label=_("City, ward, town or village"),
        help_text=_("In Osaka and Sakai with the ward, such as 大阪市北区"),
    )
    town = fields.AsTyped(
        limit=addresses.MAX_PART,
        required=False,
        widget=_line("address-line1"),
        label=_("Town"),
    )
    street = fields.AsTyped(
        limit=addresses.MAX_PART,
        widget=_line("address-line2"),
        label=_("Block and number"),
        help_text=_("As in your address, such as 三丁目9番9号 or 5丁999番地"),
    )
    building = fields.AsTyped(
        limit=addresses.MAX_PART,
        required=False,
        widget=_line("address-line3"),
        label=_("Building and room"),
    )
    phone = forms.CharField(
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
        label=_("Telephone number"),
        help_text=_("Example: 06-1234-5678"),
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        today: date,
        language: str,
        items: Collection[str] = tuple(FIELDS_OF),
        **options: Any,  # noqa: ANN401 - Django's options
    ) -> None:
        super().__init__(data, **options)
        self.items = [item for item in FIELDS_OF if item in items]
        self._today = today
        for item, names in FIELDS_OF.items():
            if item not in self.items:
                for name in names:
                    del self.fields[name]
            else:
                self._explain(item, language)
        if "address" in self.items and self["no_fixed_address"].value():
            for name in ("postal_code", "street"):
                self.fields[name].required = False
        self._questions = questions(self.data, FIELDS_OF, self.items)
        self.fields |= {one.name: one.field() for one in self._questions}

    def _explain(self, item: str, language: str) -> None:
        first = self.fields[FIELDS_OF[item][0]]
        reason = catalogue.item(item).asked_because.in_language(language)
        why = _("Why we ask: %(reason)s") % {"reason": reason}
        first.help_text = format_html("{}<br>{}", why, first.help_text) if first.help_text else why

    def clean_birthdate(self) -> Any:  # noqa: ANN401 - a PartialDate
        """Refuse days on which nobody alive can have been born."""
        born = self.cleaned_data["birthdate"]
        fields.refuse_impossible_birth(born, self._today)
        return born

    def clean_phone(self) -> str:
        """Return the number in plain digits and hyphens, or nothing."""
        typed = unicodedata.normalize("NFKC", self.cleaned_data["phone"]).strip()
        if typed and not _PHONE.fullmatch(_PHONE_NOISE.sub("", typed)):
            raise forms.ValidationError(
                _("This is not a telephone number. Example: 06-1234-5678"), code="phone"
            )
        return "".join("-" if sign in "‐‑‒–—―−ー－" else sign for sign in typed)

    @override
    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for question in self._questions:
            question.answer(cleaned)
        for whole, *parts in (FIELDS_OF["former_name"], FIELDS_OF["alias"]):
            if not cleaned.get(whole) and any(cleaned.get(part) for part in parts):
                self.add_error(whole, self.fields[whole].error_messages["required"])
        if "address" in self.items and cleaned.get("municipality") and cleaned.get("prefecture"):
            cleaned["lg_code"] = addresses.lg_code_of(
                cleaned["prefecture"], cleaned["municipality"], cleaned.get("postal_code", "")
            )
            if not cleaned["lg_code"] and cleaned["prefecture"] == HOME:
                self.add_error("municipality", _NO_SUCH_MUNICIPALITY)
        return cleaned

    def values(self) -> dict[str, Any]:
        """Return the valid input by item, in the shape of the person-data API; None for nothing."""
        given = self.cleaned_data
        made: dict[str, Any] = {
            "name": lambda: _name(given, "name", "family_name", "given_name"),
            "name_kana": lambda: _name(given, "name_kana", "family_kana", "given_kana"),
            "birthdate": lambda: given["birthdate"].iso,
            "former_name": lambda: _other_name(given, "former_name"),
            "alias": lambda: _other_name(given, "alias"),
            "sex": lambda: given["sex"] or None,
            "gender": lambda: given["gender"] or None,
            "address": lambda: _address(given),
            "phone": lambda: given["phone"] or None,
        }
        return {item: made[item]() for item in self.items}

    def typed(self) -> dict[str, str]:
        """Return every field as typed, to fill the form again."""
        return {name: str(self.data.get(name, "")).strip() for name in self.fields}

    def draft(self) -> Draft:
        """Return the valid input as a draft."""
        values = {item: content for item, content in self.values().items() if content}
        return Draft(typed=self.typed(), values=values)

    def with_places(self) -> "ProfileForm":
        """Return the same form, not yet judged, with what its postal code says filled in.

        A code that is not one, or is unknown, is marked at its field; all else stays as typed.
        """
        typed = self.typed()
        digits = addresses.postal_code_of(typed["postal_code"])
        places = addresses.lookup(digits) if digits else []
        filled = ProfileForm(
            today=self._today,
            language="ja",
            items=self.items,
            initial={**typed, **filling(places)},
        )
        for name, field in filled.fields.items():
            field.help_text = self.fields[name].help_text
        filled.places = places
        filled.looked_up = True
        return filled

    places: Collection[Place] = ()
    looked_up = False


_NO_SUCH_MUNICIPALITY = forms.ValidationError(
    _("There is no such municipality in the prefecture. In Osaka and Sakai, add the ward."),
    code="not_a_municipality",
)


def filling(places: Collection[Place]) -> dict[str, str]:
    """Return what places of one postal code have in common, by field."""
    found = {name: {getattr(place, name) for place in places} for name in PLACE_FIELDS}
    return {name: values.pop() for name, values in found.items() if len(values) == 1}


def as_fields(contents: Mapping[str, Any]) -> dict[str, str]:
    """Return the form's fields for contents by item: what a form for editing begins with."""
    name, kana = contents.get("name") or {}, contents.get("name_kana") or {}
    address = contents.get("address") or {}
    former, alias = contents.get("former_name") or {}, contents.get("alias") or {}
    postal = address.get("postal_code", "")
    known = {
        "name": name.get("full"),
        "family_name": name.get("family"),
        "given_name": name.get("given"),
        "name_kana": kana.get("full"),
        "family_kana": kana.get("family"),
        "given_kana": kana.get("given"),
        "birthdate": contents.get("birthdate"),
        "former_name": former.get("full"),
        "former_name_kana": former.get("kana"),
        "alias": alias.get("full"),
        "alias_family": alias.get("family"),
        "alias_given": alias.get("given"),
        "alias_kana": alias.get("kana"),
        "sex": contents.get("sex"),
        "gender": contents.get("gender"),
        "phone": contents.get("phone"),
        **{part: address.get(part) for part in FIELDS_OF["address"]},
        "postal_code": f"{postal[:3]}-{postal[3:]}" if postal else None,
    }
    return {field: value for field, value in known.items() if value}


def _name(given: Mapping[str, str], full: str, family: str, first: str) -> dict[str, str]:
    return Name(given[full], given[family] or None, given[first] or None).content()


def _other_name(given: Mapping[str, str], field: str) -> dict[str, str] | None:
    """Return a former family name or an alias; None where nothing was typed."""
    if not given[field]:
        return None
    family, first = given.get(f"{field}_family", ""), given.get(f"{field}_given", "")
    return other_name(given[field], family, first, reading=given[f"{field}_kana"])


def _address(given: Mapping[str, Any]) -> dict[str, str | None]:
    return Address(
        postal_code=given["postal_code"],
        prefecture=given["prefecture"],
        municipality=given["municipality"],
        lg_code=given["lg_code"],
        town=given["town"],
        street=given["street"],
        building=given["building"] or None,
        no_fixed=given["no_fixed_address"],
    ).content()
