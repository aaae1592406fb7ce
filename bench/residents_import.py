"""How fast `genkan residents import` and `generate` are, next to the floor of bare rows.

    .venv/bin/python -m bench.residents_import --rows 200000 --kill

Makes a file of invented people with one bad row in a hundred and imports it into a fresh database
of an embedded server of its own, then again; loads as many invented people into another. With
`--kill` a third import is ended by kill -9 half-way, given again, and everybody is counted.

The floor is PostgreSQL taking the same bytes by COPY into tables without keys and indexes: nothing
is read, checked, sealed or hashed then. CPU is what the kernel counted for our processes, and for
the server with all its own.
"""

import argparse
import json
import os
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread

import psycopg
from bench.people_file import row_of, write
from psycopg import sql

from genkan.kernel.embedded import Server
from genkan.residents.population.crowd import generate

BAD_EVERY = 100
TABLES = (
    "residents_account",
    "account_emailaddress",
    "terms_acceptance",
    "residents_resident",
    "residents_wall",
    "residents_data_key",
    "residents_value",
    "residents_search",
    "residents_duplicate",
    "ledger_entry",
)
CHUNK = 1 << 16
GENKAN = [sys.executable, "-m", "genkan.site.cli"]
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Ran:
    """What a command took; memory in megabytes, `early` in the first half."""

    seconds: float
    program: float
    database: float
    largest: float
    together: float
    early: float
    told: dict[str, int | str | None]

    def show(self, name: str, number: int) -> None:
        """Print it by person."""
        cpu, database = self.program / number * 1e6, self.database / number * 1e6
        print(f"{name}: {number / self.seconds:.0f} people per second ({self.seconds:.1f} s)")
        print(f"  CPU per person     {cpu:.0f} µs program + {database:.0f} µs database")
        print(
            f"  peak memory        {self.together:.0f} MB all processes, {self.largest:.0f} MB the"
            f" largest; {self.early:.0f} MB in the first half"
        )


class Bench:
    """An installation of its own, with as many databases as are asked for."""

    def __init__(self, folder: Path) -> None:
        self._server = folder / "postgres"
        self._url = ""
        self._environment = os.environ | {
            "GENKAN_MODE": "test",
            "GENKAN_SECRET_KEY": secrets.token_urlsafe(48),
            "GENKAN_DATA_DIR": str(folder),
            "GENKAN_ENV_FILE": os.devnull,
            "GENKAN_ISSUER": "http://127.0.0.1:8000",
        }

    def make(self) -> None:
        """Start the server and make the fresh database."""
        for command in (["keyring", "create"], ["migrate"], ["terms", "publish"]):
            subprocess.run([*GENKAN, *command], env=self._environment, check=True, stdout=2)
        self._url = subprocess.run(
            [*GENKAN, "db", "url"],
            env=self._environment,
            check=True,
            capture_output=True,
            text=True,
        ).stdout.strip()

    def database(self, name: str) -> str:
        """Copy the fresh database; returns the address of the copy."""
        with psycopg.connect(self._url.replace("/genkan?", "/postgres?"), autocommit=True) as made:
            copy = sql.SQL("CREATE DATABASE {} TEMPLATE genkan").format(sql.Identifier(name))
            made.execute(copy)
        return self._url.replace("/genkan?", f"/{name}?")

    def start(self, url: str, *command: str) -> subprocess.Popen[str]:
        """Start a command on a database."""
        environment = self._environment | {"DATABASE_URL": url}
        return subprocess.Popen(
            [*GENKAN, *command, "--json"], env=environment, stdout=subprocess.PIPE, text=True
        )

    def run(self, url: str, *command: str) -> Ran:
        """Run a command on a database and measure it."""
        before, begin = self._database_cpu(), time.perf_counter()
        process = self.start(url, *command)
        assert process.stdout is not None
        with watched(process.pid) as memory:
            printed = process.stdout.read()
            _, _, used = os.wait4(process.pid, 0)
        process.returncode = 0
        return Ran(
            seconds=time.perf_counter() - begin,
            program=used.ru_utime + used.ru_stime,
            database=self._database_cpu() - before,
            largest=used.ru_maxrss / 1024,
            together=max(memory, default=0),
            early=max(memory[: len(memory) // 2], default=0),
            told=json.loads(printed),
        )

    def stop(self) -> None:
        """End the server."""
        Server(self._server).stop()

    def _database_cpu(self) -> float:
        """Return the CPU seconds of the server: its own, those who live, and those who ended."""
        postmaster = int((self._server / "postmaster.pid").read_text().split()[0])
        own = stat_of(postmaster)
        ticks = sum(map(int, own[11:15]))
        for process in children(postmaster):
            ticks += sum(map(int, stat_of(process)[11:13]))
        return ticks / TICKS


def stat_of(process: int) -> list[str]:
    """Return the fields of /proc/<pid>/stat after the name: state, parent and so on."""
    try:
        text = Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return ["X", *"0" * 20]
    return text.rpartition(")")[2].split()


def children(process: int) -> list[int]:
    """Return whom a process has started."""
    try:
        return [
            int(one) for one in Path(f"/proc/{process}/task/{process}/children").read_text().split()
        ]
    except OSError:
        return []


@contextmanager
def watched(process: int) -> Iterator[list[float]]:
    """Look twice a second at the memory of a process and its children, what they share once."""
    done, seen = Event(), list[float]()

    def look() -> None:
        while not done.wait(0.5):
            seen.append(sum(map(proportional, [process, *children(process)])))

    thread = Thread(target=look)
    thread.start()
    try:
        yield seen
    finally:
        done.set()
        thread.join()


def proportional(process: int) -> float:
    """Return the megabytes of a process, shared ones by its share."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def rows(number: int) -> Iterator[dict[str, str]]:
    """Yield rows of invented people, one in a hundred with an impossible birth date."""
    for position, person in enumerate(generate(number, 1, datetime.now(UTC).date())):
        row = row_of(person)
        row["email"] = f"{person.key.lower()}@resident.example" if person.email else ""
        yield row | {"birthdate": "1999-02-30"} if position % BAD_EVERY == 0 else row


def whole(url: str) -> str:
    """Return the address for the server's superuser, who sees all rows (decision 0013)."""
    return url.replace("//genkan@", "//postgres@")


def floor(url: str) -> float:
    """Return the seconds that PostgreSQL takes for the same bytes by COPY, and nothing else."""
    seconds = 0.0
    with psycopg.connect(whole(url), autocommit=True) as connection:
        for table in TABLES:
            named = {"table": sql.Identifier(table), "bare": sql.Identifier(f"bare_{table}")}
            bare = sql.SQL("CREATE TABLE {bare} AS SELECT * FROM {table} WITH NO DATA")
            connection.execute(bare.format(**named))
            with tempfile.TemporaryFile() as file, connection.cursor() as cursor:
                with cursor.copy(
                    sql.SQL("COPY {table} TO STDOUT (FORMAT BINARY)").format(**named)
                ) as out:
                    for data in out:
                        file.write(data)
                file.seek(0)
                begin = time.perf_counter()
                with cursor.copy(
                    sql.SQL("COPY {bare} FROM STDIN (FORMAT BINARY)").format(**named)
                ) as into:
                    while data := file.read(CHUNK):
                        into.write(data)
                seconds += time.perf_counter() - begin
    return seconds


COUNTS = """
    SELECT (SELECT count(*) FROM residents_resident) AS residents,
           (SELECT count(*) FROM residents_value WHERE item = 'name') AS names,
           (SELECT count(*) FROM residents_data_key) AS keys,
           (SELECT count(DISTINCT person) FROM terms_acceptance) AS acceptances,
           (SELECT count(*) FROM ledger_entry WHERE event = 'resident.id_issued') AS entries,
           (SELECT count(DISTINCT subject) FROM ledger_entry) AS subjects
"""


def killed_half_way(bench: Bench, number: int, path: Path) -> None:
    """Kill an import half-way, give the file again, and count."""
    url = bench.database("killed")
    good = number - len(range(0, number, BAD_EVERY))
    command = ("residents", "import", str(path), "--source", "bench")
    first = bench.start(url, *command)
    with psycopg.connect(whole(url), autocommit=True) as looking:
        while first.poll() is None and (found := looking.execute(COUNTS).fetchone()):
            if found[0] >= good // 2:
                break
            time.sleep(0.2)
        first.send_signal(signal.SIGKILL)
        first.communicate()
        again = bench.run(url, *command)
        counts = looking.execute(COUNTS).fetchone()
    assert counts is not None
    told = again.told
    print(f"killed by kill -9: {told['known']} were there, {told['added']} came after")
    print(f"  residents, names, keys, acceptances, entries, their subjects: {counts}")
    assert int(told["known"] or 0) > 0, "it was killed before anything was committed"
    assert int(told["added"] or 0) > 0, "it was killed too late"
    assert set(counts) == {good}, f"{good} were to come"


def measure(bench: Bench, number: int, folder: Path) -> Path:
    """Import, import again, generate, and print; returns the file."""
    path = write(folder / "people.csv", rows(number))
    command = ("residents", "import", str(path), "--source", "bench")
    people = bench.database("people")
    first = bench.run(people, *command)
    first.show("import", number)
    with (folder / "people.errors.csv").open(encoding="utf-8-sig") as file:
        bad = sum(1 for _ in file) - 1
    print(f"  rows               {first.told['added']} added, {first.told['refused']} refused")
    print(f"  error file         {bad} lines")
    least = floor(people)
    print(f"  same bytes by COPY {least:.1f} s, of which the import takes", end=" ")
    print(f"{first.seconds / least:.1f} times as long")
    again = bench.run(people, *command)
    again.show("the same file again", number)
    print(f"  rows               {again.told['added']} added, {again.told['known']} known")
    bench.run(bench.database("invented"), "residents", "generate", str(number)).show(
        "generate", number
    )
    return path


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--kill", action="store_true", help="also kill an import half-way")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="genkan-bench-") as name:
        bench = Bench(Path(name))
        try:
            bench.make()
            path = measure(bench, asked.rows, Path(name))
            if asked.kill:
                killed_half_way(bench, asked.rows, path)
        finally:
            bench.stop()


if __name__ == "__main__":
    main()
