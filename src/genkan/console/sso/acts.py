"""What operators do: stop and reopen a service or a client, let the next signing key sign."""

from collections.abc import Callable
from functools import partial
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from genkan.console.access import for_operations
from genkan.console.wording import language
from genkan.kernel import clock
from genkan.kernel.ids import AccountId, ServiceId
from genkan.partners import api as partners
from genkan.residents import api as residents
from genkan.sso import api as sso
from genkan.ui.answers import see_other
from genkan.ui.texts import FreeTextField

INVALID = 422
LONGEST_REASON = 1_000
Deed = Callable[..., object]


class ReasonForm(forms.Form):
    """Why, and that it is meant."""

    reason = FreeTextField(
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        label=_("Reason, for staff"),
        help_text=_("It stands in the ledger. Write nothing about a person."),
    )
    sure = forms.BooleanField(label=_("I have checked that this is the right one."))


class RotateForm(forms.Form):
    """Whether it may wait, and that it is meant."""

    at_once = forms.BooleanField(
        required=False,
        label=_("A key has leaked: do not wait until everybody knows the next one."),
    )
    sure = forms.BooleanField(label=_("I want the next key to sign from now on."))


TITLES: dict[str, str | Promise] = {
    "stop_service": _("Stop this service"),
    "reopen_service": _("Reopen this service"),
    "stop_client": _("Stop this client"),
    "reopen_client": _("Reopen this client"),
    "remove_client": _("Remove this client"),
}
EXPLAINED: dict[str, str | Promise] = {
    "stop_service": _(
        "Every endpoint refuses all its clients from the next request on, in every process, and "
        "nothing is released to it. Residents read that it cannot be used at the moment."
    ),
    "reopen_service": _(
        "It may sign residents in and receive again. Clients that were stopped one by one stay so."
    ),
    "stop_client": _(
        "Every endpoint refuses it from the next request on, in every process. The service's other "
        "clients go on."
    ),
    "reopen_client": _("It may sign residents in again."),
    "remove_client": _(
        "Its sessions and tokens end, and its name is never given again. This cannot be undone; "
        "stopping can."
    ),
}


@require_http_methods(["GET", "POST"])
@for_operations
def of_service(
    request: HttpRequest, account: AccountId, service: UUID, *, act: str
) -> HttpResponse:
    """Stop a service with all its clients, or let it go on."""
    found = partners.service(ServiceId(service))
    deed = sso.stop_service if act == "stop_service" else sso.reopen_service
    back = reverse("console_sso:service", args=[found.id])
    name = found.name.in_language(language())
    return _asked(request, account, partial(deed, found.id), act=act, name=name, back=back)


@require_http_methods(["GET", "POST"])
@for_operations
def of_client(request: HttpRequest, account: AccountId, client: UUID, *, act: str) -> HttpResponse:
    """Stop one client, or let it go on; its service's other clients go on."""
    found = sso.client_facts(client).client
    deed = CLIENT_DEEDS[act]
    to = "service" if act == "remove_client" else "client"
    back = reverse(f"console_sso:{to}", args=[found.service if to == "service" else found.id])
    name = found.name or str(found.id)
    return _asked(request, account, partial(deed, found.id), act=act, name=name, back=back)


CLIENT_DEEDS: dict[str, Deed] = {
    "stop_client": sso.stop_client,
    "reopen_client": sso.reopen_client,
    "remove_client": sso.remove,
}


def _asked(
    request: HttpRequest, account: AccountId, deed: Deed, *, act: str, name: str, back: str
) -> HttpResponse:
    """Ask for a reason, then do it."""
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        by = residents.operator(account)
        deed(reason=form.cleaned_data["reason"], by=by, now=clock.now())
        return see_other(back)
    context = {
        "form": form,
        "title": TITLES[act],
        "explained": EXPLAINED[act],
        "name": name,
        "back": back,
    }
    return render(request, "console/sso/act.html", context, status=_status(form))


@require_http_methods(["GET", "POST"])
@for_operations
def rotate(request: HttpRequest, account: AccountId) -> HttpResponse:  # noqa: ARG001 - the shape of a page
    """Let the next signing key sign."""
    form = RotateForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        sso.ensure_keys(algs=sso.ALGS, now=clock.now())
        if sso.rotate(at_once=form.cleaned_data["at_once"], now=clock.now()) is not None:
            return see_other("console_sso:keys")
        form.add_error(
            None, _("The next key is not known to everybody yet. Try again in a minute.")
        )
    return render(request, "console/sso/rotate.html", {"form": form}, status=_status(form))


def _status(form: forms.Form) -> int:
    return INVALID if form.is_bound else 200
