"""Letters about changed terms: who needs one, print, CSV, sent; and how far a change has come."""

import csv
import io
from collections.abc import Iterable
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST, require_safe

from genkan.console.access import for_supervisor
from genkan.kernel import clock
from genkan.kernel.ids import TermsId
from genkan.residents.api import Staff, terms_letters
from genkan.ui.answers import see_other

COLUMNS = ("resident", "name", "postal_code", "address", "language", "terms", "in_force_from")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula."""


@require_safe
@for_supervisor
def overview(request: HttpRequest, staff: Staff) -> HttpResponse:  # noqa: ARG001 - every page of the desk has its caller
    """Show how far each change of the terms has come, and who still needs a letter."""
    context = {"progress": terms_letters.progress(now=clock.now())}
    return render(request, "console/desk/letters.html", context)


@require_POST
@for_supervisor
def make(request: HttpRequest, staff: Staff, terms: UUID) -> HttpResponse:  # noqa: ARG001 - as above
    """Make the next letters out."""
    batch = terms_letters.make_letters(TermsId(terms), by=staff.account, now=clock.now())
    if batch is None:
        return see_other("console_residents:letters")
    return see_other("console_residents:letter_batch", batch)


@require_safe
@for_supervisor
def batch(request: HttpRequest, staff: Staff, batch: UUID) -> HttpResponse:
    """Show a batch without names and addresses: what goes by post, what the counter hands over."""
    found = terms_letters.letters_of(batch, by=staff.account, now=clock.now())
    posted = [one for one in found if one.goes_by_post]
    context = {
        "batch": batch,
        "posted": posted,
        "unsent": [one for one in posted if not one.is_sent],
        "by_hand": [one for one in found if not one.goes_by_post],
    }
    return render(request, "console/desk/letter_batch.html", context)


@require_POST
@for_supervisor
def write(request: HttpRequest, staff: Staff, batch: UUID) -> HttpResponse:
    """Write the letters that go by post, to print or as CSV; each resident reads of it."""
    written = terms_letters.write_letters(batch, by=staff.account, now=clock.now())
    if request.POST.get("form") != "csv":
        context = {"batch": batch, "letters": [_in_its_language(one) for one in written]}
        return render(request, "console/desk/letters_to_print.html", context)
    headers = {
        "Content-Type": "text/csv; charset=utf-8",
        "Content-Disposition": f'attachment; filename="letters-{batch}.csv"',
        "Cache-Control": "no-store",
    }
    return HttpResponse(_as_csv(written), headers=headers)


@require_POST
@for_supervisor
def sent(request: HttpRequest, staff: Staff, batch: UUID) -> HttpResponse:  # noqa: ARG001 - as above
    """Note that a batch was posted."""
    terms_letters.note_sent(batch, by=staff.account, now=clock.now())
    return see_other("console_residents:letter_batch", batch)


@require_POST
@for_supervisor
def handed_over(request: HttpRequest, staff: Staff, batch: UUID, letter: UUID) -> HttpResponse:  # noqa: ARG001 - as above
    """Note that the counter handed one letter over."""
    terms_letters.note_sent(batch, letter=letter, by=staff.account, now=clock.now())
    return see_other("console_residents:letter_batch", batch)


def _in_its_language(letter: terms_letters.Written) -> SafeString:
    """Return a letter as HTML, in the language of its reader."""
    with translation.override(letter.language or "ja"):
        return render_to_string("console/desk/letter.html", {"letter": letter})


def _as_csv(letters: Iterable[terms_letters.Written]) -> bytes:
    """Return letters for a program that prints labels; UTF-8 with the mark Excel asks for."""
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(COLUMNS)
    for one in letters:
        begins = f"{one.version.effective_from:%Y-%m-%d}"
        told = (one.name, one.postal_code, one.address, one.language, one.version.label, begins)
        table.writerow([str(one.letter.resident), *map(_harmless, told)])
    return out.getvalue().encode("utf-8-sig")


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text
