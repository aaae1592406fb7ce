"""`genkan partners`: organisations, services, agreements and offers, from a file."""

import json
import tomllib
from pathlib import Path

import click

from genkan.site.cli.base import as_json, tell, with_django

File = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def partners() -> None:
    """Admit organisations, link services, publish what they ask for."""


@partners.command()
@click.argument("file", type=File)
@as_json
@with_django
def apply(file: Path, *, as_json: bool) -> None:
    """Make a partner what FILE (TOML) says; a changed offer becomes a new version."""
    from genkan.kernel import clock
    from genkan.partners import api

    try:
        document = tomllib.loads(file.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise click.ClickException(f"{file.name} is not TOML: {error}") from error
    applied = api.apply(document, now=clock.now())
    facts = {
        "service": str(applied.service),
        "slug": document["service"]["slug"],
        "offer_version": applied.offer_version,
        "changed": applied.changed,
    }
    if applied.webhook_secret:
        facts["webhook_secret"] = applied.webhook_secret
    tell(facts, as_json=as_json)


@partners.command("list")
@as_json
@with_django
def list_(*, as_json: bool) -> None:
    """List services with their state and the version of their offer."""
    from genkan.partners import api

    found = []
    for one in api.services():
        offer = api.published_offer(one.id)
        found.append(
            {
                "service": str(one.id),
                "slug": one.slug,
                "name": one.name.ja,
                "organisation": one.organisation.name.ja,
                "state": str(one.state),
                "offer_version": offer.version if offer else None,
            }
        )
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for entry in found:
        click.echo("  ".join(str(value) for value in entry.values()))


@partners.command()
@click.argument("slug")
@click.argument("file", type=File)
@with_django
def keys(slug: str, file: Path) -> None:
    """Register the public keys in FILE (a JWK set) for the service SLUG."""
    from genkan.kernel import clock
    from genkan.partners import api

    try:
        jwks = json.loads(file.read_text("utf-8"))["keys"]
    except (ValueError, KeyError, TypeError) as error:
        raise click.ClickException(f"{file.name} is not a JWK set") from error
    api.register_keys(api.service_called(slug).id, jwks, now=clock.now())


@partners.command("webhook-secret")
@click.argument("slug")
@as_json
@with_django
def webhook_secret(slug: str, *, as_json: bool) -> None:
    """Make a new webhook secret for the service SLUG; it is shown this once."""
    from genkan.partners import api

    secret = api.renew_webhook_secret(api.service_called(slug).id)
    tell({"slug": slug, "webhook_secret": secret}, as_json=as_json)


@partners.command()
@click.argument("slug")
@with_django
def suspend(slug: str) -> None:
    """Stop every release to the service SLUG, at once."""
    _set_state(slug, "suspended")


@partners.command()
@click.argument("slug")
@with_django
def resume(slug: str) -> None:
    """Let the service SLUG receive again what residents allow."""
    _set_state(slug, "live")


def _set_state(slug: str, state: str) -> None:
    from genkan.kernel import clock
    from genkan.partners import api

    api.set_state(api.service_called(slug).id, api.ServiceState(state), now=clock.now())
