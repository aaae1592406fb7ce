"""`genkan sso initial-access-token`: tokens by which programs register themselves (RFC 7591)."""

import json
from datetime import timedelta
from uuid import UUID

import click

from genkan.site.cli.base import as_json, tell, with_django

DAY_HOURS = 24
MOST_HOURS = 366 * DAY_HOURS
MOST_USES = 100_000


@click.command("initial-access-token")
@click.option("--service", "slug", help="Register for this linked service; else for trial.")
@click.option(
    "--uses",
    type=click.IntRange(1, MOST_USES),
    help="How many clients it registers: 1 in production, 1,000 elsewhere.",
)
@click.option("--hours", type=click.IntRange(1, MOST_HOURS), default=DAY_HOURS, show_default=True)
@click.option(
    "--without-pkce/--with-pkce",
    default=None,
    help="Whether its clients may go without PKCE. Without --service they may: certification "
    "suites send none. Never in production, for public clients, or for fapi2.",
)
@as_json
@with_django
def initial_access_token(
    slug: str | None,
    uses: int | None,
    hours: int,
    *,
    without_pkce: bool | None,
    as_json: bool,
) -> None:
    """Make a token by which programs register themselves; it is shown this one time."""
    from genkan.kernel import clock
    from genkan.partners import api as partners
    from genkan.sso import api

    terms = api.Terms(
        service=None if slug is None else partners.service_called(slug).id,
        uses=uses,
        life=timedelta(hours=hours),
        without_pkce=without_pkce,
    )
    text, token = api.make_token(terms, now=clock.now())
    facts = {
        "token": text,
        "id": str(token.id),
        "uses": token.uses_left,
        "expires_at": token.expires_at.isoformat(),
        "without_pkce": token.without_pkce,
    }
    tell(facts, as_json=as_json)


@click.command("initial-access-tokens")
@as_json
@with_django
def initial_access_tokens(*, as_json: bool) -> None:
    """List the tokens that still register somebody, without their text."""
    from genkan.kernel import clock
    from genkan.partners import api as partners
    from genkan.sso import api

    slugs = {service.id: service.slug for service in partners.services()}
    found = [
        {
            "id": str(token.id),
            "service": "" if token.service is None else slugs.get(token.service, ""),
            "uses": token.uses_left,
            "expires_at": token.expires_at.isoformat(),
            "without_pkce": token.without_pkce,
        }
        for token in api.usable_tokens(now=clock.now())
    ]
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for one in found:
        click.echo(f"{one['id']} {one['service']} uses: {one['uses']} until {one['expires_at']}")


@click.command("revoke-initial-access-token")
@click.argument("token_id", type=click.UUID)
@as_json
@with_django
def revoke_initial_access_token(token_id: UUID, *, as_json: bool) -> None:
    """Take a token back; what it has registered stays."""
    from genkan.kernel import clock
    from genkan.sso import api

    api.revoke_token(token_id, now=clock.now())
    tell({"revoked": str(token_id)}, as_json=as_json)
