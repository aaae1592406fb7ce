"""`genkan resident suspend` and its like: what staff put between an ID and its use, and lift."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import click

from genkan.site.cli.base import as_json, tell, with_django

CAUSES = ("takeover", "reported", "identity", "misuse", "other")
NOTICES = ("unusual_use", "you_asked", "identity", "terms")

actor = click.option("--actor", required=True, help="E-mail address of your staff account.")
why = click.option("--reason", required=True, help="For staff; the resident does not read it.")
cause = click.option("--cause", type=click.Choice(CAUSES), required=True)
notice = click.option(
    "--notice", type=click.Choice(NOTICES), help="Text the resident reads; follows from the cause."
)
until = click.option("--until", type=click.DateTime(), help="End in Japanese time; else no end.")
resident_id = click.argument("resident_id", type=click.UUID)
entry_id = click.argument("intervention", type=click.UUID)


def _intervene(kind: str, resident: UUID, options: dict[str, Any]) -> None:
    from genkan.kernel import clock
    from genkan.kernel.ids import ResidentId
    from genkan.residents import api

    reason_code = api.InterventionCause(options["cause"])
    chosen = options["notice"]
    wish = api.Wish(
        kind=api.Kind(kind),
        cause=reason_code,
        reason=options["reason"],
        notice=api.Notice(chosen) if chosen else api.NOTICE_OF[reason_code],
        ends_at=_moment(options.get("until")),
    )
    by = api.staff_called(options["actor"])
    entry = api.intervene(ResidentId(resident), wish, by=by, now=clock.now())
    tell(_facts(entry), as_json=options["as_json"])


def _moment(typed: datetime | None) -> datetime | None:
    from genkan.kernel.clock import JAPAN

    return None if typed is None else typed.replace(tzinfo=JAPAN)


def _facts(entry: Any) -> dict[str, Any]:  # noqa: ANN401 - residents are imported once Django is set up
    return {
        "id": str(entry.id),
        "kind": str(entry.kind),
        "phase": str(entry.phase),
        "cause": str(entry.cause),
        "notice": str(entry.notice),
        "begun_at": entry.begun_at,
        "ends_at": entry.ends_at,
        "ended_at": entry.ended_at,
        "ending": entry.ending and str(entry.ending),
    }


def _command(name: str, kind: str, text: str, *, can_end: bool) -> click.Command:
    def run(*, resident_id: UUID, **options: Any) -> None:  # noqa: ANN401 - click's options
        _intervene(kind, resident_id, options)

    decorators: list[Callable[[Any], Any]] = [resident_id, actor, cause, why, notice]
    command: Any = as_json(with_django(run))
    for decorate in reversed([*decorators, *([until] if can_end else [])]):
        command = decorate(command)
    return click.command(name, help=text)(command)


@click.command()
@entry_id
@actor
@as_json
@with_django
def approve(*, intervention: UUID, actor: str, as_json: bool) -> None:
    """Let a proposed block begin; somebody else than who proposed it."""
    from genkan.kernel import clock
    from genkan.residents import api

    by = api.staff_called(actor)
    entry = api.approve(api.InterventionId(intervention), by=by, now=clock.now())
    tell(_facts(entry), as_json=as_json)


@click.command()
@entry_id
@actor
@why
@as_json
@with_django
def lift(*, intervention: UUID, actor: str, reason: str, as_json: bool) -> None:
    """End an entry: the ID is what it was before; a block that waits is declined."""
    from genkan.kernel import clock
    from genkan.residents import api

    by = api.staff_called(actor)
    entry = api.lift(api.InterventionId(intervention), reason, by=by, now=clock.now())
    tell(_facts(entry), as_json=as_json)


@click.command()
@resident_id
@as_json
@with_django
def interventions(*, resident_id: UUID, as_json: bool) -> None:
    """List what stands between an ID and its use, and what did, newest first."""
    from genkan.kernel.ids import ResidentId
    from genkan.residents import api

    found = api.interventions_of(ResidentId(resident_id))
    if as_json:
        tell({"interventions": [_facts(one) for one in found]}, as_json=True)
        return
    for one in found:
        click.echo(f"{one.id} {one.kind} {one.phase} {one.asked_at:%Y-%m-%d}")


COMMANDS: tuple[click.Command, ...] = (
    _command("suspend", "suspend", "Stop an ID: nobody signs in, nothing leaves.", can_end=True),
    _command(
        "require-sign-in",
        "reauthenticate",
        "Sign a resident out everywhere; they sign in again.",
        can_end=False,
    ),
    _command(
        "require-proof",
        "reprove",
        "Keep data and new connections back until a counter has confirmed the person.",
        can_end=True,
    ),
    _command(
        "block", "block", "Propose to stop an ID for good; somebody else approves.", can_end=False
    ),
    approve,
    lift,
    interventions,
)
