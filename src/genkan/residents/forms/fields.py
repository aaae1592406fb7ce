"""Fields that keep what people type."""

from datetime import date
from typing import Any

from django import forms
from typing_extensions import override

from genkan.kernel.text import addresses, kana, names
from genkan.kernel.text.dates import PartialDate, birthdate_problem
from genkan.kernel.text.typed_dates import Typed, read_date
from genkan.residents.forms.problems import PARTIAL, refuse, refuse_date
from genkan.ui.texts import FreeTextField


class AsTyped(forms.CharField):
    """One line of text, kept as typed but for outer spaces; length counts what readers count."""

    def __init__(self, *, limit: int, **options: Any) -> None:  # noqa: ANN401 - Django's options
        self.limit = limit
        super().__init__(**options)

    @override
    def validate(self, value: str) -> None:
        super().validate(value)
        refuse(names.findings_of(value, limit=self.limit, required=False))


class InOwnWords(FreeTextField, AsTyped):
    """A line about oneself, kept as typed; a My Number in it comes back masked."""


class Reading(AsTyped):
    """A reading; its value is in full-width katakana, whatever kana was typed."""

    @override
    def to_python(self, value: Any) -> str:
        return kana.to_katakana(super().to_python(value) or "")

    @override
    def validate(self, value: str) -> None:
        forms.CharField.validate(self, value)
        refuse(kana.findings_of(value, limit=self.limit, required=False))


class PostalCode(forms.CharField):
    """Seven digits, typed in any usual way."""

    @override
    def clean(self, value: Any) -> str:
        typed = super().clean(value)
        if not typed:
            return ""
        digits = addresses.postal_code_of(typed)
        if digits is None:
            refuse([names.Finding(names.Problem.NOT_A_POSTAL_CODE)])
        return digits or ""


class Birthdate(forms.CharField):
    """A full date in 西暦 or 和暦; its value is a `PartialDate` with a day.

    At a counter the day or the month may be missing.
    """

    takes_partial = False

    @override
    def clean(self, value: Any) -> PartialDate | None:
        typed = super().clean(value)
        if not typed:
            return None
        understood = read_date(typed)
        refuse_date(understood)
        born = understood.value
        assert born is not None  # no problem was found
        if born.exact is None and not self.takes_partial:
            raise forms.ValidationError(PARTIAL, code="partial")
        return born


def refuse_impossible_birth(born: PartialDate, today: date) -> None:
    """Refuse a day on which nobody alive can have been born.

    Raises:
        ValidationError: too early, or in the future.
    """
    refuse_date(Typed(problem=birthdate_problem(born, today)))
