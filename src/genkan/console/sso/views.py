"""What operators see: how each service is doing, its clients, our signing keys."""

import json
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from genkan.console.access import for_operations
from genkan.console.wording import language
from genkan.kernel import clock
from genkan.kernel.ids import AccountId, ServiceId
from genkan.partners import api as partners
from genkan.sso import api as sso

DAYS = 7
DAYS_OF_ONE = 30


@require_safe
@for_operations
def overview(request: HttpRequest, account: AccountId) -> HttpResponse:
    """List every service with its state and the counts of the last week."""
    names = {one.id: one for one in partners.services()}
    lines = [
        {
            "service": names[one.service],
            "name": names[one.service].name.in_language(language()),
            "health": one,
            "total": one.total,
        }
        for one in sso.health(days=DAYS, now=clock.now())
    ]
    return render(request, "console/sso/overview.html", {"lines": lines, "days": DAYS})


@require_safe
@for_operations
def service(request: HttpRequest, account: AccountId, service: UUID) -> HttpResponse:
    """Show one service day by day, with its clients."""
    found = partners.service(ServiceId(service))
    health = sso.health_of(found.id, days=DAYS_OF_ONE, now=clock.now())
    context = {
        "service": found,
        "name": found.name.in_language(language()),
        "health": health,
        "codes": sorted(health.total.times.items()),
        "clients": sso.clients_of(found.id),
        "days": DAYS_OF_ONE,
    }
    return render(request, "console/sso/service.html", context)


@require_safe
@for_operations
def client(request: HttpRequest, account: AccountId, client: UUID) -> HttpResponse:
    """Show one client: state, metadata, keys with their ages; never a secret."""
    found = sso.client_facts(client)
    now = clock.now()
    owner = partners.service(found.client.service)
    keys = [{"key": one, "days": one.since and (now - one.since).days} for one in found.keys]
    context = {
        "facts": found,
        "client": found.client,
        "service": owner,
        "name": owner.name.in_language(language()),
        "document": [(name, _as_written(value)) for name, value in sorted(found.document.items())],
        "keys": keys,
    }
    return render(request, "console/sso/client.html", context)


def _as_written(value: object) -> str:
    """Return a member's value as whoever registered it wrote it: a text, or JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=1)


@require_safe
@for_operations
def keys(request: HttpRequest, account: AccountId) -> HttpResponse:
    """Show our signing keys: which come next, which sign, which only verify, how old they are."""
    now = clock.now()
    lines = [
        {"key": one, "days": (now - one.created_at).days, "in_state": (now - one.state_since).days}
        for one in sso.signing_keys()
    ]
    return render(request, "console/sso/keys.html", {"lines": lines})
