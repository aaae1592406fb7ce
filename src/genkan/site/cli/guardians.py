"""`genkan resident guardians`: who may act for whom."""

from datetime import datetime
from typing import Any
from uuid import UUID

import click

from genkan.kernel.clock import JAPAN
from genkan.site.cli.base import as_json, tell, with_django

ROLES = ("parent", "guardian_of_minor", "adult_guardian", "curator", "assistant", "proxy")
AREAS = ("profile", "history", "services")
EVIDENCE = ("family_register", "guardianship_register", "court_decision", "power_of_attorney")
DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def guardians() -> None:
    """Parents, guardians and proxies."""


@guardians.command()
@click.option("--person", type=click.UUID, required=True, help="ID of who is acted for.")
@click.option("--representative", type=click.UUID, required=True, help="ID of who acts.")
@click.option("--role", type=click.Choice(ROLES), required=True)
@click.option(
    "--scope", type=click.Choice(AREAS), multiple=True, help="Repeatable; all unless named."
)
@click.option("--evidence", type=click.Choice(EVIDENCE), required=True, help="What was shown.")
@click.option("--note", default="", help="Number or date of the document; never a name.")
@click.option("--checked-by", required=True, help="Address of the member of staff.")
@click.option("--begins", type=DAY, help="First day; at once unless named.")
@click.option("--ends", type=DAY, help="First day on which it no longer holds.")
@as_json
@with_django
def add(*, as_json: bool, **details: Any) -> None:  # noqa: ANN401 - click's options
    """Record that somebody may act for another."""
    from genkan.kernel import clock
    from genkan.kernel.ids import ResidentId
    from genkan.residents import api

    wanted = api.NewRepresentation(
        person=ResidentId(details["person"]),
        representative=ResidentId(details["representative"]),
        role=api.Role(details["role"]),
        scope=frozenset(map(api.Area, details["scope"] or AREAS)),
        evidence=api.Evidence(
            kind=api.EvidenceKind(details["evidence"]),
            note=details["note"],
            checked_by=api.staff_account(details["checked_by"]),
        ),
        begins_at=_midnight(details["begins"]),
        ends_at=_midnight(details["ends"]),
    )
    tell({"id": str(api.add_representation(wanted, now=clock.now()))}, as_json=as_json)


@guardians.command()
@click.argument("representation", type=click.UUID)
@click.option("--reason", required=True, help="For staff alone, at most 100 characters.")
@click.option("--checked-by", required=True, help="Address of the member of staff.")
@as_json
@with_django
def revoke(representation: UUID, reason: str, checked_by: str, *, as_json: bool) -> None:
    """Take a right to act away, at once."""
    from genkan.kernel import clock
    from genkan.residents import api

    ended = api.revoke_representation(
        api.RepresentationId(representation),
        by=api.staff_account(checked_by),
        because=reason,
        now=clock.now(),
    )
    tell({"id": str(ended.id), "revoked_at": ended.revoked_at}, as_json=as_json)


@guardians.command("list")
@click.option("--person", type=click.UUID, help="Only rights to act for this ID.")
@click.option("--representative", type=click.UUID, help="Only rights of this ID to act.")
@click.option("--unclear", is_flag=True, help="Only where nobody can say who is of age.")
@as_json
@with_django
def show(person: UUID | None, representative: UUID | None, *, unclear: bool, as_json: bool) -> None:
    """List rights to act: who, for whom, how long, whether they hold now. IDs only, no names."""
    from genkan.kernel import clock
    from genkan.kernel.ids import ResidentId
    from genkan.residents import api

    now = clock.now()
    if unclear:
        found = api.unclear_representations(now=now)
    else:
        found = api.representations(
            person=ResidentId(person) if person else None,
            representative=ResidentId(representative) if representative else None,
        )
    facts = [
        {
            "id": one.id,
            "person": one.person,
            "representative": one.representative,
            "role": one.role,
            "scope": sorted(one.scope),
            "evidence": one.evidence.kind,
            "begins_at": one.begins_at,
            "ends_at": one.ends_at,
            "revoked_at": one.revoked_at,
            "holds_now": api.may_act_for(one.representative, one.person, now=now),
        }
        for one in found
    ]
    if as_json:
        tell({"guardians": facts}, as_json=True)
        return
    for fact in facts:
        click.echo("  ".join(f"{name}={value}" for name, value in fact.items() if value))


def _midnight(day: datetime | None) -> datetime | None:
    return None if day is None else day.replace(tzinfo=JAPAN)
