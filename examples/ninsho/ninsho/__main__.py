"""`python -m ninsho serve` runs the stand-in."""

import argparse
import os
import sys

from granian.constants import Interfaces
from granian.server import Server

from ninsho.config import BadConfiguration, from_environment

BLOCKING_THREADS = 4


def main() -> int:
    """Serve until a signal ends it; 2 when a setting is missing or unusable, with its name."""
    arguments = _parser().parse_args()
    try:
        from_environment(os.environ)
    except BadConfiguration as fault:
        print(f"ninsho: {fault}", file=sys.stderr)  # noqa: T201 -- this is the command's answer
        return 2
    Server(
        "ninsho.wsgi:application",
        address=arguments.host,
        port=arguments.port,
        interface=Interfaces.WSGI,
        factory=True,
        workers=1,
        blocking_threads=BLOCKING_THREADS,
        websockets=False,
    ).serve()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m ninsho", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    serving = commands.add_parser("serve", help="run the stand-in")
    serving.add_argument("--host", default="127.0.0.1")
    serving.add_argument("--port", type=int, required=True)
    return parser


if __name__ == "__main__":
    sys.exit(main())
