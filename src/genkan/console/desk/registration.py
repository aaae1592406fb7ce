"""Pages of the counter for somebody who has no ID yet: register, and hand over the slip (A6)."""

from io import BytesIO
from typing import Any

import qrcode
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from qrcode.image.svg import SvgPathImage

from genkan.catalogue import api as catalogue
from genkan.console.access import for_counter, on_open_record
from genkan.console.desk.forms import CounterProfileForm, DocumentForm
from genkan.console.masking import masked_line, masked_value
from genkan.console.wording import language
from genkan.kernel import clock
from genkan.kernel.clock import day_in_japan
from genkan.kernel.ids import ResidentId
from genkan.residents import api as residents
from genkan.residents.api import Staff
from genkan.residents.forms.terms import TermsForm
from genkan.terms import api as terms
from genkan.ui.answers import see_other

INVALID = 422


@require_http_methods(["GET", "POST"])
@for_counter
def register(request: HttpRequest, staff: Staff) -> HttpResponse:
    """Take down what a person says and shows, read the terms out, and issue the ID."""
    now = clock.now()
    sent = request.POST if request.method == "POST" else None
    profile = CounterProfileForm(sent, today=day_in_japan(now), language=language())
    document = DocumentForm(sent)
    context: dict[str, Any] = {"profile": profile, "document": document}
    if sent is None or not (profile.is_valid() and document.is_valid()):
        status = 200 if sent is None else INVALID
        return render(request, "console/desk/register.html", context, status=status)
    version = terms.current(now)
    text = terms.text(version, document.cleaned_data["ui_locale"])
    is_issue = sent.get("step") == "issue"
    form = TermsForm(sent if is_issue else None, version=version, text=text, now=now)
    if is_issue and form.is_valid():
        person = document.person_at_counter(profile.values(), form.cleaned_data["shown"])
        residents.register_at_counter(staff.account, person, now=now)
        return see_other("console_residents:slip", person.id)
    if form.is_stale():
        context["stale"] = form.errors["shown"]
        form = TermsForm(version=version, text=text, now=now)
    context |= {"terms": form, "html": terms.as_html(text.body), "text_locale": text.locale}
    context |= _to_confirm(profile)
    status = INVALID if is_issue else 200
    return render(request, "console/desk/register_confirm.html", context, status=status)


def _to_confirm(profile: CounterProfileForm) -> dict[str, Any]:
    """Return what staff read to the person, and who may be the same person."""
    now, values = clock.now(), profile.values()
    return {
        "lines": [
            {"item": key, "label": item.name.in_language(language()), "content": values[key]}
            for key, item in catalogue.items().items()
            if values.get(key)
        ],
        "alike": [
            {
                "resident": one.resident,
                "shown": masked_line(one, is_protected=residents.is_protected(one.resident, now)),
            }
            for one in residents.look_alikes(values)
        ],
    }


@require_safe
@on_open_record
def slip(request: HttpRequest, staff: Staff, resident: ResidentId) -> HttpResponse:
    """Show the slip with the ID, to print: with masked name, so that a lost one tells little."""
    return render(request, "console/desk/slip.html", _slip(resident))


@require_POST
@on_open_record
def slip_code(request: HttpRequest, staff: Staff, resident: ResidentId) -> HttpResponse:
    """Make a code for going online, and show the slip with it, once."""
    code = residents.issue_slip(staff.account, resident, now=clock.now())
    context = _slip(resident) | {"code": code, "site": settings.GENKAN.issuer}
    return render(request, "console/desk/slip.html", context)


def _slip(resident: ResidentId) -> dict[str, Any]:
    held = residents.profile_of(resident)
    return {
        "resident": resident,
        "name": masked_value(held, "name", is_protected=False),
        "qr": qr_of(str(resident)),
        "can_go_online": not residents.is_online(resident),
    }


def qr_of(text: str) -> SafeString:
    """Return a QR code as SVG; the text is hidden in its pattern and is no markup."""
    drawn = BytesIO()
    qrcode.make(text, image_factory=SvgPathImage).save(drawn)
    svg = drawn.getvalue().decode()
    return mark_safe(svg[svg.index("<svg") :])  # noqa: S308 - made here, of shapes alone
