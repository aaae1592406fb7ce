"""Protected addresses at the counter: one member of staff asks, another one decides (A9)."""

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST
from typing_extensions import override

from genkan.console.access import on_open_record
from genkan.kernel import clock
from genkan.kernel.clock import JAPAN, day_in_japan
from genkan.kernel.errors import NotFound
from genkan.kernel.ids import ResidentId
from genkan.residents import api as residents
from genkan.residents.api import Aim, ProtectionRequestId, Staff
from genkan.ui.answers import see_other
from genkan.ui.callers import account_of
from genkan.ui.texts import FreeTextField

INVALID = 422
LONGEST_NOTE = 2_000


class LiftForm(forms.Form):
    """Why a protection is to end."""

    note = FreeTextField(
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
        label=_("Evidence you have seen"),
        help_text=_("Such as the kind and number of the paper. No address."),
    )


class ProtectForm(LiftForm):
    """Which evidence was seen, and for how long an address is to be protected."""

    begins_on = forms.DateField(
        widget=forms.DateInput(attrs={"type": "date"}), label=_("First day")
    )
    ends_on = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}), label=_("Last day"))

    @override
    def clean(self) -> dict[str, Any]:
        """Refuse a period that ends before it begins."""
        cleaned = super().clean() or {}
        begins, ends = cleaned.get("begins_on"), cleaned.get("ends_on")
        if begins and ends and ends < begins:
            self.add_error("ends_on", _("The last day lies before the first."))
        return cleaned


def panel(request: HttpRequest, resident: ResidentId) -> SafeString:
    """Show how the address stands and what can be done about it."""
    standing = residents.protection_of(resident)
    context = {
        "resident": resident,
        "until": residents.protected_until(resident, clock.now()),
        "pending": standing.pending,
        "is_own": standing.pending is not None
        and standing.pending.requested_by == account_of(request),
        "lifts": standing.pending is not None and standing.pending.aim is Aim.LIFT,
    }
    return render_to_string("console/desk/protection.html", context, request)


@require_http_methods(["GET", "POST"])
@on_open_record
def protect(request: HttpRequest, staff: Staff, resident: ResidentId) -> HttpResponse:
    """Ask that the address be protected, or for longer."""
    now = clock.now()
    start = {"begins_on": day_in_japan(now)}
    form = ProtectForm(request.POST if request.method == "POST" else None, initial=start)
    if form.is_valid():
        given = form.cleaned_data
        try:
            residents.request_protection(
                resident,
                by=staff.account,
                note=given["note"],
                begins_at=datetime.combine(given["begins_on"], time.min, JAPAN),
                ends_at=datetime.combine(given["ends_on"] + timedelta(days=1), time.min, JAPAN),
                now=now,
            )
            return see_other("console_residents:show", resident)
        except residents.ProtectionPeriod:
            form.add_error("ends_on", _("The last day lies in the past."))
    context = {"form": form, "resident": resident, "lifts": False}
    status = INVALID if form.is_bound else 200
    return render(request, "console/desk/protect.html", context, status=status)


@require_http_methods(["GET", "POST"])
@on_open_record
def lift(request: HttpRequest, staff: Staff, resident: ResidentId) -> HttpResponse:
    """Ask that the protection end."""
    form = LiftForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        note = form.cleaned_data["note"]
        residents.request_lifting(resident, by=staff.account, note=note, now=clock.now())
        return see_other("console_residents:show", resident)
    context = {"form": form, "resident": resident, "lifts": True}
    status = INVALID if form.is_bound else 200
    return render(request, "console/desk/protect.html", context, status=status)


@require_POST
@on_open_record
def decide(request: HttpRequest, staff: Staff, resident: ResidentId, asked: UUID) -> HttpResponse:
    """Say yes or no, as a second person."""
    pending = residents.protection_of(resident).pending
    if pending is None or pending.id != asked:
        raise residents.RequestDecided
    decided = _DECISIONS.get((request.POST.get("decision", ""), pending.aim))
    if decided is None:
        raise NotFound
    decided(ProtectionRequestId(asked), by=staff.account, now=clock.now())
    return see_other("console_residents:show", resident)


_DECISIONS = {
    ("approve", Aim.PROTECT): residents.approve_protection,
    ("approve", Aim.LIFT): residents.approve_lifting,
    ("decline", Aim.PROTECT): residents.decline_request,
    ("decline", Aim.LIFT): residents.decline_request,
}
