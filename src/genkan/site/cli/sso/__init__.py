"""`genkan sso`: clients of linked services, and our signing keys; one file a topic."""

import click

from genkan.site.cli.sso.clients import client
from genkan.site.cli.sso.keys import rotate_keys


@click.group()
def sso() -> None:
    """Register clients, rotate signing keys."""


sso.add_command(client)
sso.add_command(rotate_keys)
