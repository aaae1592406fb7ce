"""The queue of links that do not fit together, and the decision of a supervisor (M18)."""

from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from genkan.console.access import for_supervisor
from genkan.kernel import clock
from genkan.partners import api as partners
from genkan.residents.api import Staff
from genkan.sso import api as sso
from genkan.ui.answers import see_other
from genkan.ui.texts import FreeTextField

INVALID = 422
LONGEST_REASON = 1_000
OUTCOMES = (
    ("keep", _("Keep: what is connected stays connected")),
    ("release", _("Release: end the connection that stands in the way")),
)
REASONS = {
    "account_of_another": _("The account is connected with another resident"),
    "another_account": _("The resident is connected with another account there"),
    "merged": _("The service merged the accounts of two residents"),
}


class DecisionForm(forms.Form):
    """What is decided, and why."""

    outcome = forms.ChoiceField(
        choices=OUTCOMES, widget=forms.RadioSelect, label=_("What is to happen")
    )
    reason = FreeTextField(
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        label=_("Reason, for staff"),
        help_text=_("The resident does not read it."),
    )


@require_safe
@for_supervisor
def waiting(request: HttpRequest, staff: Staff) -> HttpResponse:
    """List what waits, the oldest first."""
    services = {one.id: one for one in partners.services()}
    lines = [
        {
            "conflict": one,
            "service": services[one.service],
            "reason": REASONS[str(one.reason)],
            "is_own": one.concerns(staff.person),
        }
        for one in sso.waiting()
    ]
    return render(request, "console/desk/conflicts.html", {"lines": lines})


@require_http_methods(["GET", "HEAD", "POST"])
@for_supervisor
def decide(request: HttpRequest, staff: Staff, conflict: UUID) -> HttpResponse:
    """Show how both sides were proved, and take the decision in."""
    found = sso.conflict(sso.ConflictId(conflict))
    form = DecisionForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        sso.decide_conflict(
            found.id,
            sso.Outcome(form.cleaned_data["outcome"]),
            by=staff.account,
            note=form.cleaned_data["reason"],
            now=clock.now(),
        )
        return see_other("console_residents:conflicts")
    context = {
        "form": form,
        "conflict": found,
        "service": partners.service(found.service),
        "reason": REASONS[str(found.reason)],
        "proofs": [(name, found.evidence.get(name)) for name in ("proof", "acr", "auth_time")],
    }
    return render(
        request, "console/desk/conflict.html", context, status=INVALID if form.is_bound else 200
    )
