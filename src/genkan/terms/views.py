"""Pages of terms."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from genkan.kernel import clock
from genkan.terms import service
from genkan.terms.domain import AUTHORITATIVE, Kind
from genkan.terms.markdown import as_html
from genkan.ui.callers import for_everybody


@require_safe
@for_everybody
def current(request: HttpRequest) -> HttpResponse:
    """Show what is in force, and all versions."""
    now = clock.now()
    documents = [
        {"kind": kind, "version": service.current(now, kind), "versions": service.versions(kind)}
        for kind in Kind
    ]
    return render(request, "terms/index.html", {"documents": documents, "now": now})


@require_safe
@for_everybody
def document(request: HttpRequest, kind: str, label: str | None = None) -> HttpResponse:
    """Show one version of a document; the one in force unless another is asked for."""
    if kind not in set(Kind):
        raise Http404
    in_force = service.current(clock.now(), kind)
    version = in_force if label is None else service.version(kind, label)
    text = service.text(version, get_language() or AUTHORITATIVE)
    context = {
        "kind": kind,
        "version": version,
        "is_in_force": version == in_force,
        "text": text,
        "html": as_html(text.body),
        "is_authoritative": text.locale == version.authoritative_locale,
    }
    return render(request, "terms/document.html", context)
