"""CPU per operation of the provider's hot paths, next to its peers and by number of residents.

    .venv/bin/python -m bench.sso
    .venv/bin/python -m bench.sso --residents 10000,1000000,10000000 --peers none

All providers run one worker on core 0, with their database on the same core and the load on core 1,
one after another in each of the rounds; a figure is the median of the rounds. The machine should be
idle: throughput and p99 mean little otherwise, while CPU per operation bears some company.
docs/contributors/benchmarks.md says how to read what comes out.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from bench.sso import population, processes, report
from bench.sso.genkan import Genkan
from bench.sso.load import Failed
from bench.sso.material import LOAD_CORE, SERVER_CORE
from bench.sso.measure import OPERATIONS, Figures, Run, median
from bench.sso.node import OidcProvider
from bench.sso.providers import Provider, Unavailable
from bench.sso.toolkit import OAuthToolkit

from genkan.kernel.embedded import Server

PEERS = {"oidc-provider": OidcProvider, "django-oauth-toolkit": OAuthToolkit}
SLOW = {"django-oauth-toolkit": 8}
"""Peers that get a part of the operations: theirs take so long."""
Rounds = dict[str, dict[str, list[Figures]]]


class Bench:
    """The shared server of databases, and who is measured on it."""

    def __init__(self, asked: argparse.Namespace, folder: Path) -> None:
        self._asked = asked
        self._server = Server(folder / "postgres")
        self._cores = os.sched_getaffinity(0)
        self._rounds: Rounds = {}
        self.genkan = Genkan(folder, self._server)
        self.peers = [PEERS[name](folder, self._server) for name in asked.peers]

    def prepare(self) -> None:
        """Make everything that is made once; a peer that cannot run here is left out."""
        self.genkan.prepare()
        for peer in list(self.peers):
            try:
                peer.prepare()
            except (Unavailable, subprocess.CalledProcessError) as error:
                print(f"{peer.name} is left out: {error}", flush=True)
                self.peers.remove(peer)

    def inhabited(self, residents: int) -> None:
        """Give Genkan a fresh database with so many residents."""
        self._spread(self._cores)
        took = self.genkan.inhabit(residents)
        size = self._server.status().size_bytes / 1e9
        print(
            f"{residents:,} residents in {sum(took.values()):.0f} s;"
            f" the server's directory holds {size:.1f} GB",
            flush=True,
        )

    def measured(self, providers: Sequence[Provider]) -> dict[str, dict[str, Figures]]:
        """Return the medians of all rounds, every provider once in each."""
        rounds: Rounds = {provider.name: {} for provider in providers}
        for number in range(self._asked.rounds):
            for provider in providers:
                for operation, figures in self._once(provider).items():
                    rounds[provider.name].setdefault(operation, []).append(figures)
                    print(
                        f"  round {number + 1}: {provider.name}, {operation}:"
                        f" {figures.cpu:.0f} µs, {figures.throughput:.0f}/s",
                        file=sys.stderr,
                        flush=True,
                    )
        return {
            name: {operation: median(one) for operation, one in found.items()}
            for name, found in rounds.items()
        }

    def _once(self, provider: Provider) -> dict[str, Figures]:
        self._spread({SERVER_CORE})
        os.sched_setaffinity(0, self._cores)
        provider.start()
        os.sched_setaffinity(0, {LOAD_CORE})
        try:
            return Run(
                provider,
                number=max(self._asked.operations // SLOW.get(provider.name, 1), 20),
                connections=self._asked.connections,
                database=self._server.ensure_running,
            ).measured(self._asked.only)
        finally:
            os.sched_setaffinity(0, self._cores)
            provider.stop()

    def _spread(self, cores: set[int]) -> None:
        """Let the database have these cores, whichever processes it starts later too."""
        processes.pin(self._server.ensure_running(), cores)

    def stop(self) -> None:
        """End the server of databases."""
        self._server.stop()


def names(known: Sequence[str]) -> Callable[[str], list[str]]:
    """Return how an option reads names between commas."""

    def read(text: str) -> list[str]:
        found = [] if text == "none" else text.split(",")
        if unknown := [name for name in found if name not in known]:
            raise argparse.ArgumentTypeError(f"{unknown[0]} is none of {', '.join(known)}")
        return found

    return read


def numbers(text: str) -> list[int]:
    """Return numbers between commas, the smallest first."""
    found = sorted(int(one) for one in text.split(","))
    if found[0] < 1:
        raise argparse.ArgumentTypeError("at least one resident")
    return found


def options(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Return what was asked for."""
    parser = argparse.ArgumentParser(prog="bench.sso", description=__doc__.partition("\n")[0])
    parser.add_argument("--residents", type=numbers, default=[10_000], metavar="N,N")
    parser.add_argument(
        "--peers", type=names(list(PEERS)), default=list(PEERS), metavar="NAME,NAME"
    )
    parser.add_argument("--only", type=names(OPERATIONS), default=list(OPERATIONS))
    parser.add_argument("--operations", type=int, default=4000, help="of each kind, in each round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--folder", type=Path, help="where the databases go for the time being")
    return parser.parse_args(arguments)


def told_first(bench: Bench) -> str:
    """Return under which conditions all this is measured."""
    load = os.getloadavg()[0]
    return (
        f"one worker on core {SERVER_CORE} with its database, the load on core {LOAD_CORE};"
        f" PostgreSQL 18, fsync on\nload of this machine before: {load:.2f} (should be near 0)\n"
        + "\n".join(f"{one.name}: {one.version()}" for one in [bench.genkan, *bench.peers])
    )


def run(asked: argparse.Namespace, folder: Path) -> None:
    """Measure and print."""
    bench = Bench(asked, folder)
    by_residents: dict[int, Mapping[str, Figures]] = {}
    try:
        bench.prepare()
        print(told_first(bench), flush=True)
        for residents in asked.residents:
            bench.inhabited(residents)
            peers = [] if by_residents else bench.peers
            found = bench.measured([bench.genkan, *peers])
            by_residents[residents] = found.pop(bench.genkan.name)
            print(f"\nCPU in microseconds an operation, {residents:,} residents in Genkan:\n")
            print(report.figures({bench.genkan.name: by_residents[residents], **found}), flush=True)
            if found:
                print(
                    f"\nGenkan over its peers:\n\n{report.ratios(by_residents[residents], found)}"
                )
        if len(by_residents) > 1:
            print("\nCPU in microseconds an operation by number of residents:\n")
            print(report.growth(by_residents))
            print(f"\n{population.NOT_GENERATED}")
    finally:
        bench.stop()


def main() -> None:
    """Measure in a folder that is gone afterwards."""
    asked = options()
    with tempfile.TemporaryDirectory(prefix="genkan-bench-", dir=asked.folder) as name:
        try:
            run(asked, Path(name))
        except Failed as failed:
            sys.exit(f"not measured: {failed}")


if __name__ == "__main__":
    main()
