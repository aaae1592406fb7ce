"""`genkan sso keys` and `rotate-keys`: our signing keys."""

import json
import time

import click

from genkan.site.cli.base import as_json, tell, with_django


@click.command("rotate-keys")
@click.option(
    "--at-once",
    is_flag=True,
    help="Do not wait until the next key has been published long enough: a key has leaked.",
)
@click.option(
    "--withdraw",
    metavar="KID",
    help="Withdraw this retired key, which leaked: nothing it signed counts any more.",
)
@as_json
@with_django
def rotate_keys(*, at_once: bool, withdraw: str | None, as_json: bool) -> None:
    """Let the next key sign, and publish another next one; waits up to a minute if it must."""
    from genkan.kernel import clock
    from genkan.sso import api

    if withdraw is not None:
        api.withdraw(withdraw, now=clock.now())
        tell({"withdrawn": withdraw}, as_json=as_json)
        return
    api.ensure_keys(algs=api.ALGS, now=clock.now())
    rotated = api.rotate(at_once=at_once, now=clock.now())
    while rotated is None:
        time.sleep(1)
        rotated = api.rotate(now=clock.now())
    facts = {"current": rotated.current, "next": rotated.next, "retired": rotated.retired}
    tell(facts, as_json=as_json)


@click.command("keys")
@as_json
@with_django
def show_keys(*, as_json: bool) -> None:
    """List our signing keys: next, current, and retired ones."""
    from genkan.kernel import clock
    from genkan.sso import api

    now = clock.now()
    found = [
        {
            "kid": key.kid,
            "alg": key.alg,
            "state": str(key.state),
            "since": key.state_since.isoformat(),
            "made": key.created_at.isoformat(),
            "days": (now - key.created_at).days,
        }
        for key in api.signing_keys()
    ]
    if as_json:
        click.echo(json.dumps(found, indent=2))
        return
    for one in found:
        click.echo("  ".join(str(value) for value in one.values()))
