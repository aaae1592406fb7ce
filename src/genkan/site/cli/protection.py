"""`genkan resident protect`: protected addresses (支援措置), by two people, from a shell."""

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import click

from genkan.site.cli.base import as_json, tell, with_django

if TYPE_CHECKING:
    from genkan.residents.api import ProtectionRequest

_BY = click.option("--by", required=True, metavar="EMAIL", help="Staff account that acts.")
_NOTE = click.option("--note", required=True, help="Evidence seen, or why; no address in it.")
_DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def protect() -> None:
    """Protected addresses: one staff account asks, another one decides."""


@protect.command("request")
@click.argument("resident", type=click.UUID)
@_BY
@_NOTE
@click.option("--from", "begins", type=_DAY, help="First day, in Japan; today.")
@click.option("--until", "ends", type=_DAY, required=True, help="Last day, in Japan.")
@as_json
@with_django
def request_protection(
    resident: UUID, *, by: str, note: str, begins: datetime | None, ends: datetime, as_json: bool
) -> None:
    """Ask that a resident's address be protected, or for longer."""
    from datetime import timedelta

    from genkan.kernel import clock
    from genkan.kernel.clock import JAPAN
    from genkan.kernel.ids import ResidentId
    from genkan.residents import api

    now = clock.now()
    asked = api.request_protection(
        ResidentId(resident),
        by=api.staff_by_address(by),
        note=note,
        begins_at=begins.replace(tzinfo=JAPAN) if begins else now,
        ends_at=(ends + timedelta(days=1)).replace(tzinfo=JAPAN),
        now=now,
    )
    tell({"request": str(asked)}, as_json=as_json)


@protect.command("lift")
@click.argument("resident", type=click.UUID)
@_BY
@_NOTE
@as_json
@with_django
def request_lifting(resident: UUID, *, by: str, note: str, as_json: bool) -> None:
    """Ask that the protection of a resident's address end."""
    from genkan.kernel import clock
    from genkan.kernel.ids import ResidentId
    from genkan.residents import api

    asked = api.request_lifting(
        ResidentId(resident), by=api.staff_by_address(by), note=note, now=clock.now()
    )
    tell({"request": str(asked)}, as_json=as_json)


@protect.command()
@click.argument("request", type=click.UUID)
@_BY
@as_json
@with_django
def approve(request: UUID, *, by: str, as_json: bool) -> None:
    """Say yes to a request to protect, as a second person."""
    from genkan.kernel import clock
    from genkan.residents import api

    asked = api.ProtectionRequestId(request)
    api.approve_protection(asked, by=api.staff_by_address(by), now=clock.now())
    tell({"request": str(request), "approved": True}, as_json=as_json)


@protect.command("approve-lifting")
@click.argument("request", type=click.UUID)
@_BY
@as_json
@with_django
def approve_lifting(request: UUID, *, by: str, as_json: bool) -> None:
    """Say yes to a request to lift, as a second person."""
    from genkan.kernel import clock
    from genkan.residents import api

    asked = api.ProtectionRequestId(request)
    api.approve_lifting(asked, by=api.staff_by_address(by), now=clock.now())
    tell({"request": str(request), "approved": True}, as_json=as_json)


@protect.command()
@click.argument("request", type=click.UUID)
@_BY
@as_json
@with_django
def decline(request: UUID, *, by: str, as_json: bool) -> None:
    """Say no to a request of either kind, as a second person."""
    from genkan.kernel import clock
    from genkan.residents import api

    asked = api.ProtectionRequestId(request)
    api.decline_request(asked, by=api.staff_by_address(by), now=clock.now())
    tell({"request": str(request), "approved": False}, as_json=as_json)


@protect.command()
@click.argument("resident", type=click.UUID)
@as_json
@with_django
def status(resident: UUID, *, as_json: bool) -> None:
    """Tell whether a resident's address is protected, and what waits; never the address."""
    from genkan.kernel import clock
    from genkan.kernel.ids import ResidentId
    from genkan.residents import api

    now, whose = clock.now(), ResidentId(resident)
    standing = api.protection_of(whose)
    facts = {
        "protected": api.is_protected(whose, now),
        "protected_until": standing.protected_until,
        "requests": [_told(one) for one in api.protection_history(whose)],
    }
    tell(facts, as_json=as_json)


@protect.command("waiting")
@as_json
@with_django
def waiting(*, as_json: bool) -> None:
    """List the requests that wait for a second person."""
    from genkan.residents import api

    tell({"requests": [_told(one) for one in api.waiting_requests()]}, as_json=as_json)


def _told(one: "ProtectionRequest") -> dict[str, Any]:
    return {
        "request": str(one.id),
        "resident": str(one.resident),
        "aim": str(one.aim),
        "requested_by": str(one.requested_by),
        "requested_at": one.requested_at,
        "ends_at": one.ends_at,
        "approved": one.approved,
        "decided_by": None if one.decided_by is None else str(one.decided_by),
    }
