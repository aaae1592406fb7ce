"""`genkan serve`, `worker`, `migrate`, `healthcheck`, `mailcatcher`, `manage`."""

import sys
from pathlib import Path

import click

from genkan.site.cli.base import with_django

LocalFile = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=int, default=8000, show_default=True)
@click.option("--threads", type=int, default=8, show_default=True)
@click.option("--workers", type=int, default=1, show_default=True)
@click.option("--tls-cert", type=LocalFile, help="Certificate chain (PEM).")
@click.option("--tls-key", type=LocalFile, help="Private key (PEM).")
@with_django
def serve(
    *, host: str, port: int, threads: int, workers: int, tls_cert: Path | None, tls_key: Path | None
) -> None:
    """Serve the portal and the partners' interfaces."""
    from granian import Granian
    from granian.constants import Interfaces

    if (tls_cert is None) != (tls_key is None):
        raise click.UsageError("--tls-cert and --tls-key go together")
    Granian(
        "genkan.site.served:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        backpressure=threads * 16,
        ssl_cert=tls_cert,
        ssl_key=tls_key,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
        log_access=False,
    ).serve()


@click.command()
@with_django
def worker() -> None:
    """Run background jobs: deliver webhooks, sequence the ledger, watch what is due."""
    from genkan.site.worker import run

    run()


@click.command()
@with_django
def migrate() -> None:
    """Bring the database up to date: tables, cache, signing key, terms of use."""
    from genkan.site.installation import prepare

    prepare()


@click.command()
@click.option("--url", default="http://127.0.0.1:8000/healthz", show_default=True)
def healthcheck(url: str) -> None:
    """Exit with 0 if the portal answers that it is well."""
    import httpx

    try:
        answer = httpx.get(url, timeout=5, trust_env=False)
    except httpx.HTTPError as error:
        raise click.ClickException(f"no answer: {type(error).__name__}") from error
    click.echo(answer.text)
    sys.exit(0 if answer.is_success else 1)


@click.command()
@click.option("--smtp-port", type=int, default=2525, show_default=True)
@click.option("--port", type=int, default=8025, show_default=True, help="Page to read the mails.")
def mailcatcher(smtp_port: int, port: int) -> None:
    """Catch mails instead of sending them, and show them on a page; for demo and tests."""
    from genkan.site.mailcatcher import run

    run(smtp_port=smtp_port, page_port=port)


@click.command(context_settings={"ignore_unknown_options": True, "allow_extra_args": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
@with_django
def manage(arguments: tuple[str, ...]) -> None:
    """Run one of Django's own management commands."""
    from django.core.management import execute_from_command_line

    execute_from_command_line(["genkan manage", *arguments])
