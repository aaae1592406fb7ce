"""When the terms change: what a resident is told, and the page on which they decide."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse_lazy
from django.views.decorators.http import require_http_methods

from genkan.kernel import clock
from genkan.kernel.ids import ResidentId
from genkan.residents.errors import TermsRefused, TermsUndecided
from genkan.residents.forms.terms import TermsForm
from genkan.residents.service import agreements, terms_notices
from genkan.terms import api as terms
from genkan.ui import languages
from genkan.ui.acting import also_for_representatives
from genkan.ui.addresses import wanted_next, with_next
from genkan.ui.answers import see_other
from genkan.ui.callers import for_any_resident, resident_of
from genkan.ui.notices import Duty, Notice

ADDRESS = reverse_lazy("residents:terms_decision")
_TEMPLATES = {
    terms.Duty.ANNOUNCED: "residents/notices/terms_announced.html",
    terms.Duty.CHANGED: "residents/notices/terms_changed.html",
    terms.Duty.UNDECIDED: "residents/notices/terms_undecided.html",
    terms.Duty.REFUSED: "residents/notices/terms_refused.html",
}


def notice_for(resident: ResidentId) -> Notice | None:
    """Return what a resident has to be told about the terms now, and what they owe."""
    standing = agreements.standing_of(resident, now=clock.now())
    if standing.duty is terms.Duty.NOTHING:
        return None
    facts = {"version": standing.version, "accepted": standing.accepted}
    return Notice(template=_TEMPLATES[standing.duty], facts=facts, duty=_owed(standing.duty))


def _owed(duty: terms.Duty) -> Duty | None:
    if duty is terms.Duty.UNDECIDED:
        return Duty(address=str(ADDRESS), refusal=TermsUndecided(), is_pressing=True)
    if duty is terms.Duty.REFUSED:
        return Duty(address=str(ADDRESS), refusal=TermsRefused(), is_pressing=False)
    return None


@require_http_methods(["GET", "POST"])
@for_any_resident
@also_for_representatives("services")
def decide(request: HttpRequest, resident: ResidentId) -> HttpResponse:
    """Show what changes and the whole text, and take an explicit decision in."""
    now, language = clock.now(), languages.current()
    standing = agreements.standing_of(resident, now=now)
    if request.method == "GET" and standing.is_current:
        context = {"acts": terms.receipts_of(resident), "standing": standing}
        return render(request, "residents/terms_accepted.html", context)
    version = terms.current(now)
    terms_notices.note_read(resident, version.id, now=now)
    text = terms.text(version, language)
    accepts = request.POST.get("decision") != "refuse"
    form = TermsForm(request.POST or None, version=version, text=text, now=now, must_accept=accepts)
    if form.is_valid():
        return _decided(request, resident, form, accepts=accepts)
    shown = TermsForm(version=version, text=text, now=now) if form.is_stale() else form
    context = _page(standing, version, text, language) | {
        "form": shown,
        "stale": form.errors.get("shown"),
        "next": wanted_next(request),
    }
    status = 422 if form.is_bound else 200
    return render(request, "residents/terms_decision.html", context, status=status)


def _decided(
    request: HttpRequest, resident: ResidentId, form: TermsForm, *, accepts: bool
) -> HttpResponse:
    shown, now, onward = form.cleaned_data["shown"], clock.now(), wanted_next(request)
    by = resident_of(request)
    if accepts:
        agreements.accept(resident, shown, by=by, now=now)
        return see_other(onward)
    agreements.refuse(resident, shown, by=by, now=now)
    return see_other(with_next(str(ADDRESS), onward))


def _page(
    standing: terms.Standing, version: terms.TermsVersion, text: terms.Wording, language: str
) -> dict[str, object]:
    old = standing.accepted
    is_change = old is not None and old.id != version.id
    return {
        "version": version,
        "new": version,
        "old": old,
        "changes": terms.changes(old, version, language) if is_change and old else None,
        "html": terms.as_html(text.body),
        "lang": languages.tag_of(text.locale),
        "is_authoritative": text.locale == version.authoritative_locale,
        "was_refused": standing.duty is terms.Duty.REFUSED,
    }
