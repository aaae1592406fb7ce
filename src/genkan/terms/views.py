"""Pages of terms."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from genkan.kernel import clock
from genkan.terms import service
from genkan.terms.domain import LOCALES, Kind
from genkan.terms.markdown import as_html
from genkan.ui import languages
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
    now = clock.now()
    in_force = service.current(now, kind)
    version = in_force if label is None else service.version(kind, label)
    text = service.text(version, _wanted_language(request))
    context = {
        "kind": kind,
        "version": version,
        "is_in_force": version == in_force,
        "is_to_come": version.effective_from > now,
        "has_predecessor": service.version_before(version) is not None,
        "lang": languages.tag_of(text.locale),
        "html": as_html(text.body),
        "is_authoritative": text.locale == version.authoritative_locale,
    }
    return render(request, "terms/document.html", context)


@require_safe
@for_everybody
def changes(request: HttpRequest, kind: str, label: str) -> HttpResponse:
    """Show what a version says otherwise than an earlier one, or than the one before it."""
    if kind not in set(Kind):
        raise Http404
    new = service.version(kind, label)
    since = request.GET.get("since")
    old = service.version_before(new) if since is None else service.version(kind, since)
    if old is None:
        raise Http404
    found = service.changes(old, new, _wanted_language(request))
    context = {"old": old, "new": new, "changes": found, "lang": languages.tag_of(found.locale)}
    return render(request, "terms/changes.html", context)


def _wanted_language(request: HttpRequest) -> str:
    """Return the language asked for (`?text=`), so that the authoritative one is a click away."""
    wanted = request.GET.get("text")
    return wanted if wanted in LOCALES else languages.current()
