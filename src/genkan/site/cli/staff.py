"""`genkan operator` and `staff`: staff of the operator, what they may do and what they did."""

from uuid import UUID

import click

from genkan.site.cli.base import as_json, checked_address, hashed_password, tell, with_django

ROLES = ("counter", "supervisor")


@click.group()
def operator() -> None:
    """Staff of the operator."""


@operator.command("create")
@click.option("--email", required=True)
@click.option("--password", required=True, help="At least 10 characters.")
@click.option("--role", type=click.Choice(ROLES), help="Of the counter; no administrator then.")
@click.option("--resident", type=click.UUID, help="Their own ID as a resident, if they have one.")
@as_json
@with_django
def create_operator(
    email: str, password: str, *, role: str | None, resident: UUID | None, as_json: bool
) -> None:
    """Open a staff account: an administrator of the console, or with a role at the counter."""
    from genkan.kernel import clock
    from genkan.residents import api

    address, now = checked_address(email), clock.now()
    hashed = hashed_password(password)
    account = api.open_staff_account(address, hashed, is_administrator=role is None, now=now)
    if role is not None or resident is not None:
        _give_role(address, role, resident)
    facts = {"id": str(account), "email": address}
    tell(facts if role is None else {**facts, "role": role}, as_json=as_json)


@operator.command("role")
@click.option("--email", required=True)
@click.option("--role", type=click.Choice([*ROLES, "none"]), required=True)
@click.option("--resident", type=click.UUID, help="Their own ID as a resident, if they have one.")
@as_json
@with_django
def give_role(email: str, *, role: str, resident: UUID | None, as_json: bool) -> None:
    """Give a staff account a role at the counter, or take it away.

    Neither their own record nor one of their home opens to them, so name their own ID.
    """
    account = _give_role(email, None if role == "none" else role, resident)
    tell({"id": str(account), "email": email, "role": role}, as_json=as_json)


def _give_role(email: str, role: str | None, resident: UUID | None) -> UUID:
    from genkan.kernel import clock
    from genkan.kernel.ids import ResidentId
    from genkan.residents import api

    return api.give_role(
        email,
        None if role is None else api.StaffRole(role),
        person=None if resident is None else ResidentId(resident),
        now=clock.now(),
    )


@click.group()
def staff() -> None:
    """What staff did."""


@staff.command()
@click.option("--all", "everything", is_flag=True, help="Also what was reviewed.")
@as_json
@with_django
def lookups(*, everything: bool, as_json: bool) -> None:
    """List look-ups to review: unusually many within an hour, or at somebody close."""
    from genkan.residents import api

    found = api.alerts(open_only=not everything)
    facts = [
        {
            "id": str(one.id),
            "staff": one.email,
            "kind": one.kind,
            "count": one.count,
            "resident": None if one.resident is None else str(one.resident),
            "raised_at": one.raised_at,
            "reviewed_at": one.reviewed_at,
        }
        for one in found
    ]
    if as_json:
        tell({"alerts": facts}, as_json=True)
        return
    for fact in facts:
        tell(
            {f"{fact['raised_at']}": f"{fact['staff']} {fact['kind']} {fact['count']}"},
            as_json=False,
        )
