"""`make conformance`: every flow of every relying party, one line each.

Exit code 1 if a flow failed. Parties that are not installed are named and left out, except with
CI=true, where nothing is left out.
"""

import os
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from genkan.kernel.embedded import Server
from tests.conformance import parties
from tests.conformance import provider as providers
from tests.conformance.parties import Party
from tests.conformance.provider import Provider
from tests.conformance.table import PARTIES

WORKERS = 2


@contextmanager
def fresh() -> Iterator[Provider]:
    """Install in a new folder with a database server of its own; nothing of it stays."""
    with tempfile.TemporaryDirectory(prefix="genkan-conformance-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        provider = providers.prepare(folder)
        try:
            with providers.running(provider, workers=WORKERS):
                yield provider
        finally:
            Server(folder / "data" / "postgres").stop()


def tried(party: Party, provider: Provider) -> list[str]:
    """Do the party's flows and print a line for each; return those that failed."""
    failed = []
    with party.at(provider) as running:
        for flow in party.flows:
            began = time.monotonic()
            try:
                running.run(flow)
            except Exception:  # noqa: BLE001 - whatever a stranger's software raises is its verdict
                failed.append(flow)
                line(party, flow, "FAILED")
                print(traceback.format_exc(), file=sys.stderr)
            else:
                line(party, flow, f"ok ({time.monotonic() - began:.1f} s)")
    return failed


def line(party: Party, flow: str, verdict: str) -> None:
    print(f"{party.name}: {flow}: {verdict}", flush=True)


def stop(*_: object) -> None:
    """Leave through everything that has to be stopped, as on Ctrl-C."""
    raise KeyboardInterrupt


def main() -> int:
    signal.signal(signal.SIGTERM, stop)
    missing = {party.name: how for party in PARTIES if (how := parties.missing(party))}
    for name, how in missing.items():
        print(f"{name}: not here, so it is left out. To have it: {how}")
    if missing and os.environ.get("CI", "").lower() == "true":
        return 1
    there = [party for party in PARTIES if party.name not in missing]
    with fresh() as provider:
        print(f"{provider.issuer} answers over TLS, {WORKERS} workers", flush=True)
        failed = [flow for party in there for flow in tried(party, provider)]
    flows = sum(len(party.flows) for party in there)
    print(f"{flows - len(failed)} of {flows} flows ok", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
