"""`genkan sso client`: programs of linked services that may ask us to sign residents in."""

import json
from pathlib import Path

import click

from genkan.site.cli.base import as_json, tell, with_django

File = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def client() -> None:
    """Programs of linked services that may ask us to sign residents in."""


@client.command()
@click.option("--metadata", type=File, required=True, help="RFC 7591 metadata as JSON.")
@click.option(
    "--service", "slug", help="Short name of its linked service; without one it is for trial."
)
@as_json
@with_django
def create(metadata: Path, slug: str | None, *, as_json: bool) -> None:
    """Register a client; its secret, if it has one, is shown this one time."""
    from genkan.kernel import clock
    from genkan.partners import api as partners
    from genkan.sso import api
    from genkan.sso.errors import InvalidClientMetadata

    try:
        document = json.loads(metadata.read_text("utf-8"))
    except ValueError as error:
        raise click.ClickException(f"{metadata.name} is not JSON: {error}") from error
    if not isinstance(document, dict):
        raise click.ClickException(f"{metadata.name} is not a JSON object")
    now = clock.now()
    try:
        if slug is None:
            registered = api.register_for_trial(document, now=now)
        else:
            service = partners.service_called(slug)
            registered = api.register(service.id, document, now=now)
    except InvalidClientMetadata as error:
        raise click.ClickException(f"{error.error}: {error}") from error
    tell(registered, as_json=as_json)


@client.command("list")
@as_json
@with_django
def list_(*, as_json: bool) -> None:
    """List clients as RFC 7591 metadata, without secrets."""
    from genkan.sso import api

    found = api.registered()
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for one in found:
        click.echo(f"{one['client_id']} {one['service']} {one['client_name']}")
