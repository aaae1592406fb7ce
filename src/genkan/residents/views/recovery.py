"""Coming back in with a slip from a counter; stopping it from the old contact or the portal."""

import json
from typing import Any
from uuid import UUID

from allauth.core import ratelimit
from allauth.mfa.webauthn.internal import auth
from django import forms
from django.contrib import messages
from django.contrib.auth import get_user_model, logout
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from genkan.kernel import clock
from genkan.kernel.ids import ResidentId
from genkan.residents.domain.recovery import Recovery, RecoveryId
from genkan.residents.errors import AddressTaken, RecoveryOver, RecoveryWaits
from genkan.residents.forms.recovery import NewPasskeyForm, NewPasswordForm, SlipForm
from genkan.residents.service import recovery, redemption
from genkan.residents.service.redemption import Renewal
from genkan.residents.views.accounts import place_of
from genkan.ui import languages
from genkan.ui.answers import see_other
from genkan.ui.callers import account_of, for_any_resident, for_everybody
from genkan.ui.notices import Notice

LIMITS = {"redeem_recovery": "10/m/ip"}
PROVED, PROVED_AT = "residents.recovery", "residents.recovery_at"
PROVED_FOR_SECONDS = 15 * 60


@require_http_methods(["GET", "POST"])
@never_cache
@for_everybody
def slip(request: HttpRequest) -> HttpResponseBase:
    """Explain the way by the counter, and take the slip and the birth date."""
    form = SlipForm(request.POST or None)
    if form.is_valid():
        limited: HttpResponseBase | None = ratelimit.consume_or_429(
            request, action="redeem_recovery", config=LIMITS
        )
        if limited is not None:
            return limited
        if _is_proved(request, form):
            return see_other("residents:renew_recovery")
    status = 422 if form.is_bound else 200
    return render(request, "residents/recovery_slip.html", {"form": form}, status=status)


def _is_proved(request: HttpRequest, form: SlipForm) -> bool:
    given, now = form.cleaned_data, clock.now()
    try:
        found = redemption.prove(
            given["code"], given["birthdate"].iso, language=languages.current(), now=now
        )
    except RecoveryOver:
        form.add_error(
            None,
            _(
                "The code and the date of birth do not fit together, or the slip is no longer "
                "valid. After several wrong answers it ends."
            ),
        )
        return False
    except RecoveryWaits:
        form.add_error(None, _("The waiting period has not passed. Your slip says when it ends."))
        return False
    request.session[PROVED] = str(found)
    request.session[PROVED_AT] = now.timestamp()
    return True


@require_http_methods(["GET", "POST"])
@never_cache
@for_everybody
def renew(request: HttpRequest) -> HttpResponse:
    """Set a new passkey or a new password; everything from before ends."""
    held = _proved(request)
    if held is None:
        return see_other("residents:recover")
    is_passkey, owner = "credential" in request.POST, _owner(held)
    options = {"user": owner, "has_new_address": bool(held.new)}
    sent = request.POST or None
    password = NewPasswordForm(None if is_passkey else sent, **options)
    passkey = NewPasskeyForm(sent if is_passkey else None, auto_id="id_passkey_%s", **options)
    used = passkey if is_passkey else password
    if used.is_valid() and _is_redeemed(request, held, used):
        messages.success(request, _("You can sign in again now."))
        return see_other("account_login")
    context = {
        "held": held,
        "password": password,
        "form": passkey,
        "place": place_of(request),
        "options": _question(owner),
    }
    status = 422 if used.is_bound else 200
    return render(request, "residents/recovery_renew.html", context, status=status)


def _is_redeemed(request: HttpRequest, held: Recovery, form: forms.Form) -> bool:
    given = form.cleaned_data
    passkey = (given["name"], given["credential"]) if "credential" in given else None
    renewal = Renewal(
        password=given.get("password1", ""), passkey=passkey, mail_code=given.get("mail_code", "")
    )
    try:
        done = redemption.redeem(held.id, renewal, language=languages.current(), now=clock.now())
    except AddressTaken:
        words = _("The new e-mail address now belongs to another account. Please go to a counter.")
        form.add_error("mail_code" if held.new else None, words)
        return False
    if not done:
        form.add_error("mail_code", _("This code is not right, or no longer valid."))
        return False
    if account_of(request) == redemption.owner_of(held):
        logout(request)  # this session has ended with all others
    else:
        del request.session[PROVED], request.session[PROVED_AT]
    return True


def _proved(request: HttpRequest) -> Recovery | None:
    """Return the recovery whose slip was typed in this browser a moment ago, or None."""
    now, since = clock.now(), request.session.get(PROVED_AT, 0)
    if PROVED not in request.session or now.timestamp() > since + PROVED_FOR_SECONDS:
        return None
    return redemption.proved(RecoveryId(UUID(request.session[PROVED])), now=now)


def _owner(held: Recovery) -> Any:  # noqa: ANN401 - allauth's user
    """Return the account as allauth wants it, be it stored or to be opened."""
    return get_user_model()(pk=redemption.owner_of(held), email=held.new or held.old)


def _question(owner: Any) -> str:  # noqa: ANN401 - as above
    """Return what the browser asks; a passkey that is about to end is in nobody's way."""
    asked = dict(auth.begin_registration(owner, passwordless=True))
    asked["publicKey"] = dict(asked["publicKey"]) | {"excludeCredentials": []}
    return json.dumps(asked)


@require_http_methods(["GET", "POST"])
@for_everybody
def stop(request: HttpRequest, recovery_id: UUID, proof: str) -> HttpResponse:
    """Let whoever reads the old contact's mail stop a recovery, after asking."""
    name, now = RecoveryId(recovery_id), clock.now()
    if request.method == "POST":
        recovery.stop(name, proof, now=now)
        return render(request, "residents/recovery_stopped.html")
    held = recovery.to_be_stopped(name, proof, now=now)
    return render(request, "residents/recovery_stop.html", {"held": held})


@require_http_methods(["GET", "POST"])
@for_any_resident
def stop_own(request: HttpRequest, resident: ResidentId) -> HttpResponse:
    """Let a resident who is still signed in stop the recovery of their ID, after asking."""
    now = clock.now()
    if request.method == "POST":
        recovery.stop_own(resident, now=now)
        return render(request, "residents/recovery_stopped.html")
    held = recovery.standing_of(resident, now=now)
    if held is None:
        raise RecoveryOver
    return render(request, "residents/recovery_stop.html", {"held": held})


def notice_for(resident: ResidentId) -> Notice | None:
    """Tell a resident that somebody recovers their ID at a counter."""
    held = recovery.standing_of(resident, now=clock.now())
    if held is None:
        return None
    return Notice(template="residents/notices/recovery.html", facts={"recovery": held})
