"""`genkan card`: the key by which the Digital Agency's authentication app knows this portal."""

import json

import click

from genkan.site.cli.base import as_json, tell, with_django


@click.group()
def card() -> None:
    """Make and show the key for checks with the My Number Card."""


@card.command("new-key")
@as_json
@with_django
def new_key(*, as_json: bool) -> None:
    """Make the key, readable by its owner alone, and print what is registered; keep an old one."""
    from genkan.residents import api

    tell(_told(api.card_key()), as_json=as_json)


def _told(public: dict[str, object]) -> dict[str, object]:
    """Return what the agency is given: our keys, and where people come back to."""
    from django.conf import settings

    from genkan.residents import api

    return {
        "redirect_uri": api.card_return_address(settings.GENKAN.issuer),
        "jwks": json.dumps({"keys": [public]}),
    }
