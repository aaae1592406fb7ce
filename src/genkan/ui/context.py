"""What the page shell needs in every template: `shell`."""

from dataclasses import dataclass
from functools import cached_property

from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import resolve_url

from genkan.kernel import clock
from genkan.ui import acting, languages
from genkan.ui.addresses import safe_path, way_back
from genkan.ui.callers import notices_of, resident_of
from genkan.ui.languages import Language
from genkan.ui.navigation import Shown, footer_links, header_links, shown
from genkan.ui.notices import Notice


@dataclass(frozen=True, slots=True)
class Acting:
    """Whose pages are shown to somebody who acts for another."""

    id: str
    name: str


class Shell:
    """Facts about the page's frame, worked out only when a template asks.

    Without a request (a failure page) it knows the language and shows no links, so that it touches
    neither database nor session.
    """

    def __init__(self, request: HttpRequest | None) -> None:
        self._request = request

    @cached_property
    def language(self) -> str:
        """`ja`, `ja-easy` or `en`."""
        return languages.current()

    @cached_property
    def html_lang(self) -> str:
        """The value of `<html lang>`."""
        return languages.tag_of(self.language)

    @cached_property
    def languages(self) -> list[Language]:
        """Choices of the language switch; none without a request to come back to."""
        return [] if self._request is None else languages.choices()

    @cached_property
    def here(self) -> str:
        """The path to come back to after changing the language."""
        return "/" if self._request is None else safe_path(way_back(self._request)) or "/"

    @cached_property
    def sign_in(self) -> str:
        """The address of the sign-in page."""
        return resolve_url(settings.LOGIN_URL)

    @cached_property
    def is_signed_in(self) -> bool:
        """Whether somebody is signed in; an error before authentication counts as nobody."""
        user = getattr(self._request, "user", None)
        return user is not None and user.is_authenticated

    @cached_property
    def notices(self) -> tuple[Notice, ...]:
        """What the resident of this page is to be told before anything else."""
        return () if self._request is None else notices_of(self._request)

    @cached_property
    def acting(self) -> Acting | None:
        """For whom the person of this request acts, if they may; asked anew for every page."""
        person = None if self._request is None else acting.chosen(self._request)
        if self._request is None or person is None or not self.is_signed_in:
            return None
        signed_in, rules = resident_of(self._request), acting.acting_rules.only()
        if signed_in is None or not rules.may_act(signed_in, person, None, now=clock.now()):
            return None
        return Acting(id=str(person), name=rules.name_of(person))

    @cached_property
    def header_links(self) -> list[Shown]:
        """Links of the main navigation."""
        if self._request is None:
            return []
        return shown(header_links, self._request, lambda: self.is_signed_in)

    @cached_property
    def footer_links(self) -> list[Shown]:
        """Links of the footer."""
        if self._request is None:
            return []
        return shown(footer_links, self._request, lambda: self.is_signed_in)


def shell(request: HttpRequest) -> dict[str, Shell]:
    """Context processor: the frame of this request's page."""
    return {"shell": Shell(request)}
