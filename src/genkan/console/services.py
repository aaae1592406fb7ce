"""Services at the counter: read out what one would receive, write the answer down (M07, H18).

Whoever has no mail and no telephone decides here. What is read out is the offer, word for word as
it stands on the resident's own page; values of the profile are not shown, they are not needed.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.core import signing
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from genkan.consent import api as consent
from genkan.console.access import on_open_record
from genkan.console.documents import LOCALES, SeenForm
from genkan.console.wording import language
from genkan.kernel import clock
from genkan.kernel.ids import OfferId, ResidentId, ServiceId
from genkan.partners import api as partners
from genkan.residents.api import Staff
from genkan.ui.answers import see_other

INVALID = 422
SALT = "genkan.console.read_out"


class ReadOutForm(SeenForm):
    """What was ticked for the person, in which language it was read out, and what was shown."""

    locale = forms.ChoiceField(choices=LOCALES, label=_("Language in which you read it out"))
    name_form = forms.ChoiceField(
        choices=[
            (consent.NameForm.REGISTERED, _("Registered name")),
            (consent.NameForm.ALIAS, _("Alias")),
        ],
        widget=forms.RadioSelect,
        label=_("Which name the service gets"),
    )
    shown = forms.CharField(widget=forms.HiddenInput, max_length=1000)

    def __init__(
        self,
        sent: QueryDict | None,
        *,
        initial: dict[str, Any],
        name_form: consent.NameForm | None,
    ) -> None:
        """Ask for the name only where there is a choice."""
        super().__init__(sent, initial=initial)
        self.initial["name_form"] = name_form
        if name_form is None:
            del self.fields["name_form"]

    def choice(self, items: list[str]) -> consent.Choice:
        """Return the answer, with what was read out.

        Raises:
            OfferChanged: the page is not one of ours: it must be read out anew.
        """
        try:
            note = signing.loads(self.cleaned_data["shown"], salt=SALT)
            return consent.Choice(
                offer=OfferId(UUID(note["offer"])),
                items=frozenset(items),
                locale=self.cleaned_data["locale"],
                name_form=consent.NameForm(
                    self.cleaned_data.get("name_form", consent.NameForm.REGISTERED)
                ),
                shown_at=datetime.fromisoformat(note["at"]),
            )
        except (signing.BadSignature, KeyError, ValueError, TypeError) as error:
            raise consent.OfferChanged from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A service, as it stands to the resident."""

    service: partners.Service
    standing: consent.Standing

    @property
    def shares(self) -> bool:
        """Whether a consent can be stopped."""
        return self.standing not in {
            consent.Standing.NONE,
            consent.Standing.WITHDRAWN,
            consent.Standing.EXPIRED,
        }


def panel(request: HttpRequest, resident: ResidentId) -> SafeString:
    """List the services that ask for something, and how the resident has decided."""
    now = clock.now()
    live = (one for one in partners.services() if one.state is partners.ServiceState.LIVE)
    lines = [
        Line(service=one, standing=consent.standing(resident, one.id, now=now))
        for one in live
        if partners.published_offer(one.id) is not None
    ]
    context = {"resident": resident, "lines": lines}
    return render_to_string("console/desk/services.html", context, request)


@require_http_methods(["GET", "POST"])
@on_open_record
def share(request: HttpRequest, staff: Staff, resident: ResidentId, service: UUID) -> HttpResponse:
    """Show what is to be read out, and write down the answer."""
    asked, now = ServiceId(service), clock.now()
    sent = request.POST if request.method == "POST" else None
    if sent is not None and sent.get("decision") == "deny":
        return see_other("console_residents:show", resident)
    preview = consent.page_for(resident, asked, by=None, ticked=None, now=now)
    note = {"offer": str(preview.offer.id), "at": now.isoformat()}
    begin = {"shown": signing.dumps(note, salt=SALT)}
    form = ReadOutForm(sent, initial=begin, name_form=preview.name_form)
    if form.is_valid():
        written = consent.Written(account=staff.account, document=form.seen().document)
        consent.share_at_counter(
            resident=resident,
            service=asked,
            choice=form.choice(request.POST.getlist("items")),
            written=written,
            now=now,
        )
        return see_other("console_residents:show", resident)
    ticked = frozenset() if sent is None else frozenset(sent.getlist("items"))
    context = {
        "form": form,
        "resident": resident,
        "preview": preview,
        "ticked": preview.offer.required | ticked,
        "language": language(),
    }
    status = 200 if sent is None else INVALID
    return render(request, "console/desk/share.html", context, status=status)


@require_http_methods(["GET", "POST"])
@on_open_record
def stop(request: HttpRequest, staff: Staff, resident: ResidentId, service: UUID) -> HttpResponse:
    """Say what stopping means, and stop."""
    asked = ServiceId(service)
    form = SeenForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        written = consent.Written(account=staff.account, document=form.seen().document)
        consent.withdraw_at_counter(
            resident=resident, service=asked, written=written, now=clock.now()
        )
        return see_other("console_residents:show", resident)
    context = {
        "form": form,
        "resident": resident,
        "service": partners.service(asked),
        "offer": partners.published_offer(asked),
    }
    status = INVALID if form.is_bound else 200
    return render(request, "console/desk/stop.html", context, status=status)
