"""The console's own views: signing in, and doors that stay closed. The rest is Wagtail's."""

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from typing_extensions import override
from wagtail.admin.views.account import LoginView

from genkan.console.access import may_enter
from genkan.console.forms import SignInForm
from genkan.kernel.errors import NotFound
from genkan.ui.errors import NotAllowed


class SignIn(LoginView):  # type: ignore[misc]  # Wagtail ships no types
    """Wagtail's sign-in for staff accounts; a resident who is signed in is told what to do."""

    authentication_form = SignInForm

    @override
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and not may_enter(request.user):
            raise NotAllowed
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return response

    @override
    def get_form_class(self) -> type[SignInForm]:
        return SignInForm


def closed(request: HttpRequest, **_: object) -> HttpResponseBase:
    """Answer that there is nothing here: a screen of Wagtail that Genkan does not use."""
    raise NotFound
