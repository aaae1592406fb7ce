"""The export: everything we hold on a resident, to take along or to print."""

import json

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from genkan.kernel import clock
from genkan.kernel.ids import ResidentId
from genkan.ledger import api as ledger
from genkan.portal.views.proof import proved_recently
from genkan.residents import api as residents
from genkan.ui import languages
from genkan.ui.callers import for_any_resident

FILE = "genkan-export.json"


@require_http_methods(["GET", "HEAD", "POST"])
@for_any_resident
@proved_recently
def export(request: HttpRequest, resident: ResidentId) -> HttpResponse:
    """Say what the export contains; give it as a file or as a page for reading and printing."""
    now, by = clock.now(), ledger.Actor.resident(resident)
    if request.method != "POST":
        return render(request, "portal/export.html")
    if request.POST.get("form") == "page":
        language = languages.current()
        sections = residents.read_all(resident, language=language, by=by, now=now)
        return render(request, "portal/export_page.html", {"sections": sections, "now": now})
    document = residents.export(resident, by=by, now=now)
    return HttpResponse(
        json.dumps(document, ensure_ascii=False, indent=2),
        headers={
            "Content-Type": "application/json; charset=utf-8",
            "Content-Disposition": f'attachment; filename="{FILE}"',
            "Cache-Control": "no-store",
        },
    )
