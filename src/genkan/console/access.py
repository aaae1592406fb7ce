"""Who may do what in the console."""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponseBase
from typing_extensions import override
from wagtail.permission_policies import BasePermissionPolicy

from genkan.kernel import clock
from genkan.kernel.ids import AccountId, ResidentId
from genkan.residents import api as residents
from genkan.residents.api import Staff, StaffRole
from genkan.residents.models import Account
from genkan.ui.answers import see_other
from genkan.ui.callers import account_of
from genkan.ui.errors import NotAllowed

P = ParamSpec("P")
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


Desk = Callable[Concatenate[HttpRequest, Staff, P], HttpResponseBase]
Record = Callable[Concatenate[HttpRequest, Staff, ResidentId, ...], HttpResponseBase]


def for_roles(*roles: StaffRole) -> Callable[[Desk[P]], Callable[..., HttpResponseBase]]:
    """Hand a page the member of staff who calls it, and refuse those without one of these roles.

    Administrators of the console have no role unless they were given one.
    """

    def decorate(page: Desk[P]) -> Callable[..., HttpResponseBase]:
        @wraps(page)
        def call(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            account = account_of(request)
            staff = None if account is None else residents.staff(account)
            if staff is None or staff.role not in roles:
                raise NotAllowed
            return page(request, staff, *args, **kwargs)

        return call

    return decorate


for_counter = for_roles(StaffRole.COUNTER, StaffRole.SUPERVISOR)
"""Pages of the counter; supervisors may do what the counter may."""

for_supervisor = for_roles(StaffRole.SUPERVISOR)


Operations = Callable[Concatenate[HttpRequest, AccountId, P], HttpResponseBase]


def for_operations(page: Operations[P]) -> Callable[..., HttpResponseBase]:
    """Hand a page the account of who looks after services: a supervisor or an administrator."""

    @wraps(page)
    def call(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        account = account_of(request)
        staff = None if account is None else residents.staff(account)
        is_supervisor = staff is not None and staff.role is StaffRole.SUPERVISOR
        if account is None or not (is_supervisor or request.user.is_superuser):
            raise NotAllowed
        return page(request, account, *args, **kwargs)

    return call


def on_open_record(page: Record) -> Callable[..., HttpResponseBase]:
    """Hand a page the member of staff and the resident whose record is open to them.

    Whoever has given no reason within the last half hour is asked for one first.
    """

    @wraps(page)
    def call(
        request: HttpRequest,
        staff: Staff,
        /,
        resident: UUID,
        **kwargs: Any,  # noqa: ANN401 - what the address says
    ) -> HttpResponseBase:
        try:
            residents.must_be_open(staff.account, ResidentId(resident), now=clock.now())
        except residents.NotOpened:
            return see_other("console_residents:open", resident)
        return page(request, staff, ResidentId(resident), **kwargs)

    return for_counter(call)
