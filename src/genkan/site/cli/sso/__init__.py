"""`genkan sso`: clients of linked services, and our signing keys; one file a topic."""

import click

from genkan.site.cli.sso.clients import client
from genkan.site.cli.sso.conflicts import conflicts, decide_conflict, link_counts
from genkan.site.cli.sso.health import health, show_client
from genkan.site.cli.sso.initial_tokens import (
    initial_access_token,
    initial_access_tokens,
    revoke_initial_access_token,
)
from genkan.site.cli.sso.keys import rotate_keys, show_keys
from genkan.site.cli.sso.rules import failures, maintenance, rules
from genkan.site.cli.sso.stops import kill, reopen, reopen_client, stop_client


@click.group()
def sso() -> None:
    """Register clients, stop them, rotate signing keys."""


for command in (show_client, stop_client, reopen_client):
    client.add_command(command)
for command in (client, health, kill, reopen, rotate_keys, show_keys, rules, maintenance, failures):
    sso.add_command(command)
for command in (conflicts, decide_conflict, link_counts):
    sso.add_command(command)
sso.add_command(initial_access_token)
sso.add_command(initial_access_tokens)
sso.add_command(revoke_initial_access_token)
