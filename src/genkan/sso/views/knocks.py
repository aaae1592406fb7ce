"""Where a resident answers what a service asks while they are elsewhere (CIBA)."""

from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from genkan.kernel import clock
from genkan.kernel.ids import ResidentId
from genkan.sso.domain.values import CibaId, SignIn
from genkan.sso.errors import DecisionMissing
from genkan.sso.service import ciba as service
from genkan.sso.views.browser import browser_of
from genkan.ui.addresses import with_next
from genkan.ui.answers import see_other
from genkan.ui.callers import for_resident
from genkan.ui.notices import Notice

ANSWERS = ("allow", "deny")


class AnswerForm(forms.Form):
    """A yes or a no."""

    decision = forms.ChoiceField(choices=[(answer, answer) for answer in ANSWERS])


@require_safe
@for_resident
def knocks(request: HttpRequest, resident: ResidentId) -> HttpResponse:
    """Show what waits for an answer, or that nothing does."""
    found = service.waiting_for(resident, sign_in=_sign_in(request), now=clock.now())
    here = reverse("sso:knocks")
    context = {
        "found": found,
        "prove": with_next(reverse("account_reauthenticate"), here),
        "answered": request.GET.get("answered") in ANSWERS and request.GET["answered"],
    }
    return render(request, "sso/knocks.html", context)


@require_POST
@for_resident
def answer(request: HttpRequest, resident: ResidentId, knock_id: UUID) -> HttpResponse:
    """Take an answer in."""
    form = AnswerForm(request.POST)
    if not form.is_valid():
        raise DecisionMissing(field="decision")
    says: str = form.cleaned_data["decision"]
    service.decide(
        CibaId(knock_id),
        resident,
        allows=says == "allow",
        sign_in=_sign_in(request),
        now=clock.now(),
    )
    return see_other(f"{reverse('sso:knocks')}?answered={says}")


def _sign_in(request: HttpRequest) -> SignIn | None:
    return browser_of(request).sign_in


def notice_for(resident: ResidentId) -> Notice | None:
    """Return the word at the head of every page while a service waits for an answer."""
    found = service.waiting_for(resident, now=clock.now())
    if not found:
        return None
    return Notice(template="sso/notices/knock.html", facts={"service": found[0].service})
