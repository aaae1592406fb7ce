"""`genkan sso rules`: what a service asks of whom it serves, and when it cannot be used."""

from datetime import datetime
from typing import Any

import click

from genkan.site.cli.base import as_json, tell, tell_list, with_django

TEXT = "What residents read about it, in {}."
REFUSED_DAYS = 30


@click.command()
@click.argument("slug")
@click.option("--minimum-acr", help="Class that a sign-in has to reach, such as urn:genkan:acr:2.")
@click.option("--minors/--no-minors", "serves_minors", default=None, help="Whether minors may.")
@click.option(
    "--needs-data/--no-data-needed", default=None, help="Whether it serves whoever shares nothing."
)
@click.option("--down/--up", "is_down", default=None, help="Tell residents that it is not well.")
@click.option("--health-url", help="Asked every minute; must answer {'status': 'ok'}. '' for none.")
@click.option(
    "--links-accounts/--no-accounts",
    default=None,
    help="Whether people have accounts there: a link then counts once it names one.",
)
@click.option("--old-login-ends", type=click.DateTime(["%Y-%m-%d"]), help="First day without it.")
@click.option("--keep-old-login", is_flag=True, help="Its own login has no end.")
@as_json
@with_django
def rules(slug: str, *, as_json: bool, keep_old_login: bool, **options: Any) -> None:  # noqa: ANN401 - the shape of a command
    """Show or change the rules of the service SLUG."""
    from genkan.kernel import clock
    from genkan.partners import api as partners
    from genkan.sso import api

    ends: datetime | None = options.pop("old_login_ends")
    wanted = {name: value for name, value in options.items() if value is not None}
    if ends is not None or keep_old_login:
        wanted["old_login_ends_on"] = None if ends is None else ends.date()
    service = partners.service_called(slug).id
    if wanted:
        api.change_rules(service, api.RulesChange(wanted), now=clock.now())
    tell(_facts(slug, api.rules_of(service)), as_json=as_json)


@click.command()
@click.argument("slug")
@click.option("--from", "begins_at", type=click.DateTime(), help="Begin, in Japanese time.")
@click.option("--until", "ends_at", type=click.DateTime(), help="End, in Japanese time.")
@click.option("--ja", help=TEXT.format("Japanese"))
@click.option("--ja-easy", help=TEXT.format("easy Japanese"))
@click.option("--en", help=TEXT.format("English"))
@click.option("--cancel", is_flag=True, help="There is none, or it is over.")
@as_json
@with_django
def maintenance(
    slug: str,
    *,
    begins_at: datetime | None,
    ends_at: datetime | None,
    as_json: bool,
    **said: Any,  # noqa: ANN401
) -> None:
    """Announce a maintenance of the service SLUG, or take it back."""
    from genkan.kernel import clock
    from genkan.kernel.clock import JAPAN
    from genkan.partners import api as partners
    from genkan.sso import api

    service, announced = partners.service_called(slug).id, None
    if not said.pop("cancel"):
        if begins_at is None or ends_at is None:
            raise click.UsageError("--from and --until are needed, or --cancel")
        announced = api.Maintenance(
            begins_at=begins_at.replace(tzinfo=JAPAN),
            ends_at=ends_at.replace(tzinfo=JAPAN),
            text={name.replace("_", "-"): text or "" for name, text in said.items()},
        )
    change = api.RulesChange({"maintenance": announced})
    tell(_facts(slug, api.change_rules(service, change, now=clock.now())), as_json=as_json)


@click.command()
@click.option("--days", default=REFUSED_DAYS, show_default=True, type=click.IntRange(1, 400))
@as_json
@with_django
def failures(*, days: int, as_json: bool) -> None:
    """Count the failures residents met, by service and code."""
    from genkan.kernel import clock
    from genkan.partners import api as partners
    from genkan.sso import api

    slugs = {one.id: one.slug for one in partners.services()}
    found = api.failure_counts(days=days, now=clock.now())
    listed = [
        {"service": slugs[one.service], "code": one.code, "times": one.times} for one in found
    ]
    tell_list(listed, as_json=as_json)


def _facts(slug: str, found: Any) -> dict[str, Any]:  # noqa: ANN401 - a value of sso, imported once Django is set up
    announced = found.maintenance
    return {
        "service": slug,
        "minimum_acr": found.minimum_acr,
        "serves_minors": found.serves_minors,
        "needs_data": found.needs_data,
        "is_down": found.is_down,
        "health_url": found.health_url,
        "links_accounts": found.links_accounts,
        "old_login_ends_on": found.old_login_ends_on,
        "maintenance_from": announced.begins_at if announced else None,
        "maintenance_until": announced.ends_at if announced else None,
    }
