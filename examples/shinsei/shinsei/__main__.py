"""`python -m shinsei init` makes the key and prints the registration; `serve` runs the service."""

import argparse
import json
import os
import sys
from contextlib import closing
from pathlib import Path

from granian.constants import Interfaces
from granian.server import Server

from shinsei import clock
from shinsei.config import BadConfiguration, Config, checked_origin, from_environment
from shinsei.disposal import release_leases
from shinsei.genkan_client import registration
from shinsei.keys import client_key
from shinsei.storage import connect, prepare

BLOCKING_THREADS = 4
"""Requests served at once; each may wait for Genkan."""


def main() -> int:
    """Run one command; 2 when a setting is missing or unusable, with its name."""
    arguments = _parser().parse_args()
    try:
        if arguments.command == "init":
            return init()
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
    serving = commands.add_parser("serve", help="run the service")
    serving.add_argument("--host", default="127.0.0.1")
    serving.add_argument("--port", type=int, required=True)
    return parser


if __name__ == "__main__":
    sys.exit(main())
