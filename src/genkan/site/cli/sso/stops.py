"""`genkan sso kill` and its like: stop a service or one of its clients at once, and reopen it."""

from typing import Any
from uuid import UUID

import click

from genkan.site.cli.base import as_json, tell, with_django

why = click.option("--reason", required=True, help="For the ledger; never about a person.")
actor = click.option(
    "--actor", help="E-mail address of your staff account; else whoever has the command line."
)
client_id = click.argument("client_id", type=click.UUID)


def _actor(email: str | None) -> Any:  # noqa: ANN401 - the ledger is imported once Django is set up
    from genkan.ledger import api as ledger
    from genkan.residents import api as residents

    return ledger.SYSTEM if email is None else residents.operator(residents.staff_called(email))


@click.command("stop")
@client_id
@why
@actor
@as_json
@with_django
def stop_client(client_id: UUID, reason: str, actor: str | None, *, as_json: bool) -> None:
    """Stop one client at every endpoint; the service's other clients go on."""
    from genkan.kernel import clock
    from genkan.sso import api

    changed = api.stop_client(client_id, reason=reason, by=_actor(actor), now=clock.now())
    tell({"client_id": str(client_id), "state": "stopped", "changed": changed}, as_json=as_json)


@click.command("reopen")
@client_id
@why
@actor
@as_json
@with_django
def reopen_client(client_id: UUID, reason: str, actor: str | None, *, as_json: bool) -> None:
    """Let a stopped client go on."""
    from genkan.kernel import clock
    from genkan.sso import api

    changed = api.reopen_client(client_id, reason=reason, by=_actor(actor), now=clock.now())
    tell({"client_id": str(client_id), "state": "open", "changed": changed}, as_json=as_json)


@click.command()
@click.option("--service", "slug", required=True, help="Short name of the linked service.")
@why
@actor
@as_json
@with_django
def kill(slug: str, reason: str, actor: str | None, *, as_json: bool) -> None:
    """Stop a service with all its clients, and every release to it, at every endpoint at once."""
    from genkan.kernel import clock
    from genkan.partners import api as partners
    from genkan.sso import api

    service = partners.service_called(slug)
    api.stop_service(service.id, reason=reason, by=_actor(actor), now=clock.now())
    tell({"service": slug, "state": "suspended"}, as_json=as_json)


@click.command()
@click.option("--service", "slug", required=True, help="Short name of the linked service.")
@why
@actor
@as_json
@with_django
def reopen(slug: str, reason: str, actor: str | None, *, as_json: bool) -> None:
    """Let a service go on; clients that were stopped one by one stay so."""
    from genkan.kernel import clock
    from genkan.partners import api as partners
    from genkan.sso import api

    service = partners.service_called(slug)
    api.reopen_service(service.id, reason=reason, by=_actor(actor), now=clock.now())
    tell({"service": slug, "state": "live"}, as_json=as_json)
