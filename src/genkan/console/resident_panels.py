"""What a resident's page at the counter shows beside the values: one panel a topic.

A panel is added here, by the topic's own module: `Panel(title=…, show=…)`. `show` gets the request
and the resident, whose record is open to the member of staff, and returns HTML, or "" for nothing.
Its forms post to pages of its own, which stand under `access.on_open_record`.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from genkan.console import guardians, interventions, protection, recovery, services
from genkan.kernel.ids import ResidentId


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """One section of a resident's page."""

    title: str | Promise
    show: Callable[[HttpRequest, ResidentId], SafeString | str]


PANELS: tuple[Panel, ...] = (
    Panel(title=_("Services"), show=services.panel),
    Panel(title=_("Acting for somebody"), show=guardians.panel),
    Panel(title=_("Protected address"), show=protection.panel),
    Panel(title=_("Interventions"), show=interventions.panel),
    Panel(title=_("Recovery"), show=recovery.panel),
)
"""In the order of the page."""


def shown(request: HttpRequest, resident: ResidentId) -> list[tuple[str | Promise, str]]:
    """Return the panels that have something to say: title and HTML."""
    made = [(panel.title, panel.show(request, resident)) for panel in PANELS]
    return [(title, html) for title, html in made if html]
