"""What a resident sees between a client's request and our answer."""

from uuid import UUID

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render, resolve_url
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from genkan.kernel import clock
from genkan.sso.domain.authorize import Answer
from genkan.sso.domain.interaction import Task, Way
from genkan.sso.domain.values import InteractionId
from genkan.sso.errors import Failure
from genkan.sso.forms import DecisionForm, note_of
from genkan.sso.service import interactions as service
from genkan.sso.service.authorize import Situation
from genkan.sso.service.interactions import Question
from genkan.sso.views.answers import deliver
from genkan.sso.views.browser import browser_of, expect_redirect_to, remember
from genkan.ui import acting, hints, languages
from genkan.ui.addresses import origin_of, with_next
from genkan.ui.answers import see_other
from genkan.ui.callers import REGISTRATION, for_everybody
from genkan.ui.csp import allow_forms_to

PAGES = {
    Task.CONSENT: "sso/consent.html",
    Task.LINK: "sso/link.html",
    Task.CHOOSE_ACCOUNT: "sso/choose_account.html",
}

STEP_UPS = {
    Way.PASSWORD: "account_reauthenticate",
    Way.CODE: "mfa_reauthenticate",
    Way.PASSKEY: "mfa_reauthenticate_webauthn",
}


@require_http_methods(["GET", "POST"])
@for_everybody
def interaction(request: HttpRequest, interaction_id: UUID) -> HttpResponseBase:
    """Show what a resident has to decide, and take the decision in; everybody signs in alone."""
    acting.end(request)
    this = InteractionId(interaction_id)
    try:
        return _answered(request, this)
    except Failure as failure:
        if address := failure.facts.get("redirect_uri"):
            expect_redirect_to(request, str(address))
        raise


def _answered(request: HttpRequest, this: InteractionId) -> HttpResponseBase:
    if request.method == "POST":
        return _posted(request, this)
    found = service.look(this, browser=browser_of(request), now=clock.now())
    return _next(request, this, found)


def _posted(request: HttpRequest, this: InteractionId) -> HttpResponseBase:
    form = DecisionForm(request.POST)
    says = form.says()
    browser, now = browser_of(request), clock.now()
    if says == "switch":
        return _switch(request, this)
    if says == "back":
        return _next(request, this, service.give_up(this, browser=browser, now=now))
    if says == "preview":
        ticked, name = form.ticked(), form.name()
        found = service.look(this, browser=browser, ticked=ticked, name_form=name, now=now)
        return _next(request, this, found, is_updated=True)
    shown = form.shown_page()
    decision = form.answer(shown)
    return _next(request, this, service.decide(this, shown, decision, browser=browser, now=now))


def _next(
    request: HttpRequest,
    this: InteractionId,
    found: Answer | Situation | Question,
    *,
    is_updated: bool = False,
) -> HttpResponseBase:
    if isinstance(found, Answer):
        languages.propose(request, ())
        return deliver(request, found)
    situation = found if isinstance(found, Situation) else found.situation
    expect_redirect_to(request, situation.request.redirect_uri)
    languages.propose(request, situation.request.locales)
    if isinstance(found, Question):
        return _page(request, found, is_updated=is_updated)
    if situation.task is Task.SIGN_IN:
        hints.expect(request, situation.request.login_hint)
    return see_other(with_next(_address_for(situation), _address_of(this)))


def _page(request: HttpRequest, question: Question, *, is_updated: bool) -> HttpResponseBase:
    asked = question.situation.request
    note = note_of(question, locale=languages.current(), now=clock.now())
    context = {
        "question": question,
        "service": question.service,
        "preview": question.preview,
        "is_updated": is_updated,
        "shown": note,
        "destination": origin_of(asked.redirect_uri),
        "pages": dict(asked.client.settings.pages),
    }
    response = render(request, PAGES[question.situation.task], context)
    allow_forms_to(response, asked.redirect_uri)
    return response


def _address_for(situation: Situation) -> str:
    """Return where a resident does what has to be done first."""
    task = situation.task
    if situation.step_up is not None:
        return reverse(STEP_UPS[situation.step_up])
    if task is Task.PROVE_AGAIN:
        return reverse("account_reauthenticate")
    return REGISTRATION if task is Task.REGISTER else resolve_url(settings.LOGIN_URL)


def _address_of(this: InteractionId) -> str:
    return reverse("sso:interaction", args=[this])


def _switch(request: HttpRequest, this: InteractionId) -> HttpResponseBase:
    """Sign out, keep the interaction, and let somebody else sign in."""
    browser = browser_of(request)
    get_adapter().logout(request)
    remember(request, browser)
    return see_other(with_next(resolve_url(settings.LOGIN_URL), _address_of(this)))
