"""Links of the header and the footer: features fill the registries, the shell shows them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise

from genkan.kernel.registry import Registry

Audience = Literal["everybody", "signed_in", "anonymous"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One link of the shell.

    Attributes:
        label: lazy translation of its words.
        route: name of the route; it takes no arguments.
        audience: who sees it.
        order: smaller comes first.
        posts: it is a deed (sign out): shown as a button that posts.
    """

    label: str | Promise
    route: str
    audience: Audience = "everybody"
    order: int = 100
    posts: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """A link as one page shows it."""

    label: str
    address: str
    is_current: bool
    posts: bool


header_links: Registry[Link] = Registry("header links")
footer_links: Registry[Link] = Registry("footer links")


def shown(
    links: Registry[Link], request: HttpRequest, is_signed_in: Callable[[], bool]
) -> list[Shown]:
    """Return the links of a registry for the person of this request, in order."""
    found = sorted(links.items().values(), key=lambda link: link.order)
    return [_shown(link, request.path) for link in found if _is_for(link.audience, is_signed_in)]


def _is_for(audience: Audience, is_signed_in: Callable[[], bool]) -> bool:
    return audience == "everybody" or (audience == "signed_in") == is_signed_in()


def _shown(link: Link, here: str) -> Shown:
    address = reverse(link.route)
    is_below = address != "/" and here.startswith(address.rstrip("/") + "/")
    return Shown(str(link.label), address, here == address or is_below, link.posts)
