"""allauth's views of passkeys, authenticator apps and codes, with our forms and our record."""

import json
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.base import views as base
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from allauth.mfa.webauthn.internal import auth, flows
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse_lazy
from django.views.decorators.http import require_safe
from typing_extensions import override

from genkan.kernel.ids import AccountId
from genkan.residents.domain.credentials import Notice
from genkan.residents.forms import credentials as forms
from genkan.residents.service import credentials
from genkan.residents.views.accounts import Renewing, Told, Unprocessable, place_of, signed_in
from genkan.ui.answers import see_other
from genkan.ui.callers import for_account, for_everybody


class Asking:
    """Hands the page what the browser is to ask the device, and whether it can."""

    def get_context_data(self, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - Django's own signature
        """Return allauth's context, with its question as an attribute's text."""
        found: dict[str, Any] = super().get_context_data(**more)  # type: ignore[misc] # of allauth's view
        request: HttpRequest = self.request  # type: ignore[attr-defined] # of Django's view
        found["place"] = place_of(request)
        question = found.pop("js_data", None)
        if question:
            (options,) = question.values()
            found["options"] = json.dumps(options)
        return found


class AddPasskey(Told, Unprocessable, Asking, webauthn.AddWebAuthnView):  # type: ignore[misc] # allauth ships no types
    """Add a passkey that signs in by itself: kept on the device, guarded by it."""

    form_class = forms.AddPasskeyForm
    notice = Notice.PASSKEY_ADDED

    @override
    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if place_of(request).relying_party is None:
            return see_other("mfa_index")
        page: HttpResponseBase = super().get(request, *args, **kwargs)
        return page

    @override
    def get_context_data(self, **more: Any) -> dict[str, Any]:
        found = super().get_context_data(**more)
        found["form"] = more.get("form") or found["form"]
        question = auth.begin_registration(self.request.user, passwordless=True)
        return found | {"options": json.dumps(question)}


class FirstPasskey(Unprocessable, Asking, webauthn.SignupWebAuthnView):  # type: ignore[misc] # as above
    """Make the passkey of a new account, or go on without: the code from the mail proves, too."""

    form_class = forms.AddPasskeyForm

    @override
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.POST.get("action") != "later":
            answer: HttpResponse = super().post(request, *args, **kwargs)
            return answer
        record_authentication(request, self._login_stage.login.user, method="code")
        onward: HttpResponse = self._login_stage.exit()
        return onward

    @override
    def form_valid(self, form: Any) -> HttpResponse:
        """Keep the passkey, and sign in by it: the device has just verified the person."""
        given, owner = form.cleaned_data, self._login_stage.login.user
        made = flows.signup_authenticator(
            self.request, user=owner, name=given["name"], credential=given["credential"]
        )
        post_authentication(self.request, made, passwordless=True)
        onward: HttpResponse = self._login_stage.exit()
        return onward

    @override
    def get_context_data(self, **more: Any) -> dict[str, Any]:
        found = super().get_context_data(**more)
        found["form"] = more.get("form") or found["form"]
        return found


class RemovePasskey(Told, webauthn.RemoveWebAuthnView):  # type: ignore[misc] # as above
    """Remove a passkey after asking."""

    notice = Notice.PASSKEY_REMOVED
    success_url = reverse_lazy("mfa_index")


class RenamePasskey(Unprocessable, webauthn.EditWebAuthnView):  # type: ignore[misc] # as above
    """Give a passkey another name."""

    form_class = forms.RenamePasskeyForm
    success_url = reverse_lazy("mfa_index")


class SignInByPasskey(Asking, webauthn.LoginWebAuthnView):  # type: ignore[misc] # as above
    """Sign in by passkey alone; the browser fetches the question when somebody asks for it."""

    form_class = forms.PasskeySignInForm


class SecondStep(Asking, base.AuthenticateView):  # type: ignore[misc] # as above
    """After the password: a code, or a passkey."""

    form_class = forms.CodeStepForm
    webauthn_form_class = forms.PasskeyStepForm

    @override
    def form_invalid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_invalid(form)
        response.status_code = 422
        return response


class AgainByCode(Renewing, Unprocessable, base.ReauthenticateView):  # type: ignore[misc] # as above
    """A code before something delicate."""

    form_class = forms.CodeAgainForm


class AgainByPasskey(Renewing, Asking, webauthn.ReauthenticateWebAuthnView):  # type: ignore[misc] # as above
    """A passkey before something delicate."""

    form_class = forms.PasskeyAgainForm

    @override
    def form_invalid(self, form: Any) -> HttpResponse:
        page: HttpResponse = self.render_to_response(self.get_context_data(form=form))
        page.status_code = 422
        return page


class AddAuthenticator(Told, Unprocessable, totp.ActivateTOTPView):  # type: ignore[misc] # as above
    """Set up an authenticator app by its first code."""

    form_class = forms.AddAuthenticatorForm
    notice = Notice.AUTHENTICATOR_ADDED


class RemoveAuthenticator(Told, Unprocessable, totp.DeactivateTOTPView):  # type: ignore[misc] # as above
    """Remove the authenticator app after asking."""

    form_class = forms.RemoveAuthenticatorForm
    notice = Notice.AUTHENTICATOR_REMOVED


class NewRecoveryCodes(Told, Unprocessable, recovery.GenerateRecoveryCodesView):  # type: ignore[misc] # as above
    """Make new recovery codes; the old ones end."""

    form_class = forms.NewCodesForm
    notice = Notice.RECOVERY_CODES_MADE


@require_safe
@for_account
def security(request: HttpRequest, account: AccountId) -> HttpResponse:
    """Show the ways of signing in that this account has, and what can be changed."""
    context = {"held": credentials.credentials_of(account), "place": place_of(request)}
    return render(request, "mfa/index.html", context)


first_passkey = for_everybody(FirstPasskey.as_view())
add_passkey = signed_in(AddPasskey.as_view())
remove_passkey = signed_in(RemovePasskey.as_view())
rename_passkey = signed_in(RenamePasskey.as_view())
sign_in_by_passkey = for_everybody(SignInByPasskey.as_view())
second_step = for_everybody(SecondStep.as_view())
again_by_code = signed_in(AgainByCode.as_view())
again_by_passkey = signed_in(AgainByPasskey.as_view())
add_authenticator = signed_in(AddAuthenticator.as_view())
remove_authenticator = signed_in(RemoveAuthenticator.as_view())
recovery_codes = signed_in(recovery.ViewRecoveryCodesView.as_view())
new_recovery_codes = signed_in(NewRecoveryCodes.as_view())
