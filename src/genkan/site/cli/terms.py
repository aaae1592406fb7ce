"""`genkan terms`: versions of the terms of use and of the privacy policy."""

import json
from pathlib import Path

import click

from genkan.site.cli.base import as_json, tell, with_django

Folder = click.Path(exists=True, file_okay=False, path_type=Path)


@click.group()
def terms() -> None:
    """Terms of use and privacy policy."""


@terms.command()
@click.argument("folder", type=Folder, required=False)
@as_json
@with_django
def publish(folder: Path | None, *, as_json: bool) -> None:
    """Publish the version in FOLDER, or the texts that come with Genkan.

    FOLDER is `<kind>/<label>` with a text in each language (`ja.md`, `ja-easy.md`, `en.md`) and
    `version.toml`. What is published already stays as it is.
    """
    from django.conf import settings

    from genkan.kernel import clock
    from genkan.terms import api

    now = clock.now()
    if folder is None:
        done = [api.publish(draft, now=now) for draft in api.drafts()]
    else:
        draft = api.draft_in(folder.resolve())
        _must_be_known(draft.touches)
        done = [api.publish(draft, now=now, lead=settings.GENKAN.terms_lead)]
    if as_json:
        facts = [
            {
                "kind": version.kind,
                "label": version.label,
                "effective_from": version.effective_from,
                "material": version.material,
                "touches": sorted(version.touches),
                "new": new,
            }
            for version, new in done
        ]
        tell({"versions": facts}, as_json=True)
        return
    for version, new in done:
        state = "published" if new else "unchanged"
        tell({f"{version.kind} {version.label}": state}, as_json=False)


def _must_be_known(touched: frozenset[str]) -> None:
    """Refuse a name that is neither a purpose nor a service: nobody would be asked anew."""
    from genkan.catalogue import api as catalogue
    from genkan.partners import api as partners

    known = set(catalogue.purposes()) | {one.slug for one in partners.services()}
    if unknown := sorted(touched - known):
        raise click.BadParameter(", ".join(unknown), param_hint="touches")


@terms.command("list")
@as_json
@with_django
def list_(*, as_json: bool) -> None:
    """List the versions, newest first, and how many people accepted each."""
    from genkan.kernel import clock
    from genkan.terms import api

    now = clock.now()
    accepted = api.tally()
    found = [
        {
            "kind": version.kind,
            "label": version.label,
            "effective_from": version.effective_from.isoformat(),
            "material": version.material,
            "in_force": version.id == api.current(now, kind).id,
            "accepted": accepted.get(version.id, 0),
        }
        for kind in api.Kind
        for version in api.versions(kind)
    ]
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for entry in found:
        click.echo("  ".join(str(value) for value in entry.values()))
