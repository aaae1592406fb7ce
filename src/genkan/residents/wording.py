"""Sentences for what can be wrong with what people or files say."""

from django.utils.translation import gettext_lazy as _

from genkan.kernel.text.characters import Problem
from genkan.kernel.text.dates import DateProblem
from genkan.residents.domain.rows import RowProblem

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

ROW = {
    RowProblem.NOT_AN_EMAIL: _("This is not an e-mail address."),
    RowProblem.NOT_A_PHONE: _("This is not a telephone number. Example: 06-1234-5678"),
    RowProblem.NOT_A_SEX: _("The code of the sex is 0, 1, 2 or 9 (ISO/IEC 5218)."),
    RowProblem.NOT_A_LANGUAGE: _("The language is ja, ja-easy or en."),
    RowProblem.TERMS_NOT_ACCEPTED: _("The terms in force were not accepted."),
    RowProblem.REPEATED: _("This stood in an earlier row of the file already."),
    RowProblem.EMAIL_TAKEN: _("This e-mail address is in use already."),
    RowProblem.WRONG_NUMBER_OF_FIELDS: _("The row has more or fewer fields than the first line."),
}


def sentence_of(code: str) -> str:
    """Return the sentence for a problem of a row, in the language of the moment."""
    for known in (TEXT, DATE, ROW):
        for name, sentence in known.items():
            if name == code:
                return str(sentence)
    return code
