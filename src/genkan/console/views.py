"""The console's own views: signing in, and doors that stay closed. The rest is Wagtail's."""

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from typing_extensions import override
from wagtail.admin.views.account import (
    AccountView,
    AvatarSettingsPanel,
    BaseSettingsPanel,
    LoginView,
    NameEmailSettingsPanel,
)

from genkan.console.access import may_enter
from genkan.console.forms import SignInForm
from genkan.kernel.errors import NotFound
from genkan.ui.errors import NotAllowed

UNUSED_PANELS = (NameEmailSettingsPanel, AvatarSettingsPanel)


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


class OwnAccount(AccountView):  # type: ignore[misc]  # Wagtail ships no types
    """Wagtail's page of one's own account: language, display and password.

    Accounts have no names and no pictures here, so those panels are left out.
    """

    @override
    def get_panels(self) -> list[BaseSettingsPanel]:
        panels: list[BaseSettingsPanel] = super().get_panels()
        return [panel for panel in panels if not isinstance(panel, UNUSED_PANELS)]


def closed(request: HttpRequest, **_: object) -> HttpResponseBase:
    """Answer that there is nothing here: a screen of Wagtail that Genkan does not use."""
    raise NotFound
