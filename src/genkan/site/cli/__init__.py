"""The `genkan` command: everything an operator does from a shell.

Facts are printed as text for people, or as JSON with `--json`. Exit codes: 0 done, 1 refused or
found wrong, 2 called wrongly or not configured.
"""

import importlib
import sys
from types import ModuleType

import click
from typing_extensions import override

from genkan.site import environment

GROUPS = {
    "db": "genkan.site.cli.db",
    "serve": "genkan.site.cli.serve",
    "worker": "genkan.site.cli.serve",
    "migrate": "genkan.site.cli.serve",
    "healthcheck": "genkan.site.cli.serve",
    "mailcatcher": "genkan.site.cli.serve",
    "demo": "genkan.site.cli.demo",
    "keyring": "genkan.site.cli.keyring",
    "keys": "genkan.site.cli.keyring",
    "demo-reset": "genkan.site.cli.demo",
    "setup": "genkan.site.cli.demo",
    "manage": "genkan.site.cli.serve",
    "resident": "genkan.site.cli.residents",
    "residents": "genkan.site.cli.residents",
    "operator": "genkan.site.cli.staff",
    "staff": "genkan.site.cli.staff",
    "terms": "genkan.site.cli.terms",
    "partners": "genkan.site.cli.partners",
    "sso": "genkan.site.cli.sso",
    "ledger": "genkan.site.cli.ledger",
    "lifecycle": "genkan.site.cli.ledger",
    "card": "genkan.site.cli.card",
    "contents": "genkan.site.cli.contents",
}


class Commands(click.Group):
    """Loads a command's module when the command is called, so that `genkan db` stays light."""

    @override
    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        return sorted(GROUPS)

    @override
    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command `cmd_name`, or None if there is none."""
        if cmd_name not in GROUPS:
            return None
        module: ModuleType = importlib.import_module(GROUPS[cmd_name])
        found: click.Command = getattr(module, cmd_name.replace("-", "_"))
        return found


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="genkan")
def cli() -> None:
    """Run Genkan: the front door between residents and the services of a region."""


def main() -> None:
    """Run the command line."""
    environment.choose_settings()
    sys.exit(cli())
