"""`genkan contents`: articles from files."""

import tomllib
from dataclasses import asdict
from pathlib import Path

import click

from genkan.site.cli import base


@click.group()
def contents() -> None:
    """Load articles from files."""


@contents.command()
@click.option(
    "--file",
    "path",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A TOML file; without it the samples for Osaka.",
)
@base.as_json
@base.with_django
def load(path: Path | None, *, as_json: bool) -> None:
    """Publish the articles of a file that are not there yet; others stay as they are."""
    from genkan.delivery import api as delivery
    from genkan.kernel import clock

    document = delivery.sample_contents() if path is None else _read(path)
    base.tell(asdict(delivery.load(document, now=clock.now())), as_json=as_json)


def _read(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise click.ClickException(f"{path}: {error}") from error
