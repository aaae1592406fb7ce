"""`genkan ledger` and `genkan lifecycle`: check what was recorded, and what is due."""

import sys

import click

from genkan.site.cli.base import as_json, tell, with_django


@click.group()
def ledger() -> None:
    """Check and sequence the record of what was done."""


@ledger.command()
@as_json
@with_django
def verify(*, as_json: bool) -> None:
    """Hold every row against the signed checkpoints; exit with 1 if anything differs."""
    from genkan.ledger import api
    from genkan.lifecycle import api as lifecycle

    report = api.verify()
    unrecorded = lifecycle.unrecorded()
    facts = {
        "holds": report.holds and not unrecorded,
        "size": report.size,
        "pending": report.pending,
        "checkpoints": report.checkpoints,
        "root": report.root.hex(),
        "verifier": report.verifier,
        "problems": [
            {"kind": one.kind, "index": one.index, "entry": one.entry} for one in report.problems
        ]
        + [
            {"kind": "provision_unrecorded", "index": None, "entry": str(one)} for one in unrecorded
        ],
    }
    tell(facts, as_json=as_json)
    sys.exit(0 if facts["holds"] else 1)


@ledger.command()
@as_json
@with_django
def sequence(*, as_json: bool) -> None:
    """Give pending entries their places now; the worker does it every five seconds."""
    from genkan.kernel import clock
    from genkan.ledger import api

    placed = 0
    while count := api.sequence(now=clock.now()):
        placed += count
    api.publish()
    tell({"placed": placed}, as_json=as_json)


@click.group()
def lifecycle() -> None:
    """Follow disposals."""


@lifecycle.command("mark-overdue")
@as_json
@with_django
def mark_overdue(*, as_json: bool) -> None:
    """Mark disposals past their due moment; the worker does it every minute."""
    from genkan.kernel import clock
    from genkan.lifecycle import api

    marked = 0
    while count := api.mark_overdue(now=clock.now()):
        marked += count
    tell({"marked": marked}, as_json=as_json)
