"""`genkan sso conflicts`: links that do not fit together, and what staff decide."""

from typing import Any
from uuid import UUID

import click

from genkan.site.cli.base import as_json, tell, tell_list, with_django


@click.command()
@click.option("--service", "slug", help="Short name of one service.")
@as_json
@with_django
def conflicts(slug: str | None, *, as_json: bool) -> None:
    """List the links that wait for a decision, the oldest first."""
    from genkan.partners import api as partners
    from genkan.sso import api

    slugs = {one.id: one.slug for one in partners.services()}
    service = None if slug is None else partners.service_called(slug).id
    tell_list([_facts(one, slugs) for one in api.waiting(service)], as_json=as_json)


@click.command("decide-conflict")
@click.argument("conflict", type=click.UUID)
@click.option("--outcome", type=click.Choice(["keep", "release"]), required=True)
@click.option("--reason", required=True, help="For staff; residents do not read it.")
@click.option("--actor", required=True, help="E-mail address of your staff account.")
@as_json
@with_django
def decide_conflict(
    conflict: UUID, *, outcome: str, reason: str, actor: str, as_json: bool
) -> None:
    """Decide about CONFLICT: keep what is linked, or release what stands in the way."""
    from genkan.kernel import clock
    from genkan.partners import api as partners
    from genkan.residents import api as residents
    from genkan.sso import api

    decided = api.decide_conflict(
        api.ConflictId(conflict),
        api.Outcome(outcome),
        by=residents.staff_called(actor),
        note=reason,
        now=clock.now(),
    )
    slugs = {one.id: one.slug for one in partners.services()}
    tell(_facts(decided, slugs), as_json=as_json)


@click.command("link-counts")
@as_json
@with_django
def link_counts(*, as_json: bool) -> None:
    """Count linked accounts and waiting conflicts, by service."""
    from genkan.partners import api as partners
    from genkan.sso import api

    slugs = {one.id: one.slug for one in partners.services()}
    found = [
        {"service": slugs[one.service], "linked": one.linked, "waiting": one.waiting}
        for one in api.link_counts()
    ]
    tell_list(found, as_json=as_json)


def _facts(found: Any, slugs: dict[Any, str]) -> dict[str, Any]:  # noqa: ANN401 - a value of sso, imported once Django is set up
    return {
        "conflict": str(found.id),
        "service": slugs[found.service],
        "reason": str(found.reason),
        "resident": str(found.resident),
        "holder": str(found.holder),
        "opened_at": found.opened_at,
        "outcome": str(found.outcome) if found.outcome else None,
    }
