"""Whether the portal can do its work, for supervisors and for the curious."""

from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from genkan.ui.callers import for_everybody


@require_safe
@never_cache
@for_everybody
def healthz(request: HttpRequest) -> JsonResponse:  # noqa: ARG001 - Django hands every view its request
    """Answer 200 when the database answers, else 503; tells nothing about the inside."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM django_migrations LIMIT 1")
    except DatabaseError:
        return JsonResponse({"status": "unavailable", "database": "down"}, status=503)
    return JsonResponse({"status": "ok", "database": "ok"})
