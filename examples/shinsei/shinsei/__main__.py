"""`python -m shinsei init` makes the key and prints the registration; `serve` runs the service."""

import argparse
import json
import os
import sys
from contextlib import closing
from pathlib import Path

from granian.constants import Interfaces
from granian.server import Server

from shinsei import accounts, clock, linking, samples
from shinsei.config import BadConfiguration, Config, checked_origin, from_environment
from shinsei.disposal import release_leases
from shinsei.genkan_client import Genkan, registration
from shinsei.keys import client_key
from shinsei.link_api import Conflict
from shinsei.storage import connect, prepare

BLOCKING_THREADS = 4
"""Requests served at once; each may wait for Genkan."""


def main() -> int:
    """Run one command; 2 when a setting is missing or unusable, with its name."""
    arguments = _parser().parse_args()
    try:
        if arguments.command == "init":
            return init()
        if arguments.command == "samples":
            return make_samples()
        if arguments.command == "merge":
            return merge(arguments.gone, arguments.into)
        return serve(arguments.host, arguments.port)
    except BadConfiguration as fault:
        print(f"shinsei: {fault}", file=sys.stderr)  # noqa: T201 -- this is the command's answer
        return 2


def init() -> int:
    """Make the key on first use and print what Genkan must know (RFC 7591 client metadata)."""
    for name in ("SHINSEI_BASE_URL", "SHINSEI_DATA"):
        if not os.environ.get(name):
            raise BadConfiguration(f"missing environment variable: {name}")
    base_url = checked_origin("SHINSEI_BASE_URL", os.environ["SHINSEI_BASE_URL"])
    data = Path(os.environ["SHINSEI_DATA"])
    us = Config("", base_url, "", data, "", None)
    metadata = registration(us, client_key(data))
    print(json.dumps(metadata, ensure_ascii=False, indent=2))  # noqa: T201 -- the command's answer
    return 0


def make_samples() -> int:
    """Make the sample accounts, and print the user ids of the new ones."""
    for name in ("SHINSEI_DATA", "SHINSEI_SAMPLE_PASSWORD"):
        if not os.environ.get(name):
            raise BadConfiguration(f"missing environment variable: {name}")
    data = Path(os.environ["SHINSEI_DATA"])
    prepare(data)
    with closing(connect(data)) as db:
        for login in samples.make(db, os.environ["SHINSEI_SAMPLE_PASSWORD"], now=clock.now()):
            print(login)  # noqa: T201 -- the command's answer
    return 0


def merge(gone: str, into: str) -> int:
    """Make one account of two, by their user ids; 1 if Genkan's staff have to decide first."""
    config = from_environment(os.environ)
    prepare(config.data)
    with closing(connect(config.data)) as db:
        pair = [accounts.called(db, login) for login in (gone, into)]
        if pair[0] is None or pair[1] is None or pair[0].id == pair[1].id:
            raise BadConfiguration("merge needs the user ids of two accounts")
        try:
            linking.merge(db, Genkan(config, client_key(config.data)), pair[0], pair[1])
        except Conflict as conflict:
            print(f"shinsei: {conflict.reason}: staff of Genkan decide", file=sys.stderr)  # noqa: T201 -- the command's answer
            return 1
    return 0


def serve(host: str, port: int) -> int:
    """Serve until a signal ends it."""
    config = from_environment(os.environ)
    prepare(config.data)
    with closing(connect(config.data)) as db:
        release_leases(db, now=clock.now())
    Server(
        "shinsei.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        factory=True,
        workers=1,
        blocking_threads=BLOCKING_THREADS,
        websockets=False,
    ).serve()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m shinsei", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("init", help="make the key, print the client metadata")
    commands.add_parser("samples", help="make sample accounts from before Genkan")
    merging = commands.add_parser("merge", help="make one account of two")
    merging.add_argument("gone", help="user id of the account that ends")
    merging.add_argument("into", help="user id of the account that stays")
    serving = commands.add_parser("serve", help="run the service")
    serving.add_argument("--host", default="127.0.0.1")
    serving.add_argument("--port", type=int, required=True)
    return parser


if __name__ == "__main__":
    sys.exit(main())
