"""Parents, guardians and proxies at the counter: record a right to act, take it away (A7, M46)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods
from typing_extensions import override

from genkan.console.access import on_open_record
from genkan.console.masking import masked_line
from genkan.kernel import clock
from genkan.kernel.clock import JAPAN, day_in_japan
from genkan.kernel.errors import NotFound
from genkan.kernel.ids import AccountId, ResidentId
from genkan.residents import api as residents
from genkan.residents.api import Area, EvidenceKind, Representation, Role, Staff
from genkan.ui.answers import see_other

INVALID = 422
LONGEST_NOTE = 100

ROLES: dict[str, str | Promise] = {
    Role.PARENT: _("Parent"),
    Role.GUARDIAN_OF_MINOR: _("Guardian of a minor"),
    Role.ADULT_GUARDIAN: _("Guardian of an adult"),
    Role.CURATOR: _("Curator"),
    Role.ASSISTANT: _("Assistant"),
    Role.PROXY: _("Proxy"),
}
AREAS: dict[str, str | Promise] = {
    Area.PROFILE: _("See the profile"),
    Area.HISTORY: _("See who received data"),
    Area.SERVICES: _("Decide what services receive"),
}
EVIDENCE: dict[str, str | Promise] = {
    EvidenceKind.FAMILY_REGISTER: _("Family register"),
    EvidenceKind.GUARDIANSHIP_REGISTER: _("Register of guardianships"),
    EvidenceKind.COURT_DECISION: _("Decision of a court"),
    EvidenceKind.POWER_OF_ATTORNEY: _("Power of attorney"),
}
UNFIT: dict[str, tuple[str | None, str | Promise]] = {
    "representative": ("representative", _("This person cannot act for others.")),
    "role": ("role", _("The person is of age: nobody acts as parent or guardian of a minor.")),
    "ends_at": ("ends_on", _("The last day lies before the first.")),
    "note": ("number", _("This cannot be kept. Please use letters and digits only.")),
}
"""By what the service names: the field of the page, and what to say there."""


class RightForm(forms.Form):
    """Who may act, as what, for which matters, and what was shown."""

    representative = forms.UUIDField(
        label=_("ID of the person who acts"),
        help_text=_("As on the ID slip. That record is opened too, and the person reads of it."),
        error_messages={"invalid": _("This is not an ID.")},
    )
    role = forms.ChoiceField(
        choices=tuple(ROLES.items()), widget=forms.RadioSelect, label=_("Acts as")
    )
    scope = forms.MultipleChoiceField(
        choices=tuple(AREAS.items()),
        widget=forms.CheckboxSelectMultiple,
        initial=list(AREAS),
        label=_("May"),
    )
    evidence = forms.ChoiceField(
        choices=(("", _("Please choose")), *EVIDENCE.items()), label=_("Document that was shown")
    )
    number = forms.CharField(
        max_length=LONGEST_NOTE,
        label=_("Number or date of the document"),
        help_text=_("No names."),
    )
    begins_on = forms.DateField(
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        label=_("First day"),
        help_text=_("Empty: at once."),
    )
    ends_on = forms.DateField(
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        label=_("Last day"),
        help_text=_("Empty: until it is taken away, or the person comes of age."),
    )

    @override
    def clean(self) -> dict[str, Any]:
        """Refuse a period that ends before it begins."""
        cleaned = super().clean() or {}
        begins, ends = cleaned.get("begins_on"), cleaned.get("ends_on")
        if begins and ends and ends < begins:
            self.add_error("ends_on", str(UNFIT["ends_at"][1]))
        return cleaned

    def wanted(
        self, person: ResidentId, checked_by: AccountId, *, now: datetime
    ) -> residents.NewRepresentation:
        """Return the valid input; a first day that is today begins at once."""
        given = self.cleaned_data
        begins, ends = given["begins_on"], given["ends_on"]
        later = begins is not None and begins != day_in_japan(now)
        return residents.NewRepresentation(
            person=person,
            representative=ResidentId(given["representative"]),
            role=Role(given["role"]),
            scope=frozenset(map(Area, given["scope"])),
            evidence=residents.Evidence(
                kind=EvidenceKind(given["evidence"]), note=given["number"], checked_by=checked_by
            ),
            begins_at=datetime.combine(begins, time.min, JAPAN) if later else None,
            ends_at=ends and datetime.combine(ends + timedelta(days=1), time.min, JAPAN),
        )

    def lines(self) -> list[tuple[str | Promise, str]]:
        """Return the valid input as the page says it before it is recorded."""
        given = self.cleaned_data
        days = {"begins_on": given["begins_on"], "ends_on": given["ends_on"]}
        said = {
            "role": str(ROLES[given["role"]]),
            "scope": in_words(given["scope"]),
            "evidence": str(EVIDENCE[given["evidence"]]),
            "number": given["number"],
            **{name: day.isoformat() for name, day in days.items() if day},
        }
        return [(str(self.fields[name].label), words) for name, words in said.items()]


class TakeAwayForm(forms.Form):
    """Why a right is taken away."""

    reason = forms.CharField(
        max_length=LONGEST_NOTE,
        label=_("Reason, for staff"),
        help_text=_("Such as the number of a decision. Neither of the two people reads it."),
    )


def in_words(scope: Iterable[str]) -> str:
    """Return what a right allows, in the order of the page."""
    chosen = frozenset(scope)
    return " / ".join(str(words) for area, words in AREAS.items() if area in chosen)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One right to act on a resident's page: the other person masked, and how it stands."""

    right: Representation
    other: ResidentId
    shown: dict[str, str]
    role: str | Promise
    scope: str
    evidence: str | Promise
    holds: bool
    can_be_taken_away: bool


def panel(request: HttpRequest, resident: ResidentId) -> SafeString:
    """List who may act for the resident and for whom the resident may, and what was."""
    now = clock.now()
    context = {
        "resident": resident,
        "over": [
            _line(one, one.representative, now)
            for one in residents.representations(person=resident)
        ],
        "wards": [
            _line(one, one.person, now)
            for one in residents.representations(representative=resident)
        ],
    }
    return render_to_string("console/desk/guardians.html", context, request)


def _line(right: Representation, other: ResidentId, now: datetime) -> Line:
    evidence = EVIDENCE.get(right.evidence.kind, _("Invented for the demo"))
    is_over = right.revoked_at is not None or (right.ends_at is not None and right.ends_at <= now)
    return Line(
        right=right,
        other=other,
        shown=_shown(other, now),
        role=ROLES[right.role],
        scope=in_words(right.scope),
        evidence=evidence,
        holds=any(one.id == right.id for one in residents.represented_by(right.person, now=now)),
        can_be_taken_away=not is_over,
    )


def _shown(resident: ResidentId, now: datetime) -> dict[str, str]:
    held = residents.profile_of(resident)
    return masked_line(held, is_protected=held.is_protected(now))


@require_http_methods(["GET", "POST"])
@on_open_record
def add(request: HttpRequest, staff: Staff, resident: ResidentId) -> HttpResponse:
    """Ask who may act for the resident; show both people and everything; record it."""
    now = clock.now()
    sent = request.POST if request.method == "POST" else None
    form = RightForm(sent)
    context: dict[str, Any] = {"form": form, "resident": resident, "person": _shown(resident, now)}
    if sent is None or not form.is_valid() or not _opened(form, staff, now):
        status = 200 if sent is None else INVALID
        return render(request, "console/desk/guardian_add.html", context, status=status)
    wanted = form.wanted(resident, staff.account, now=now)
    if sent.get("step") != "record":
        context["representative"] = _shown(wanted.representative, now)
        return render(request, "console/desk/guardian_confirm.html", context)
    try:
        residents.add_representation(wanted, now=now)
        return see_other("console_residents:show", resident)
    except residents.UnfitRepresentation as unfit:
        field, words = UNFIT.get(unfit.field or "", (None, _("This right cannot be recorded.")))
        form.add_error(field, str(words))
    except residents.AlreadyRepresents:
        form.add_error(None, str(_("Such a right exists already. Take it away first.")))
    return render(request, "console/desk/guardian_add.html", context, status=INVALID)


def _opened(form: RightForm, staff: Staff, now: datetime) -> bool:
    """Whether the record of who is to act is open to the member of staff; it is opened if not."""
    representative = ResidentId(form.cleaned_data["representative"])
    try:
        residents.must_be_open(staff.account, representative, now=now)
    except residents.NotOpened:
        because = residents.Because(reason=residents.LookupReason.VISIT, note="")
        try:
            residents.open_record(staff.account, representative, because, now=now)
        except residents.NotAResident:
            form.add_error("representative", str(_("Nobody has this ID.")))
            return False
    return True


@require_http_methods(["GET", "POST"])
@on_open_record
def take_away(
    request: HttpRequest, staff: Staff, resident: ResidentId, right: UUID
) -> HttpResponse:
    """Say what taking a right away means; ask why, and do it."""
    now = clock.now()
    found = next((one for one in _rights_of(resident) if one.id == right), None)
    if found is None:
        raise NotFound
    form = TakeAwayForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            reason = form.cleaned_data["reason"]
            residents.revoke_representation(found.id, by=staff.account, because=reason, now=now)
            return see_other("console_residents:show", resident)
        except residents.UnfitRepresentation:
            form.add_error("reason", str(UNFIT["note"][1]))
    context = {
        "form": form,
        "resident": resident,
        "role": ROLES[found.role],
        "person": _shown(found.person, now),
        "representative": _shown(found.representative, now),
    }
    status = INVALID if form.is_bound else 200
    return render(request, "console/desk/guardian_take_away.html", context, status=status)


def _rights_of(resident: ResidentId) -> list[Representation]:
    """Return the rights in which a resident is one of the two."""
    over = residents.representations(person=resident)
    return [*over, *residents.representations(representative=resident)]
