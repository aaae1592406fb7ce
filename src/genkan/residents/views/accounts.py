"""allauth's views with our forms; invalid input answers 422 with the form."""

from collections.abc import Callable
from typing import Any

from allauth.account import views as allauth
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from typing_extensions import override

from genkan.kernel import clock
from genkan.kernel.ids import AccountId
from genkan.residents.domain.credentials import Notice, PasskeyPlace, passkey_place
from genkan.residents.domain.devices import SignOutCause
from genkan.residents.forms import accounts as forms
from genkan.residents.service import devices, notices
from genkan.ui import hints, languages
from genkan.ui.answers import see_other
from genkan.ui.callers import account_of, for_account, for_everybody


class Unprocessable:
    """Answers 422 where allauth shows a form again."""

    def form_invalid(self, form: Any) -> HttpResponse:  # noqa: ANN401 - allauth's form
        """Return the page of the form with the status of bad input."""
        response: HttpResponse = super().form_invalid(form)  # type: ignore[misc] # of allauth's view
        if response.status_code == 200:  # noqa: PLR2004 - HTTP
            response.status_code = 422
        return response


class Renewing:
    """Gives the session another key once somebody has proved again who they are (SSO.md P0.10)."""

    def form_valid(self, form: Any) -> HttpResponse:  # noqa: ANN401 - allauth's form
        """Take the proof, then leave the key behind that somebody else may know."""
        response: HttpResponse = super().form_valid(form)  # type: ignore[misc] # of allauth's view
        session = self.request.session  # type: ignore[attr-defined] # as above
        old = session.session_key or ""
        session.cycle_key()
        devices.rename_session(old, session.session_key)
        return response


class Told:
    """Records a change of a library's view, in one transaction with it."""

    notice: Notice

    def form_valid(self, form: Any) -> HttpResponse:  # noqa: ANN401 - allauth's form
        """Make the change and tell it."""
        language = languages.current()
        now = clock.now()
        with notices.told(self.whose(), self.notice, language=language, now=now):
            response: HttpResponse = super().form_valid(form)  # type: ignore[misc] # of allauth's view
            if self.notice is Notice.PASSWORD_CHANGED:
                here = self.request.session  # type: ignore[attr-defined] # as above
                devices.end_all(
                    self.whose(),
                    cause=SignOutCause.PASSWORD,
                    keep=here.session_key or "",
                    now=now,
                )
        return response

    def whose(self) -> AccountId:
        """Return whose account changes."""
        account = account_of(self.request)  # type: ignore[attr-defined] # of Django's view
        assert account is not None  # the view's guard has seen to it
        return account


def place_of(request: HttpRequest) -> PasskeyPlace:
    """Return whether passkeys work on this page."""
    return passkey_place(request.get_host(), issuer=settings.GENKAN.issuer)


class SignIn(Unprocessable, allauth.LoginView):  # type: ignore[misc] # allauth ships no types
    """Sign in by address and password, or from the same page by passkey."""

    form_class = forms.SignInForm

    @override
    def get_initial(self) -> dict[str, Any]:
        """Begin with the address that a service expects; who has it is not looked up."""
        found: dict[str, Any] = super().get_initial()
        return found | {"login": hints.expected(self.request)}

    @override
    def get_context_data(self, **more: Any) -> dict[str, Any]:
        found: dict[str, Any] = super().get_context_data(**more)
        return found | {"place": place_of(self.request)}


class SignUp(Unprocessable, allauth.SignupView):  # type: ignore[misc] # as above
    """Open an account; the answer does not tell whether the address is known."""

    form_class = forms.SignUpForm

    @override
    def get_context_data(self, **more: Any) -> dict[str, Any]:
        found: dict[str, Any] = super().get_context_data(**more)
        return found | {"place": place_of(self.request)}


class SignUpByPasskey(Unprocessable, allauth.SignupByPasskeyView):  # type: ignore[misc] # as above
    """Open an account without a password: the passkey follows when the address is confirmed."""

    form_class = forms.SignUpForm

    @override
    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if place_of(request).relying_party is None:
            return see_other("account_signup")
        page: HttpResponseBase = super().get(request, *args, **kwargs)
        return page


class CodeByMail(Unprocessable, allauth.RequestLoginCodeView):  # type: ignore[misc] # as above
    """Ask for a code to sign in; the answer is the same for unknown addresses."""

    form_class = forms.CodeByMailForm


class SignInByCode(Unprocessable, allauth.ConfirmLoginCodeView):  # type: ignore[misc] # as above
    """Type the code."""

    form_class = forms.CodeSignInForm


class ConfirmAddress(Unprocessable, allauth.ConfirmEmailVerificationCodeView):  # type: ignore[misc] # as above
    """Show by a code that the address is yours."""

    form_class = forms.MailCodeForm

    @override
    def _get_change_form_class(self) -> type[forms.OtherAddressForm]:
        return forms.OtherAddressForm

    def _change_form_invalid(self, form: forms.OtherAddressForm) -> HttpResponse:
        """Show the address at fault; allauth 65.21 calls this and does not have it."""
        page: HttpResponse = self.render_to_response(self.get_context_data(form=form))
        return page


class Reset(Unprocessable, allauth.PasswordResetView):  # type: ignore[misc] # as above
    """Ask for a code to set a new password; the answer is the same for unknown addresses."""

    form_class = forms.ResetForm


class ResetCode(Unprocessable, allauth.ConfirmPasswordResetCodeView):  # type: ignore[misc] # as above
    """Type the code."""

    form_class = forms.ResetCodeForm


class ResetPassword(Told, Unprocessable, allauth.CompletePasswordResetView):  # type: ignore[misc] # as above
    """Set the new password."""

    form_class = forms.ResetPasswordForm
    notice = Notice.PASSWORD_CHANGED

    @override
    def whose(self) -> AccountId:
        return AccountId(self._process.user.pk)


class ChangePassword(Told, Unprocessable, allauth.PasswordChangeView):  # type: ignore[misc] # as above
    """Change the password while signed in."""

    form_class = forms.ChangePasswordForm
    notice = Notice.PASSWORD_CHANGED


class SetPassword(Told, Unprocessable, allauth.PasswordSetView):  # type: ignore[misc] # as above
    """Set a first password while signed in."""

    form_class = forms.SetPasswordForm
    notice = Notice.PASSWORD_CHANGED


class Reauthenticate(Renewing, Unprocessable, allauth.ReauthenticateView):  # type: ignore[misc] # as above
    """Type the password once more."""

    form_class = forms.ReauthenticateForm


def signed_in(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Guard a view of allauth: who is not signed in goes to the sign-in page and comes back."""

    @for_account
    def call(request: HttpRequest, account: AccountId, /, **address: object) -> HttpResponseBase:
        return view(request, **address)

    return call


@for_account
def addresses(request: HttpRequest, account: AccountId) -> HttpResponse:
    """Send to where the one address of an account can be changed."""
    return see_other("residents:ask_address")


sign_in = for_everybody(SignIn.as_view())
sign_up = for_everybody(SignUp.as_view())
sign_up_by_passkey = for_everybody(SignUpByPasskey.as_view())
code_by_mail = for_everybody(CodeByMail.as_view())
sign_in_by_code = for_everybody(SignInByCode.as_view())
sign_out = for_everybody(allauth.logout)
inactive = for_everybody(allauth.account_inactive)
confirm_address = for_everybody(ConfirmAddress.as_view())
reset = for_everybody(Reset.as_view())
reset_code = for_everybody(ResetCode.as_view())
reset_password = for_everybody(ResetPassword.as_view())
reset_done = for_everybody(allauth.password_reset_from_key_done)
change_password = signed_in(ChangePassword.as_view())
set_password = signed_in(SetPassword.as_view())
reauthenticate = signed_in(Reauthenticate.as_view())
