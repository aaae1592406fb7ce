"""Going online with an ID from the counter: the code on the slip and the birth date (A6)."""

from allauth.core import ratelimit
from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from genkan.kernel import clock
from genkan.kernel.ids import AccountId
from genkan.residents.forms.slips import SlipForm
from genkan.residents.service import slips
from genkan.ui.answers import see_other
from genkan.ui.callers import for_account

LIMITS = {"slip": "10/h/user"}


@require_http_methods(["GET", "POST"])
@for_account
def take_over(request: HttpRequest, account: AccountId) -> HttpResponseBase:
    """Take code and birth date from somebody who has just signed up; whatever is wrong, say one."""
    form = SlipForm(request.POST or None)
    if form.is_valid():
        limited: HttpResponseBase | None = ratelimit.consume_or_429(
            request, action="slip", config=LIMITS, user=request.user
        )
        if limited is not None:
            return limited
        if slips.take_over(account, form.cleaned_data["code"], form.born(), now=clock.now()):
            messages.success(request, _("Your ID from the counter now opens with this address."))
            return see_other("residents:profile")
        form.add_error(None, _("Code and date of birth do not fit, or the code is not valid."))
    status = 422 if form.is_bound else 200
    return render(request, "residents/slip.html", {"form": form}, status=status)
