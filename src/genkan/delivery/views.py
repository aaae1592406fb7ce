"""Pages of delivery. The feed itself stands on the portal's home."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from genkan.delivery import service
from genkan.kernel import clock
from genkan.ui import languages
from genkan.ui.callers import for_everybody, resident_of


@require_safe
@for_everybody
def article(request: HttpRequest, article_id: UUID) -> HttpResponse:
    """Show a published article in full, and to a resident why it was delivered."""
    resident, now = resident_of(request), clock.now()
    facts = None if resident is None else service.facts_of(resident, now=now)
    page = service.article_page(article_id, now, facts=facts, language=languages.current())
    return render(request, "delivery/article.html", {"page": page, "known": facts is not None})
