"""Sentences for what is wrong with a text or a date."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from genkan.kernel.text.characters import Finding, Problem
from genkan.kernel.text.dates import DateProblem, in_japanese
from genkan.kernel.text.typed_dates import Typed

TEXT = {
    Problem.EMPTY: _("Please fill this in."),
    Problem.TOO_LONG: _("This is longer than we can store. Please ask at the counter."),
    Problem.TOO_MANY_MARKS: _("One character carries more marks than writing needs."),
    Problem.CONTROL_CHARACTER: _("This contains a control character, such as a line break."),
    Problem.DIRECTION_OVERRIDE: _("This contains an invisible character that turns text around."),
    Problem.INVISIBLE_CHARACTER: _("This contains an invisible character. Please type it anew."),
    Problem.STRAY_SELECTOR: _("A mark for a variant form stands without its character."),
    Problem.UNASSIGNED_CHARACTER: _("This contains a character that does not exist."),
    Problem.PRIVATE_USE_CHARACTER: _(
        "This contains a character made for one computer only. Please ask at the counter."
    ),
    Problem.DAMAGED_CHARACTER: _("Some characters arrived damaged. Please type them anew."),
    Problem.NOT_KATAKANA: _("Please write the reading in katakana. Hiragana is fine, too."),
    Problem.NOT_A_POSTAL_CODE: _("A postal code has seven digits."),
    Problem.NOT_A_MUNICIPALITY_CODE: _("There is no such municipality in the prefecture."),
}

DATE = {
    DateProblem.EMPTY: _("Please fill this in."),
    DateProblem.UNREADABLE: _("We cannot read this date. Example: 1984-11-30 or S59.11.30"),
    DateProblem.NO_SUCH_DAY: _("There is no such day in the calendar."),
    DateProblem.NOT_IN_ERA: _("The era did not have this day."),
    DateProblem.BEFORE_CALENDAR: _("Dates before 1873 are taken at the counter."),
    DateProblem.IN_THE_FUTURE: _("This day lies in the future."),
    DateProblem.TOO_LONG_AGO: _("This is more than 130 years ago."),
}
PARTIAL = _("If the day or the month is not known, please register at the counter.")
MEANT = _("The era did not have this day. Did you mean %(date)s?")


def refuse(found: Iterable[Finding]) -> None:
    """Raise what is wrong with a text, each problem once.

    Raises:
        ValidationError: something was found.
    """
    codes = dict.fromkeys(finding.problem for finding in found)
    if codes:
        raise ValidationError([ValidationError(TEXT[code], code=code) for code in codes])


def refuse_date(typed: Typed) -> None:
    """Raise what is wrong with a typed date.

    Raises:
        ValidationError: it has a problem.
    """
    if typed.problem is None:
        return
    if typed.proposal is not None:
        meant = {"date": in_japanese(typed.proposal)}
        raise ValidationError(MEANT, code=typed.problem, params=meant)
    raise ValidationError(DATE[typed.problem], code=typed.problem)
