"""Checking values with the My Number Card: the page that leads away, the return, the comparison."""

from uuid import UUID

from allauth.account.decorators import reauthentication_required
from allauth.core import ratelimit
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from genkan.catalogue import api as catalogue
from genkan.kernel import clock
from genkan.kernel.errors import NotFound
from genkan.kernel.ids import ResidentId
from genkan.residents.domain.card import ITEMS, CardCheckId, Comparison
from genkan.residents.errors import CardCheckOver
from genkan.residents.forms.card import PicksForm
from genkan.residents.service import card
from genkan.residents.views.showing import text_of
from genkan.ui import languages
from genkan.ui.answers import see_other
from genkan.ui.callers import account_of, for_resident
from genkan.ui.csp import allow_forms_to

LIMITS = {"card_check": "10/h/user"}
SESSION_KEY = "card_check"


@require_http_methods(["GET", "POST"])
@for_resident
def start(request: HttpRequest, resident: ResidentId) -> HttpResponseBase:
    """Say what the card is asked for, and lead away; only right after proving who one is."""
    if not card.is_on():
        raise NotFound
    page: HttpResponseBase = _start(request, resident)
    return page


@reauthentication_required(app="allauth.mfa")  # type: ignore[untyped-decorator] # allauth ships no types
def _start(request: HttpRequest, resident: ResidentId) -> HttpResponseBase:
    if request.method != "POST":
        page = render(request, "residents/card.html")
        allow_forms_to(page, settings.GENKAN.card_issuer)
        return page
    limited: HttpResponseBase | None = ratelimit.consume_or_429(
        request, action="card_check", config=LIMITS, user=request.user
    )
    if limited is not None:
        return limited
    check, there = card.begin(resident, now=clock.now())
    request.session[SESSION_KEY] = str(check)
    answer = redirect(there)
    answer.status_code = 303
    return answer


@require_safe
@for_resident
def come_back(request: HttpRequest, resident: ResidentId) -> HttpResponse:
    """Take what the provider sent back with the browser."""
    answer = {name: value for name, value in request.GET.items() if isinstance(value, str)}
    if card.come_back(resident, _check(request), answer, now=clock.now()):
        return see_other("residents:card_compare")
    messages.info(request, _("You did not show the card. Nothing was changed."))
    return see_other("residents:profile")


@require_http_methods(["GET", "POST"])
@for_resident
def decide(request: HttpRequest, resident: ResidentId) -> HttpResponse:
    """Show item by item what we hold, what the card says and what will happen; write it down."""
    now, check, account = clock.now(), _check(request), account_of(request)
    assert account is not None  # for_resident has seen to it
    if request.method == "POST" and request.POST.get("check") != str(check):
        raise CardCheckOver
    if card.was_confirmed(resident, check):
        return see_other("residents:profile")
    seen = card.review(resident, check, now=now)
    language = languages.current()
    names = {item: catalogue.item(item).name.in_language(language) for item in ITEMS}
    typed = request.POST if request.method == "POST" else None
    form = PicksForm(typed, asked=seen.asked, names=names)
    if form.is_valid():
        card.confirm(resident, account, check, form.picks(), now=now)
        messages.success(request, _("What you decided about the card was written down."))
        return see_other("residents:profile")
    context = {
        "form": form,
        "check": check,
        "hides_place": seen.hides_place,
        "entries": [_entry(one, seen, form, names[one.item]) for one in seen.comparisons],
    }
    status = 422 if form.is_bound else 200
    return render(request, "residents/card_compare.html", context, status=status)


def _entry(one: Comparison, seen: card.Review, form: PicksForm, label: str) -> dict[str, object]:
    language = languages.current()
    plain = one.item in {"birthdate", "sex"}
    return {
        "item": one.item,
        "label": label,
        "verdict": one.verdict.value,
        "held": one.held,
        "mine": "" if one.held is None else text_of(one.item, one.held.content, language),
        "theirs": text_of(one.item, one.content, language) if plain else one.line,
        "field": form[one.item] if one.item in form.fields else None,
        "at_counter": one.asks and one.item in seen.settled_at_counter,
    }


def _check(request: HttpRequest) -> CardCheckId:
    kept = request.session.get(SESSION_KEY)
    if kept is None:
        raise CardCheckOver
    return CardCheckId(UUID(kept))
