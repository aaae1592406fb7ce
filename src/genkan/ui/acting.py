"""Acting for somebody else: an explicit choice, kept in the session and checked on every request.

A view says with `also_for_representatives("profile")`, under `for_resident`, that somebody who
acts for a resident may use it, and in which area; it is then handed that resident. All other
pages are refused while somebody acts, so that nothing is done to the wrong person. A form on such a
page carries `{% whose %}`: what was shown for one person is never done to another.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol, TypeVar
from uuid import UUID

from django.http import HttpRequest

from genkan.kernel.ids import ResidentId
from genkan.kernel.registry import Registry
from genkan.ui.errors import ActingEnded, NotWhileActing, OtherPerson

SESSION_KEY = "acting_for"
FIELD = "whose"
ONESELF = "oneself"
"""Area of pages about acting itself: they are handed who is signed in."""

Function = TypeVar("Function", bound=Callable[..., object])


class ActingRules(Protocol):
    """What a feature knows of acting."""

    def may_act(
        self, by: ResidentId, person: ResidentId, area: str | None, *, now: datetime
    ) -> bool:
        """Whether `by` may act for `person` now, in this area or in any."""

    def name_of(self, person: ResidentId) -> str:
        """Return the name that every page shows."""


acting_rules: Registry[ActingRules] = Registry("acting rules")
"""Exactly one entry."""


def also_for_representatives(area: str) -> Callable[[Function], Function]:
    """Open a resident's view to who acts for the resident in `area`."""

    def mark(view: Function) -> Function:
        view.acting_area = area  # type: ignore[attr-defined] # read by `whose`, kept by `wraps`
        return view

    return mark


def begin(request: HttpRequest, person: ResidentId) -> None:
    """Act for somebody from now on."""
    request.session[SESSION_KEY] = str(person)


def end(request: HttpRequest) -> None:
    """Act for oneself again."""
    request.session.pop(SESSION_KEY, None)


def chosen(request: HttpRequest) -> ResidentId | None:
    """Return for whom somebody chose to act; whether they may is not checked."""
    session = getattr(request, "session", None)
    kept = None if session is None else session.get(SESSION_KEY)
    return None if kept is None else ResidentId(UUID(kept))


def whose(
    request: HttpRequest, signed_in: ResidentId, view: object, *, now: datetime
) -> ResidentId:
    """Return whose page a view is to show: the signed-in resident's, or who they act for.

    Raises:
        ActingEnded: they may not act any more; the session forgets it, and nothing says why.
        NotWhileActing: the page is not for representatives, or not in the right's scope.
        OtherPerson: the form was shown for somebody else.
    """
    area = getattr(view, "acting_area", None)
    if area == ONESELF:
        return signed_in
    person, rules = chosen(request), acting_rules
    if person is not None:
        may_act = rules.only().may_act
        if not may_act(signed_in, person, None, now=now):
            end(request)
            raise ActingEnded
        if area is None or not may_act(signed_in, person, area, now=now):
            raise NotWhileActing
    if area is not None and request.method == "POST":
        _must_be_shown_for(request, person)
    return signed_in if person is None else person


def _must_be_shown_for(request: HttpRequest, person: ResidentId | None) -> None:
    if request.POST.get(FIELD, "") != ("" if person is None else str(person)):
        raise OtherPerson
