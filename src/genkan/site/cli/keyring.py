"""`genkan keyring` and `genkan keys`: the keys without which the database cannot be read."""

import click

from genkan.kernel import clock, sealing
from genkan.site import deployment
from genkan.site.cli.base import NotConfigured, as_json, tell, with_django


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


@click.group()
def keys() -> None:
    """Look at the data keys of residents, and wrap them by a new key."""


@keys.command()
@as_json
@with_django
def status(*, as_json: bool) -> None:
    """Say which key-encryption keys there are, who keeps them and how many data keys each wraps."""
    from genkan.residents import api as residents

    standing = residents.key_standing()
    facts = {
        "key": standing.current,
        "keeper": standing.keepers[standing.current],
        "keepers": dict(standing.keepers),
        "wrapped_by": dict(standing.wrapped_by),
        "token_answers": standing.token_answers,
    }
    tell(facts, as_json=as_json)


@keys.command()
@click.option(
    "--to",
    "keeper",
    type=click.Choice(["keyring", "token"]),
    help="Who is to keep the new key; who keeps the current one, unless said.",
)
@click.option("--keep-in-token", is_flag=True, help="Leave the old key in the token.")
@as_json
@with_django
def rotate(*, keeper: str | None, keep_in_token: bool, as_json: bool) -> None:
    """Wrap all data keys by a new key and drop the old one; everything goes on meanwhile.

    Interrupted, it goes on where it stopped when called again. An old key in a token is destroyed
    there: a backup from before then opens no more, unless the token's own backup holds the key.
    """
    from genkan.residents import api as residents

    try:
        done = residents.rotate_keys(keeper=keeper, kept_in_token=keep_in_token, now=clock.now())
    except residents.KeysBusy as busy:
        raise click.ClickException(str(busy)) from busy
    facts = {
        "key": done.key,
        "keeper": done.keeper,
        "rewrapped": done.rewrapped,
        "dropped": list(done.dropped),
        "resumed": done.resumed,
    }
    tell(facts, as_json=as_json)


def _read() -> deployment.Deployment:
    try:
        return deployment.read()
    except deployment.SettingsUnusable as error:
        raise NotConfigured(str(error)) from error
