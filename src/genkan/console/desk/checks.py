"""Pages of the counter where a value is held against a document: borne out, or corrected."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from genkan.catalogue import api as catalogue
from genkan.console.access import on_open_record
from genkan.console.desk.forms import CounterProfileForm
from genkan.console.documents import SeenForm
from genkan.console.masking import masked_value
from genkan.console.wording import language
from genkan.kernel import clock
from genkan.kernel.clock import day_in_japan
from genkan.kernel.errors import NotFound
from genkan.kernel.ids import ResidentId
from genkan.residents import api as residents
from genkan.residents.api import BORNE_OUT, Staff
from genkan.ui.answers import see_other

INVALID = 422


@require_http_methods(["GET", "POST"])
@on_open_record
def check(request: HttpRequest, staff: Staff, resident: ResidentId, item: str) -> HttpResponse:
    """Ask which document was seen, and whether the value stands or what it should be."""
    if item not in BORNE_OUT:
        raise NotFound
    now = clock.now()
    sent = request.POST if request.method == "POST" else None
    is_correction = sent is not None and sent.get("decision") == "correct"
    seen = SeenForm(sent)
    today = day_in_japan(now)
    typed = sent if is_correction else None
    form = CounterProfileForm(typed, today=today, language=language(), items=[item])
    if seen.is_valid() and (form.is_valid() or not is_correction):
        contents = form.values() if is_correction else {item: None}
        residents.check_values(staff.account, resident, contents, seen.seen(), now=now)
        return see_other("console_residents:show", resident)
    held = residents.profile_of(resident)
    is_protected = residents.is_protected(resident, now)
    context = {
        "form": form,
        "seen": seen,
        "resident": resident,
        "item": item,
        "label": catalogue.item(item).name.in_language(language()),
        "masked": masked_value(held, item, is_protected=is_protected),
    }
    status = 200 if sent is None else INVALID
    return render(request, "console/desk/check.html", context, status=status)
