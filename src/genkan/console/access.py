"""Who may do what in the console."""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponseBase
from typing_extensions import override
from wagtail.permission_policies import BasePermissionPolicy

from genkan.residents.models import Account
from genkan.ui.errors import NotAllowed

Page = Callable[..., HttpResponseBase]
Caller = Account | AnonymousUser

ENTER = "wagtailadmin.access_admin"


def may_enter(caller: Caller) -> bool:
    """Whether somebody is staff and was given the console."""
    return caller.is_staff and caller.has_perm(ENTER)


def staff_only(page: Page) -> Page:
    """Refuse signed-in people who are not staff; Wagtail sends anonymous ones to sign in."""

    @wraps(page)
    def call(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:  # noqa: ANN401 - the shape of Wagtail's views
        if request.user.is_authenticated and not may_enter(request.user):
            raise NotAllowed
        return page(request, *args, **kwargs)

    return call


class ShownOnly(BasePermissionPolicy):  # type: ignore[misc]  # Wagtail ships no types
    """Staff may look; nobody may add, change or delete, administrators neither."""

    @override
    def user_has_permission(self, user: Caller, action: str) -> bool:
        return action == "view" and may_enter(user)

    @override
    def users_with_any_permission(self, actions: Iterable[str]) -> list[Account]:
        return []  # asked by workflows, which these tables have not
