"""`genkan resident export`, `deceased`, `duplicates`: what a counter does, or has to look at."""

import json
import os
import sys
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import click

from genkan.site.cli.base import as_json, tell, with_django

REASONS = ("visit", "telephone", "inquiry", "same_person", "misuse", "other_duty")


@click.command()
@click.argument("resident", type=click.UUID)
@click.option("--staff", required=True, help="Address of the member of staff who does it.")
@click.option("--reason", type=click.Choice(REASONS), required=True, help="Told to the resident.")
@click.option("--note", default="", help="The reason in your own words; for reviews alone.")
@click.option("--file", type=click.Path(path_type=Path), help="Write here; must not exist yet.")
@with_django
def export(*, resident: UUID, staff: str, reason: str, note: str, file: Path | None) -> None:
    """Write everything held on a resident as JSON, for a resident who asks at the counter.

    It opens the record as the counter's pages do: not one's own nor one of one's home. Who did it
    and why stands in the resident's history.
    """
    from genkan.kernel import clock
    from genkan.kernel.ids import ResidentId
    from genkan.residents import api

    account, person, now = api.staff_account(staff), ResidentId(resident), clock.now()
    because = api.Because(reason=api.LookupReason(reason), note=note)
    api.open_record(account, person, because, now=now)
    document = api.export_at_counter(account, person, because, now=now)
    text = json.dumps(document, ensure_ascii=False, indent=2)
    if file is None:
        click.echo(text)
    else:
        _write(file, text)
        tell({"file": file}, as_json=False)


@click.command("check-receipt")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@as_json
@with_django
def check_receipt(*, file: Path, as_json: bool) -> None:
    """Say whether a receipt is ours and unaltered: an export (JSON), or the receipt as text."""
    from genkan.ledger import api

    text = file.read_text("utf-8")
    try:
        note = str(json.loads(text)["receipt"]["note"])
    except (ValueError, KeyError, TypeError):
        note = text
    lines = api.signed_receipt(note)
    tell({"holds": lines is not None, "lines": lines or []}, as_json=as_json)
    if lines is None:
        sys.exit(1)


def _write(file: Path, text: str) -> None:
    """Write a new file that its owner alone can read."""
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as fault:
        raise click.BadParameter(fault.strerror or "", param_hint="--file") from fault
    with os.fdopen(handle, "w", encoding="utf-8") as opened:
        opened.write(text)


@click.command()
@click.argument("resident", type=click.UUID)
@click.option("--date", "died_on", type=click.DateTime(["%Y-%m-%d"]), help="Day of death.")
@click.option("--correct", is_flag=True, help="Nobody died: take the record back.")
@as_json
@with_django
def deceased(*, resident: UUID, died_on: datetime | None, correct: bool, as_json: bool) -> None:
    """Record a death: delivery and sign-in stop at once, consents end, disposal begins."""
    from genkan.kernel import clock
    from genkan.kernel.ids import ResidentId
    from genkan.residents import api

    person, now = ResidentId(resident), clock.now()
    if (died_on is None) is not correct:
        raise click.UsageError("either --date or --correct")
    facts: dict[str, Any] = {"id": str(resident)}
    if died_on is None:
        api.correct_death(person, now=now)
        facts["corrected"] = True
    else:
        leaving = api.record_death(person, died_on.date(), now=now)
        facts["can_be_corrected_until"] = leaving.undo_until.isoformat()
    tell(facts, as_json=as_json)


@click.command()
@click.option("--settle", type=click.UUID, help="The later of two is a person of their own.")
@as_json
@with_django
def duplicates(*, settle: UUID | None, as_json: bool) -> None:
    """List residents who may be one person with an earlier one. Nothing is ever merged."""
    from genkan.kernel import clock
    from genkan.kernel.ids import ResidentId
    from genkan.residents import api

    if settle is not None:
        api.settle_duplicate(ResidentId(settle), now=clock.now())
    found = [
        {
            "resident": str(case.resident),
            "like": str(case.like),
            "all_four": case.all_four,
            "same_card": case.by_card,
            "noted_at": case.noted_at.isoformat(),
        }
        for case in api.duplicates()
    ]
    if as_json:
        tell({"cases": found}, as_json=True)
        return
    for case in found:
        same = "same four items" if case["all_four"] else "same name and birth date"
        same = "same My Number Card" if case["same_card"] else same
        tell({f"{case['resident']} like {case['like']}": same}, as_json=False)
