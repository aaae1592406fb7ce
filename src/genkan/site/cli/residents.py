"""`genkan resident`, `residents`: people."""

from datetime import datetime
from typing import Any
from uuid import UUID

import click

from genkan.site.cli import interventions, leaving
from genkan.site.cli.base import as_json, checked_address, hashed_password, tell, with_django
from genkan.site.cli.guardians import guardians
from genkan.site.cli.imports import generate, import_file
from genkan.site.cli.protection import protect

SIGN_INS = ("H01", "H02", "H04", "H07", "H20")
"""Invented residents that can sign in, if a password is named."""


@click.group()
def resident() -> None:
    """One resident."""


resident.add_command(guardians)
resident.add_command(protect)
resident.add_command(leaving.export)
resident.add_command(leaving.check_receipt)
resident.add_command(leaving.deceased)
for command in interventions.COMMANDS:
    resident.add_command(command)
resident.add_command(leaving.duplicates)


@resident.command()
@click.option("--email", required=True)
@click.option("--password", required=True, help="At least 10 characters.")
@click.option("--name", default="大阪 花子", show_default=True)
@click.option("--family", help="Family name, if the person has one apart.")
@click.option("--given", help="Given name, if the person has one apart.")
@click.option("--kana", default="オオサカ ハナコ", show_default=True)
@click.option("--birthdate", default="1990-04-01", show_default=True, help="In 西暦 or 和暦.")
@click.option("--sex", type=click.Choice(["0", "1", "2", "9"]), help="ISO/IEC 5218.")
@click.option("--postal-code", default="530-0005", show_default=True)
@click.option("--town", help="Needed where the postal code covers several towns.")
@click.option("--street", default="一丁目99番9号", show_default=True)
@click.option("--building")
@click.option("--phone")
@click.option("--interest", "interests", multiple=True, help="Key of an interest; repeatable.")
@click.option("--language", type=click.Choice(["ja", "ja-easy", "en"]), default="ja")
@as_json
@with_django
def create(email: str, password: str, *, as_json: bool, **details: Any) -> None:  # noqa: ANN401 - click's options
    """Register a resident who came to the counter: address verified, terms accepted, ID issued."""
    from genkan.kernel import clock
    from genkan.kernel.ids import ResidentId, new_id
    from genkan.residents import api as residents

    person = residents.NewResident(
        id=ResidentId(new_id()),
        email=checked_address(email),
        password_hash=hashed_password(password),
        values=_contents(details),
        interests=_interests(details["interests"]),
        ui_locale=details["language"],
    )
    residents.create(person, now=clock.now())
    tell({"id": str(person.id), "email": person.email}, as_json=as_json)


@resident.command()
@click.option("--missing-only", is_flag=True, help="Only people whom no search finds yet.")
@as_json
@with_django
def reindex(*, missing_only: bool, as_json: bool) -> None:
    """Make anew what the search at the counter goes by. May be stopped and repeated."""
    from genkan.residents import api

    tell({"residents": api.reindex(missing_only=missing_only)}, as_json=as_json)


def _contents(details: dict[str, Any]) -> dict[str, Any]:
    from genkan.kernel.text.names import Name

    kana = _kana(details["kana"])
    return {
        "name": Name(details["name"], details["family"], details["given"]).content(),
        "name_kana": {"full": kana},
        "birthdate": _birthdate(details["birthdate"]),
        "sex": details["sex"],
        "address": _home(details),
        "phone": details["phone"],
    }


def _kana(typed: str) -> str:
    from genkan.kernel.text import kana

    reading = kana.to_katakana(typed)
    if found := kana.findings_of(reading):
        raise click.BadParameter(found[0].problem, param_hint="--kana")
    return reading


def _birthdate(typed: str) -> str:
    from genkan.kernel.text.typed_dates import read_date

    understood = read_date(typed)
    if understood.value is None:
        raise click.BadParameter(f"{understood.problem}", param_hint="--birthdate")
    return understood.value.iso


def _home(details: dict[str, Any]) -> dict[str, str | None]:
    from genkan.kernel.text import addresses

    digits = addresses.postal_code_of(details["postal_code"])
    places = addresses.lookup(digits) if digits else []
    if details["town"]:
        places = [place for place in places if place.town == details["town"]]
    if len({place.town for place in places}) != 1:
        towns = "、".join(place.town for place in places) or "none"
        raise click.BadParameter(f"towns of this code: {towns}", param_hint="--postal-code")
    return addresses.Address.at(places[0], details["street"], details["building"]).content()


def _interests(keys: tuple[str, ...]) -> frozenset[str] | None:
    from genkan.catalogue import api as catalogue

    if unknown := set(keys) - set(catalogue.INTERESTS):
        raise click.BadParameter(", ".join(sorted(unknown)), param_hint="--interest")
    return frozenset(keys) or None


@resident.command("accept-terms")
@click.argument("resident_id", type=click.UUID)
@click.option("--language", type=click.Choice(["ja", "ja-easy", "en"]), default="ja")
@as_json
@with_django
def accept_terms(resident_id: UUID, language: str, *, as_json: bool) -> None:
    """Record that RESIDENT_ID was read the terms in force at the counter, and accepts them."""
    from genkan.kernel import clock
    from genkan.kernel.ids import ResidentId
    from genkan.residents import api

    new = api.accept_at_counter(ResidentId(resident_id), locale=language, now=clock.now())
    tell({"id": str(resident_id), "accepted": True, "new": new}, as_json=as_json)


@click.group()
def residents() -> None:
    """All residents."""


@residents.command()
@click.option("--size", type=click.IntRange(0), default=2_000, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--anchor", type=click.DateTime(["%Y-%m-%d"]), help="Day of reference; today.")
@click.option("--password", help=f"For {', '.join(SIGN_INS)}; without it nobody can sign in.")
@as_json
@with_django
def load(
    *, size: int, seed: int, anchor: datetime | None, password: str | None, as_json: bool
) -> None:
    """Load invented residents: the hostile thirty and a crowd. Loading twice changes nothing."""
    from django.conf import settings

    from genkan.kernel import clock
    from genkan.kernel.clock import day_in_japan
    from genkan.residents import api

    now = clock.now()
    wanted = api.Wanted(
        size=size,
        seed=seed,
        anchor=anchor.date() if anchor else day_in_japan(now),
        passwords={key: hashed_password(password) for key in SIGN_INS} if password else {},
    )
    with click.progressbar(length=size, label="residents", hidden=as_json) as bar:
        loaded = api.load(wanted, mode=settings.GENKAN.mode, now=now, tell=bar.update)
    tell({"added": loaded.added, "total": loaded.total}, as_json=as_json)


residents.add_command(import_file)
residents.add_command(generate)
