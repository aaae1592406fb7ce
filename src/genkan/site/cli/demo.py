"""`genkan demo`, `demo-reset` and `setup`: an installation that anybody can try."""

import shutil
import sys
import time
from pathlib import Path
from uuid import UUID

import click

from genkan.kernel.embedded import Server
from genkan.site import environment
from genkan.site.cli.base import as_json, tell, with_django
from genkan.site.ports import LOOPBACK, Ports

WELCOME = """
Genkan is running (ready after {seconds:.0f} s).
Ctrl-C stops it; its data stays. `make demo-reset` starts over.

  portal           {portal}/
  sample service   {sample}/
  caught mails     http://{loopback}:{mail}/
  console          {portal}/console/{card}

  password of everybody below: {password}
"""
AS_YOURSELF = """
Or register as yourself with any address that ends in .example: the code is in the caught mails.
"""


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
@click.option("--card", "with_card", is_flag=True, help="With a stand-in for the card app.")
@click.option("--card-port", type=int, default=8002, show_default=True)
@click.option("--residents", type=int, default=2000, show_default=True, help="Invented residents.")
@click.option("--seed", type=int, default=1, show_default=True)
def demo(*, residents: int, seed: int, with_card: bool, card_port: int, **chosen: int) -> None:
    """Fill an installation with invented people and run everything; Ctrl-C stops it."""
    began = time.monotonic()
    ports = Ports(
        portal=chosen["port"],
        shinsei=chosen["shinsei_port"],
        mail=chosen["mail_port"],
        smtp=chosen["smtp_port"],
        card=card_port if with_card else None,
    )
    if taken := ports.taken():
        raise click.ClickException(
            f"something listens already on {', '.join(map(str, taken))}: another demo?"
            " `genkan demo --help` names the options for other ports."
        )
    environment.choose(**ports.portal_settings())
    _run(ports, residents=residents, seed=seed, began=began)


@with_django
def _run(ports: Ports, *, residents: int, seed: int, began: float) -> None:
    from django.conf import settings

    from genkan.kernel.ids import ServiceId
    from genkan.site import demo as stage
    from genkan.site.filling import fill, share_by_guardians
    from genkan.site.processes import StackBroken

    if settings.GENKAN.mode == "production":
        raise click.ClickException("the demo fills an installation with invented people: not here")
    folder: Path = settings.GENKAN.data_dir
    embedded = None if settings.GENKAN.database_url else Server(settings.GENKAN.postgres_dir)
    was_running = embedded is not None and embedded.status().running
    password = stage.demo_password(folder)
    fill(size=residents, seed=seed, password=password, say=click.echo)
    told = stage.register_sample(ports, folder / "shinsei")
    stage.make_sample_accounts(ports, folder / "shinsei", password)
    share_by_guardians(ServiceId(UUID(told["service"])))
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


def _welcome(ports: Ports, password: str, seconds: float) -> None:
    from genkan.site.demo import COUNTER, OPERATOR, SAMPLE_ACCOUNTS, SIGN_INS
    from genkan.ui import pdf

    click.echo(
        WELCOME.format(
            seconds=seconds,
            portal=ports.issuer,
            sample=ports.sample,
            loopback=LOOPBACK,
            mail=ports.mail,
            card=f"\n  card app         {ports.card_app}/ (from the profile)" if ports.card else "",
            password=password,
        )
    )
    for name in SIGN_INS:
        click.echo(f"  resident   {name.lower()}@resident.example")
    for name in SAMPLE_ACCOUNTS:
        click.echo(f"  at the sample service itself   {name}")
    click.echo(f"  operator   {OPERATOR}")
    click.echo(f"  counter    {COUNTER}")
    click.echo(AS_YOURSELF)
    if missing := pdf.what_is_missing():
        click.echo(f"No PDF on this machine ({missing}); pages offer printing instead.")


@click.command("demo-reset")
@click.option("--yes", is_flag=True, help="Do not ask.")
@with_django
def demo_reset(*, yes: bool) -> None:
    """Forget everything the demo has stored: residents, consents, mails, the partner's copy."""
    from django.conf import settings

    if settings.GENKAN.mode == "production" or settings.GENKAN.database_url:
        raise click.ClickException("only a demo on the embedded database can be reset")
    folder: Path = settings.GENKAN.data_dir
    if not yes:
        click.confirm(f"Delete everything below {folder}?", abort=True)
    Server(settings.GENKAN.postgres_dir).stop()
    for path in sorted(folder.glob("*")):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    click.echo("everything is forgotten; `make demo` starts over.")
