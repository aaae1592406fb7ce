"""`genkan sso client`: programs of linked services that may ask us to sign residents in."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

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

    document = _document(metadata)
    now = clock.now()
    with _named_members():
        if slug is None:
            registered = api.register_for_trial(document, now=now)
        else:
            service = partners.service_called(slug)
            registered = api.register(service.id, document, now=now)
    tell(registered, as_json=as_json)


@client.command()
@click.argument("client_id", type=click.UUID)
@click.option("--metadata", type=File, required=True, help="All of its new metadata, as JSON.")
@as_json
@with_django
def update(client_id: UUID, metadata: Path, *, as_json: bool) -> None:
    """Put new metadata in the place of a client's; what the file does not say gets its default."""
    from genkan.kernel import clock
    from genkan.sso import api

    document = _document(metadata)
    with _named_members():
        changed = api.update(client_id, document, now=clock.now())
    tell(changed, as_json=as_json)


@client.command()
@click.argument("client_id", type=click.UUID)
@as_json
@with_django
def delete(client_id: UUID, *, as_json: bool) -> None:
    """Delete a client: its sessions and tokens end with it, and its name is never used again."""
    from genkan.kernel import clock
    from genkan.sso import api

    api.remove(client_id, now=clock.now())
    tell({"deleted": str(client_id)}, as_json=as_json)


@client.command("rotate-secret")
@click.argument("client_id", type=click.UUID)
@click.option(
    "--overlap-hours",
    type=click.IntRange(0, 24 * 30),
    default=24,
    show_default=True,
    help="How long the old secret counts beside the new one; 0 after a leak.",
)
@as_json
@with_django
def rotate_secret(client_id: UUID, overlap_hours: int, *, as_json: bool) -> None:
    """Give a client a new secret, shown this one time."""
    from genkan.kernel import clock
    from genkan.sso import api

    overlap = timedelta(hours=overlap_hours)
    with _named_members():
        renewed = api.rotate_secret(client_id, overlap=overlap, now=clock.now())
    tell(renewed, as_json=as_json)


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
        if "jwks_uri_problem" in one:
            click.echo(f"  its jwks_uri {one['jwks_uri_problem']}")


def _document(file: Path) -> dict[str, Any]:
    from genkan.kernel import strict_json

    try:
        document = strict_json.loads(file.read_bytes())
    except ValueError as error:
        raise click.ClickException(f"{file.name} is not JSON: {error}") from error
    if not isinstance(document, dict):
        raise click.ClickException(f"{file.name} is not a JSON object")
    return document


@contextmanager
def _named_members() -> Iterator[None]:
    """Tell which member of the metadata is wrong."""
    from genkan.sso.errors import InvalidClientMetadata

    try:
        yield
    except InvalidClientMetadata as error:
        raise click.ClickException(f"{error.error}: {error}") from error
