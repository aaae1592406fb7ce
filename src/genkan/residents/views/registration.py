"""Registration, page by page: terms, profile, confirm, done. Its step decides what comes next."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from genkan.kernel import clock
from genkan.kernel.clock import day_in_japan
from genkan.kernel.ids import AccountId, ResidentId
from genkan.residents.domain.people import Registration, Step
from genkan.residents.forms.profile import ProfileForm
from genkan.residents.forms.terms import TermsForm
from genkan.residents.service import profile, registration
from genkan.residents.views.showing import lines_of
from genkan.terms import api as terms
from genkan.ui import languages
from genkan.ui.addresses import wanted_next, with_next
from genkan.ui.answers import see_other
from genkan.ui.callers import for_account, for_any_resident


@require_safe
@for_account
def start(request: HttpRequest, account: AccountId) -> HttpResponse:
    """Go on with registration where it was left."""
    return _on(request, registration.of_account(account, now=clock.now()))


@require_http_methods(["GET", "POST"])
@for_account
def accept_terms(request: HttpRequest, account: AccountId) -> HttpResponse:
    """Show the terms in force and take an explicit decision about them."""
    now, language = clock.now(), languages.current()
    held = registration.of_account(account, now=now)
    version = terms.current(now)
    if held.step is Step.ID_ISSUED or (request.method == "GET" and held.terms == version.id):
        return _on(request, held)
    text = terms.text(version, language)
    form = TermsForm(request.POST or None, version=version, text=text, now=now)
    if form.is_valid():
        return _on(request, registration.accept_terms(account, form.cleaned_data["shown"], now=now))
    context = {
        "form": TermsForm(version=version, text=text, now=now) if form.is_stale() else form,
        "stale": form.errors.get("shown"),
        "version": version,
        "html": terms.as_html(text.body),
        "lang": languages.tag_of(text.locale),
        "is_authoritative": text.locale == version.authoritative_locale,
        "next": wanted_next(request),
    }
    status = 422 if form.is_bound else 200
    return render(request, "residents/register_terms.html", context, status=status)


@require_http_methods(["GET", "POST"])
@for_account
def fill_profile(request: HttpRequest, account: AccountId) -> HttpResponse:
    """Ask for the profile; the button beside the postal code fills in the address."""
    now, language = clock.now(), languages.current()
    held = registration.of_account(account, now=now)
    if held.step in {Step.CONTACT_VERIFIED, Step.ID_ISSUED}:
        return _on(request, held)
    form = ProfileForm(
        request.POST or None, today=day_in_japan(now), language=language, initial=held.draft.typed
    )
    if request.POST.get("action") == "fill_address":
        form = form.with_places()
    elif form.is_valid():
        registration.fill_profile(account, form.draft(), now=now)
        return _to(request, "residents:confirm")
    context = {"form": form, "next": wanted_next(request)}
    status = 422 if form.is_bound else 200
    return render(request, "residents/register_profile.html", context, status=status)


@require_http_methods(["GET", "POST"])
@for_account
def confirm(request: HttpRequest, account: AccountId) -> HttpResponse:
    """Show everything as it will be stored, and issue the ID."""
    now, language = clock.now(), languages.current()
    held = registration.of_account(account, now=now)
    if held.step is not Step.PROFILE:
        return _on(request, held)
    if request.method == "POST":
        registration.issue_id(account, ui_locale=language, now=now)
        return _to(request, "residents:done")
    address = request.user.get_username()
    context = {
        "lines": lines_of({**held.draft.values, "email": address}, language, held.draft.typed),
        "terms_changed": held.terms != terms.current(now).id,
        "next": wanted_next(request),
    }
    return render(request, "residents/register_confirm.html", context)


@require_safe
@for_any_resident
def done(request: HttpRequest, resident: ResidentId) -> HttpResponse:
    """Show the receipt of an ID."""
    context = {"receipt": profile.receipt_of(resident), "next": wanted_next(request)}
    return render(request, "residents/register_done.html", context)


def _to(request: HttpRequest, route: str) -> HttpResponse:
    return see_other(with_next(reverse(route), wanted_next(request)))


def _on(request: HttpRequest, held: Registration) -> HttpResponse:
    """Send the person to the page of the step they have come to."""
    pages = {
        Step.CONTACT_VERIFIED: "residents:terms",
        Step.TERMS_ACCEPTED: "residents:profile_draft",
        Step.PROFILE: "residents:confirm",
        Step.ID_ISSUED: "residents:done",
    }
    return _to(request, pages[held.step])
