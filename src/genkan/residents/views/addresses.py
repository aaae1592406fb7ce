"""Changing the address for signing in: asked, confirmed by a code, undone from the old address."""

from uuid import UUID

from allauth.account.decorators import reauthentication_required
from allauth.core import ratelimit
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from genkan.kernel import clock
from genkan.kernel.ids import AccountId, ChangeId
from genkan.residents.domain.addresses import Confirmed
from genkan.residents.forms.addresses import AddressCodeForm, NewAddressForm
from genkan.residents.service import addresses
from genkan.ui import languages
from genkan.ui.answers import see_other
from genkan.ui.callers import for_account, for_everybody

INVALID = _("This code is not right, or no longer valid.")
REFUSED: dict[Confirmed, str | Promise] = {
    Confirmed.WRONG: INVALID,
    Confirmed.OVER: INVALID,
    Confirmed.TAKEN: _(
        "This e-mail address now belongs to another account. Nothing was changed. "
        "Please choose another one."
    ),
}
LIMITS = {"change_address": "10/h/user"}


@require_http_methods(["GET", "POST"])
@for_account
def ask(request: HttpRequest, account: AccountId) -> HttpResponseBase:
    """Take the new address from somebody who has just proved who they are."""
    page: HttpResponseBase = _ask(request, account)
    return page


@reauthentication_required(app="allauth.mfa")  # type: ignore[untyped-decorator] # allauth ships no types
def _ask(request: HttpRequest, account: AccountId) -> HttpResponseBase:
    form = NewAddressForm(request.POST or None)
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, "residents/address_ask.html", {"form": form}, status=status)
    limited: HttpResponseBase | None = ratelimit.consume_or_429(
        request, action="change_address", config=LIMITS, user=request.user
    )
    if limited is not None:
        return limited
    addresses.ask(account, form.address(), language=languages.current(), now=clock.now())
    return see_other("residents:confirm_address")


@require_http_methods(["GET", "POST"])
@for_account
def confirm(request: HttpRequest, account: AccountId) -> HttpResponse:
    """Take the code; whatever the address, this page is the same."""
    form = AddressCodeForm(request.POST or None)
    if form.is_valid():
        became = addresses.confirm(
            account, form.cleaned_data["code"], language=languages.current(), now=clock.now()
        )
        if became is Confirmed.CHANGED:
            messages.success(request, _("Your e-mail address was changed."))
            return see_other("mfa_index")
        form.add_error("code", str(REFUSED[became]))
    status = 422 if form.is_bound else 200
    return render(request, "residents/address_confirm.html", {"form": form}, status=status)


@require_http_methods(["GET", "POST"])
@for_everybody
def undo(request: HttpRequest, change: UUID, proof: str) -> HttpResponse:
    """Let whoever reads the old address undo the change, after asking."""
    name, now = ChangeId(change), clock.now()
    if request.method == "POST":
        addresses.undo(name, proof, now=now)
        return render(request, "residents/address_undone.html")
    addresses.change_at(name, proof, now=now)
    return render(request, "residents/address_undo.html")
