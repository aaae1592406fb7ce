"""`genkan demo` and `genkan setup`: an installation that anybody can try."""

import sys
import time
from pathlib import Path

import click

from genkan.site import environment
from genkan.site.cli.base import as_json, tell, with_django


@click.command()
@as_json
def setup(*, as_json: bool) -> None:
    """Write settings for development with a fresh secret beside the virtual environment."""
    path = Path(sys.prefix).parent / environment.FILE_NAME
    written = environment.write_development_file(path)
    tell({"settings": environment.FILE_NAME, "written": written}, as_json=as_json)


@click.command()
@click.option("--port", type=int, default=8000, show_default=True, help="Portal.")
@click.option("--shinsei-port", type=int, default=8001, show_default=True)
@click.option("--mail-port", type=int, default=8025, show_default=True)
@click.option("--smtp-port", type=int, default=2525, show_default=True)
@click.option("--residents", type=int, default=2000, show_default=True, help="Invented residents.")
@click.option("--seed", type=int, default=1, show_default=True)
def demo(  # noqa: PLR0913 - one argument an option
    *, port: int, shinsei_port: int, mail_port: int, smtp_port: int, residents: int, seed: int
) -> None:
    """Fill an installation with invented people and run everything; Ctrl-C stops it."""
    from genkan.site.demo import Ports, portal_environment

    began = time.monotonic()
    ports = Ports(portal=port, shinsei=shinsei_port, mail=mail_port, smtp=smtp_port)
    environment.choose(**portal_environment(ports))
    _run(ports, residents=residents, seed=seed, began=began)


@with_django
def _run(ports: "Ports", *, residents: int, seed: int, began: float) -> None:  # noqa: F821 - imported late
    from django.conf import settings

    from genkan.site import demo as stage
    from genkan.site.filling import fill
    from genkan.site.processes import StackBroken

    folder = settings.GENKAN.data_dir
    if settings.GENKAN.mode == "production":
        raise click.ClickException("the demo fills an installation with invented people: not here")
    embedded = _embedded()
    was_running = embedded is not None and embedded.status().running
    password = stage.demo_password(folder)
    fill(size=residents, seed=seed, password=password, say=click.echo)
    told = stage.register_sample(ports, folder / "shinsei")
    running = stage.stack(ports, folder, told)
    running.stop_on_signals()
    try:
        running.start(seconds=stage.START_SECONDS)
    except StackBroken as error:
        raise click.ClickException(str(error)) from error
    _welcome(ports, password, time.monotonic() - began)
    running.watch()
    if embedded is not None and not was_running:
        embedded.stop()
    click.echo("stopped.")


def _embedded() -> "Server | None":  # noqa: F821 - imported late
    from django.conf import settings

    from genkan.kernel.embedded import Server

    if settings.GENKAN.database_url:
        return None
    return Server(settings.GENKAN.postgres_dir)


def _welcome(ports: "Ports", password: str, seconds: float) -> None:  # noqa: F821 - imported late
    from genkan.site.demo import LOOPBACK, OPERATOR, SIGN_INS

    click.echo(
        f"""
Genkan is running (ready after {seconds:.0f} s). Ctrl-C stops it; data stays; make demo-reset starts over.

  portal           {ports.issuer}/
  sample service   {ports.sample}/
  caught mails     http://{LOOPBACK}:{ports.mail}/
  console          {ports.issuer}/console/

  password of everybody below: {password}
"""
    )
    for name in SIGN_INS:
        click.echo(f"  resident   {name.lower()}@resident.example")
    click.echo(f"  operator   {OPERATOR}")
    click.echo("\nOr register as yourself: any address that ends in .example; the code is in the caught mails.")
