"""allauth's views with our forms; invalid input answers 422 with the form."""

from collections.abc import Callable
from typing import Any

from allauth.account import views as allauth
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from typing_extensions import override

from genkan.kernel.ids import AccountId
from genkan.residents.forms import accounts as forms
from genkan.ui.answers import see_other
from genkan.ui.callers import for_account, for_everybody


class Unprocessable:
    """Answers 422 where allauth shows a form again."""

    def form_invalid(self, form: Any) -> HttpResponse:  # noqa: ANN401 - allauth's form
        """Return the page of the form with the status of bad input."""
        response: HttpResponse = super().form_invalid(form)  # type: ignore[misc] # of allauth's view
        if response.status_code == 200:  # noqa: PLR2004 - HTTP
            response.status_code = 422
        return response


class SignIn(Unprocessable, allauth.LoginView):  # type: ignore[misc] # allauth ships no types
    """Sign in by address and password."""

    form_class = forms.SignInForm


class SignUp(Unprocessable, allauth.SignupView):  # type: ignore[misc] # as above
    """Open an account; the answer does not tell whether the address is known."""

    form_class = forms.SignUpForm


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


class ResetPassword(Unprocessable, allauth.CompletePasswordResetView):  # type: ignore[misc] # as above
    """Set the new password."""

    form_class = forms.ResetPasswordForm


class ChangePassword(Unprocessable, allauth.PasswordChangeView):  # type: ignore[misc] # as above
    """Change the password while signed in."""

    form_class = forms.ChangePasswordForm


class SetPassword(Unprocessable, allauth.PasswordSetView):  # type: ignore[misc] # as above
    """Set a first password while signed in."""

    form_class = forms.SetPasswordForm


class Reauthenticate(Unprocessable, allauth.ReauthenticateView):  # type: ignore[misc] # as above
    """Type the password once more."""

    form_class = forms.ReauthenticateForm


def _signed_in(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    @for_account
    def call(request: HttpRequest, account: AccountId) -> HttpResponseBase:
        return view(request)

    return call


@for_account
def addresses(request: HttpRequest, account: AccountId) -> HttpResponse:
    """Send to the profile: an account has one address, and it stays."""
    return see_other("residents:profile")


sign_in = for_everybody(SignIn.as_view())
sign_up = for_everybody(SignUp.as_view())
sign_out = for_everybody(allauth.logout)
inactive = for_everybody(allauth.account_inactive)
confirm_address = for_everybody(ConfirmAddress.as_view())
reset = for_everybody(Reset.as_view())
reset_code = for_everybody(ResetCode.as_view())
reset_password = for_everybody(ResetPassword.as_view())
reset_done = for_everybody(allauth.password_reset_from_key_done)
change_password = _signed_in(ChangePassword.as_view())
set_password = _signed_in(SetPassword.as_view())
reauthenticate = _signed_in(Reauthenticate.as_view())
