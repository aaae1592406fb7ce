"""Interventions at the counter: stop an ID, ask for proof, lift; a block by two people (M22)."""

from datetime import datetime
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from genkan.console.access import on_open_record
from genkan.kernel import clock
from genkan.kernel.clock import JAPAN
from genkan.kernel.ids import ResidentId
from genkan.residents import api as residents
from genkan.residents.api import InterventionId, Staff
from genkan.ui.answers import see_other
from genkan.ui.callers import account_of
from genkan.ui.texts import FreeTextField

INVALID = 422
LONGEST_REASON = 1_000
KINDS: dict[str, str | Promise] = {
    "suspend": _("Suspend: nobody signs in, nothing leaves"),
    "reauthenticate": _("Sign out everywhere: a fresh sign-in is needed"),
    "reprove": _("Ask for proof: data waits until a counter has confirmed the person"),
    "block": _("Block for good: a second person approves"),
}
CAUSES: dict[str, str | Promise] = {
    "takeover": _("Somebody else may be using it"),
    "reported": _("The resident told us"),
    "identity": _("Doubt about who it is"),
    "misuse": _("Used against others or the terms"),
    "other": _("Another cause"),
}


class LiftForm(forms.Form):
    """Why an entry is to end."""

    reason = FreeTextField(
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        label=_("Reason, for staff"),
        help_text=_("The resident does not read it."),
    )


class InterveneForm(LiftForm):
    """What is to stand between an ID and its use, and why."""

    kind = forms.ChoiceField(
        choices=tuple(KINDS.items()), widget=forms.RadioSelect, label=_("What is to happen")
    )
    cause = forms.ChoiceField(
        choices=tuple(CAUSES.items()), widget=forms.RadioSelect, label=_("Cause")
    )
    ends_at = forms.DateTimeField(
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        label=_("Ends by itself"),
        help_text=_("Only for a suspension or a request for proof; may stay empty."),
    )
    sure = forms.BooleanField(label=_("I have checked that this is the right person."))
    field_order = ("kind", "cause", "reason", "ends_at", "sure")

    def wish(self) -> residents.Wish:
        """Return the valid input as a wish."""
        given = self.cleaned_data
        cause = residents.InterventionCause(given["cause"])
        ends_at: datetime | None = given["ends_at"]
        return residents.Wish(
            kind=residents.Kind(given["kind"]),
            cause=cause,
            reason=given["reason"],
            notice=residents.NOTICE_OF[cause],
            ends_at=None if ends_at is None else ends_at.replace(tzinfo=JAPAN),
        )


def panel(request: HttpRequest, resident: ResidentId) -> SafeString:
    """List what stands between the ID and its use, and what did, with what can be done."""
    mine = account_of(request)
    entries = [
        {
            "entry": one,
            "kind": KINDS[one.kind],
            "cause": CAUSES[one.cause],
            "is_own": one.asked_by == mine,
        }
        for one in residents.interventions_of(resident)
    ]
    context = {"resident": resident, "entries": entries}
    return render_to_string("console/desk/interventions.html", context, request)


@require_http_methods(["GET", "POST"])
@on_open_record
def intervene(request: HttpRequest, staff: Staff, resident: ResidentId) -> HttpResponse:
    """Put something between an ID and its use."""
    form = InterveneForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            residents.intervene(resident, form.wish(), by=staff.account, now=clock.now())
            return see_other("console_residents:show", resident)
        except residents.NoEndPossible:
            form.add_error("ends_at", _("This has no end of its own. Leave the end empty."))
        except residents.EndsTooEarly:
            form.add_error("ends_at", _("The end lies in the past."))
    context = {"form": form, "resident": resident, "lifts": False}
    status = INVALID if form.is_bound else 200
    return render(request, "console/desk/intervene.html", context, status=status)


@require_http_methods(["GET", "POST"])
@on_open_record
def lift(request: HttpRequest, staff: Staff, resident: ResidentId, asked: UUID) -> HttpResponse:
    """End an entry, or decline a block that waits."""
    entry = residents.intervention(InterventionId(asked))
    if entry.resident != resident:
        raise residents.UnknownIntervention
    form = LiftForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        residents.lift(entry.id, reason, by=staff.account, now=clock.now())
        return see_other("console_residents:show", resident)
    context = {"form": form, "resident": resident, "lifts": True, "kind": KINDS[entry.kind]}
    status = INVALID if form.is_bound else 200
    return render(request, "console/desk/intervene.html", context, status=status)


@require_POST
@on_open_record
def approve(
    request: HttpRequest,  # noqa: ARG001 - the shape of a page
    staff: Staff,
    resident: ResidentId,
    asked: UUID,
) -> HttpResponse:
    """Let a proposed block begin, as a second person."""
    entry = residents.intervention(InterventionId(asked))
    if entry.resident != resident:
        raise residents.UnknownIntervention
    residents.approve(entry.id, by=staff.account, now=clock.now())
    return see_other("console_residents:show", resident)
