"""The page on what staff put, or had put, between a resident and their ID."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from genkan.kernel.ids import ResidentId
from genkan.residents.service import interventions as service
from genkan.ui.callers import for_any_resident


@require_safe
@for_any_resident
def protection(request: HttpRequest, resident: ResidentId) -> HttpResponse:
    """Show what stands, with the way back, and what was before; nothing that staff wrote."""
    begun = [one for one in service.interventions_of(resident) if one.begun_at is not None]
    context = {
        "standing": [one for one in begun if one.ended_at is None],
        "past": [one for one in begun if one.ended_at is not None],
    }
    return render(request, "residents/protection.html", context)
