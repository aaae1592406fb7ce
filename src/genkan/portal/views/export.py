"""The export: everything we hold on a resident, to take along, to read or to print."""

import json

from allauth.core import ratelimit
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_http_methods

from genkan.kernel import clock
from genkan.kernel.ids import ResidentId
from genkan.ledger import api as ledger
from genkan.portal.views.proof import proved_recently
from genkan.residents import api as residents
from genkan.ui import languages, pdf
from genkan.ui.callers import for_any_resident

FILE = "genkan-export"
LIMITS = {"export_pdf": "12/h/user"}
"""A PDF of a long history takes seconds of a processor."""
UNAVAILABLE = 503


@require_http_methods(["GET", "HEAD", "POST"])
@for_any_resident
@proved_recently
def export(request: HttpRequest, resident: ResidentId) -> HttpResponse:
    """Say what the export contains; give it as a file, as PDF or as a page for printing."""
    form = request.POST.get("form", "")
    if request.method != "POST":
        return _offer(request, status=200)
    if form == "pdf":
        return _as_pdf(request, resident)
    if form == "page":
        reading = _read(resident)
        return render(request, "portal/export_page.html", {"reading": reading, "now": clock.now()})
    by = ledger.Actor.resident(resident)
    document = residents.export(resident, by=by, now=clock.now())
    text = json.dumps(document, ensure_ascii=False, indent=2)
    return _download(text.encode(), "application/json; charset=utf-8", f"{FILE}.json")


def _offer(request: HttpRequest, *, status: int) -> HttpResponse:
    context = {"pdf_is_available": pdf.is_available()}
    return render(request, "portal/export.html", context, status=status)


def _as_pdf(request: HttpRequest, resident: ResidentId) -> HttpResponse:
    if not pdf.is_available():
        return _offer(request, status=UNAVAILABLE)
    limited: HttpResponse | None = ratelimit.consume_or_429(
        request, action="export_pdf", config=LIMITS, user=request.user
    )
    if limited is not None:
        return limited
    context = {"reading": _read(resident), "now": clock.now()}
    drawn = pdf.pdf_of(render_to_string("portal/export_pdf.html", context, request))
    return _download(drawn, "application/pdf", f"{FILE}.pdf")


def _read(resident: ResidentId) -> residents.Reading:
    by, language = ledger.Actor.resident(resident), languages.current()
    return residents.read_all(resident, language=language, by=by, now=clock.now())


def _download(content: bytes, kind: str, name: str) -> HttpResponse:
    headers = {
        "Content-Type": kind,
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "no-store",
    }
    return HttpResponse(content, headers=headers)
