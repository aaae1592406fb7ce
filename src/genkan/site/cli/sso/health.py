"""`genkan sso health` and `client show`: how services are doing, and what a client is."""

from typing import Any
from uuid import UUID

import click

from genkan.site.cli.base import as_json, tell, tell_list, with_django


@click.command()
@click.option("--service", "slug", help="Short name of one linked service; else all of them.")
@click.option(
    "--days", type=click.IntRange(1, 400), default=7, show_default=True, help="Today included."
)
@as_json
@with_django
def health(slug: str | None, days: int, *, as_json: bool) -> None:
    """Tell sign-ins, refusals by code, token errors and messages of logout, by service and day."""
    from genkan.kernel import clock
    from genkan.partners import api as partners
    from genkan.sso import api

    known = {one.id: one for one in partners.services()}
    if slug is not None:
        chosen = partners.service_called(slug).id
        known = {chosen: known[chosen]}
    found = api.health(days=days, now=clock.now())
    lines = [_facts(known[one.service], one) for one in found if one.service in known]
    if not as_json:
        for line in lines:
            line.pop("days")
    tell_list(lines, as_json=as_json)


def _facts(service: Any, one: Any) -> dict[str, Any]:  # noqa: ANN401 - imported once Django is set up
    total = one.total
    return {
        "service": service.slug,
        "state": str(service.state),
        "clients": one.open_clients,
        "stopped_clients": one.stopped_clients,
        "last_sign_in": one.last_sign_in and one.last_sign_in.isoformat(),
        "sign_ins": total.sign_ins,
        "refusals": total.refusals,
        "token_errors": total.token_errors,
        "logouts_confirmed": one.logouts.confirmed,
        "logouts_waiting": one.logouts.waiting,
        "logouts_unreached": one.logouts.unreached,
        "failing_keys": dict(one.failing_keys),
        "days": [{"day": day.day.isoformat(), "times": dict(day.times)} for day in one.days],
    }


@click.command("show")
@click.argument("client_id", type=click.UUID)
@as_json
@with_django
def show_client(client_id: UUID, *, as_json: bool) -> None:
    """Show one client: its state, its metadata, and thumbprints and ages of its keys."""
    from genkan.partners import api as partners
    from genkan.sso import api

    found = api.client_facts(client_id)
    client = found.client
    keys = [
        {
            "kid": key.kid,
            "kind": key.kind,
            "thumbprint": key.thumbprint,
            "since": key.since and key.since.isoformat(),
        }
        for key in found.keys
    ]
    facts = {
        "service": partners.service(client.service).slug,
        "state": "stopped" if client.stopped_at else "open",
        "stopped_at": client.stopped_at and client.stopped_at.isoformat(),
        "stopped_because": client.stopped_because,
        "registered_at": found.registered_at.isoformat(),
        "keys": keys,
    }
    tell(facts | dict(found.document), as_json=as_json)
