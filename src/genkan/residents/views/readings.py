"""Two readings of a name that differ a little: the resident says which one is used (H07)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from genkan.kernel import clock
from genkan.kernel.errors import NotFound
from genkan.kernel.ids import ResidentId
from genkan.residents.service import readings
from genkan.ui.answers import see_other
from genkan.ui.callers import for_resident


@require_http_methods(["GET", "POST"])
@for_resident
def pick(request: HttpRequest, resident: ResidentId) -> HttpResponse:
    """Show both readings with where they come from; use the one that was picked."""
    if request.method == "POST":
        readings.pick(resident, request.POST.get("reading", ""), now=clock.now())
        return see_other("residents:profile")
    held = readings.readings_of(resident)
    if held.other is None:
        raise NotFound
    return render(request, "residents/reading.html", {"readings": [held.used, held.other]})
