"""`genkan keyring`: the keys outside the database, without which it cannot be read."""

import click

from genkan.kernel import sealing
from genkan.site import deployment
from genkan.site.cli.base import NotConfigured, as_json, tell


@click.group()
def keyring() -> None:
    """Make the keyring, and look whether it can be used."""


@keyring.command()
@as_json
def create(*, as_json: bool) -> None:
    """Make the keyring of this installation, readable by its owner alone; keep an existing one."""
    path = _read().keyring
    was_there = path.exists()
    sealing.create_keyring(path)
    tell({"keyring": str(path), "created": not was_there}, as_json=as_json)


@keyring.command()
@as_json
def check(*, as_json: bool) -> None:
    """Say whether the keyring can be used; exit with 1 if not."""
    try:
        ring = sealing.load_keyring(_read().keyring)
    except sealing.KeyringUnusable as error:
        raise click.ClickException(f"{error}: genkan keyring create makes one") from error
    tell({"usable": True, "keys": len(ring.keys), "current": ring.current}, as_json=as_json)


def _read() -> deployment.Deployment:
    try:
        return deployment.read()
    except deployment.SettingsUnusable as error:
        raise NotConfigured(str(error)) from error
