"""Recovery at the counter: begun after a document was seen, its slip, taken back (M09)."""

from uuid import UUID

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from genkan.console.access import on_open_record
from genkan.console.documents import SeenForm
from genkan.kernel import clock
from genkan.kernel.ids import ResidentId, new_id
from genkan.residents import api as residents
from genkan.residents.api import RecoveryEnding, RecoveryId, RecoveryPhase, Staff, ToldBy
from genkan.ui.answers import see_other

INVALID = 422
MAX_ADDRESS = 254
ENDINGS: dict[RecoveryEnding, str | Promise] = {
    RecoveryEnding.REDEEMED: _("The resident signs in again."),
    RecoveryEnding.STOPPED: _("Stopped from the old contact: ask who was here."),
    RecoveryEnding.CANCELLED: _("Taken back at the counter."),
    RecoveryEnding.LAPSED: _("Nobody used the slip in time."),
    RecoveryEnding.WORN_OUT: _("Wrong answers were given too often."),
}


class RecoverForm(SeenForm):
    """Which document was seen, and how the person will sign in."""

    email = forms.EmailField(
        required=False,
        max_length=MAX_ADDRESS,
        label=_("New e-mail address"),
        help_text=_("Only if the old one cannot be read any more."),
    )
    sure = forms.BooleanField(
        label=_("The photograph and the data of the document fit the person before me.")
    )
    recovery = forms.UUIDField(widget=forms.HiddenInput, initial=new_id)

    def wanted(self) -> residents.WantedRecovery:
        """Return the valid input."""
        given = self.cleaned_data
        return residents.WantedRecovery(
            id=RecoveryId(given["recovery"]),
            seen=self.seen(),
            email=given["email"].lower(),
            wait=settings.GENKAN.recovery_wait,
        )


def panel(request: HttpRequest, resident: ResidentId) -> SafeString:
    """List the recoveries of an ID, with what can be done."""
    now = clock.now()
    entries = [
        {"held": one, "phase": one.phase(now), "how": one.ending and ENDINGS[one.ending]}
        for one in residents.recoveries_of(resident)
    ]
    stands = any(one["phase"] is not RecoveryPhase.OVER for one in entries)
    context = {"resident": resident, "entries": entries, "stands": stands}
    return render_to_string("console/desk/recoveries.html", context, request)


@require_http_methods(["GET", "POST"])
@never_cache
@on_open_record
def recover(request: HttpRequest, staff: Staff, resident: ResidentId) -> HttpResponse:
    """Begin a recovery, and show its slip once; the same form sent again shows the same slip."""
    form = RecoverForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            begun = residents.start_recovery(
                staff.account, resident, form.wanted(), now=clock.now()
            )
        except residents.AddressMissing:
            form.add_error("email", _("Nobody can sign in to this ID without an address."))
        except residents.AddressTaken:
            form.add_error("email", _("This address belongs to another account."))
        else:
            slip = {
                "held": begun,
                "code": residents.recovery_code(begun),
                "resident": resident,
                "page": settings.GENKAN.issuer + reverse("residents:recover"),
                "by_post": begun.told_by is ToldBy.POST,
            }
            return render(request, "console/desk/recovery_slip.html", slip)
    status = INVALID if form.is_bound else 200
    context = {"form": form, "resident": resident}
    return render(request, "console/desk/recover.html", context, status=status)


@require_POST
@on_open_record
def cancel(
    request: HttpRequest,  # noqa: ARG001 - the shape of a page
    staff: Staff,
    resident: ResidentId,
    asked: UUID,
) -> HttpResponse:
    """Take a recovery back."""
    residents.cancel_recovery(staff.account, resident, RecoveryId(asked), now=clock.now())
    return see_other("console_residents:show", resident)
