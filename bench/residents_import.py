"""How fast `genkan residents import` and `generate` are, next to the floor of bare rows.

    .venv/bin/python -m bench.residents_import --rows 200000

Makes a file of invented people with one bad row in a hundred, imports it into a fresh database
of an embedded server of its own, and prints people per second, CPU microseconds per person, the
peak memory of the process, and how many times as long as bare rows by COPY it took.
"""

import argparse
import csv
import json
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from genkan.kernel.embedded import Server
from genkan.residents.domain.rows import COLUMNS
from genkan.residents.population.crowd import generate

ROWS_PER_PERSON = 14
BAD_EVERY = 100
TERMS = "2026-07"


def rows(number: int) -> Iterator[dict[str, str]]:
    """Yield rows of invented people, one in a hundred with an impossible birth date."""
    for position, person in enumerate(generate(number, 1, datetime.now(UTC).date())):
        home = person.address
        yield {
            "reference": person.key,
            "name": person.name.full,
            "family_name": person.name.family or "",
            "given_name": person.name.given or "",
            "name_kana": person.name_kana.full,
            "birthdate": "1999-02-30" if position % BAD_EVERY == 0 else person.birthdate.iso,
            "sex": person.sex,
            "postal_code": home.postal_code,
            "prefecture": home.prefecture,
            "municipality": home.municipality,
            "town": home.town,
            "street": home.street,
            "building": home.building or "",
            "phone": person.phone or "",
            "email": f"{person.key.lower()}@resident.example" if person.email else "",
            "terms_accepted": TERMS,
        }


def timed(command: list[str], environment: dict[str, str]) -> tuple[float, float, float, str]:
    """Run a command; return seconds, CPU seconds, peak megabytes, and what it printed."""
    begin = time.perf_counter()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    printed = process.stdout.read()
    _, _, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - begin
    return seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, printed


def floor(url: str, number: int) -> float:
    """Return the seconds that PostgreSQL takes for as many bare rows by COPY."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE bench_floor (id uuid PRIMARY KEY, word bytea)")
        begin = time.perf_counter()
        with connection.cursor() as cursor, cursor.copy("COPY bench_floor FROM STDIN") as copy:
            for _ in range(number * ROWS_PER_PERSON):
                copy.write_row((secrets.token_hex(16), b"x" * 120))
        seconds = time.perf_counter() - begin
        connection.execute("DROP TABLE bench_floor")
    return seconds


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=20_000)
    number = parser.parse_args().rows
    with tempfile.TemporaryDirectory(prefix="genkan-bench-") as name:
        folder = Path(name)
        environment = os.environ | {
            "GENKAN_MODE": "test",
            "GENKAN_SECRET_KEY": secrets.token_urlsafe(48),
            "GENKAN_DATA_DIR": str(folder),
            "GENKAN_ENV_FILE": os.devnull,
            "GENKAN_ISSUER": "http://127.0.0.1:8000",
        }
        genkan = [sys.executable, "-m", "genkan.site.cli"]
        for command in (["keyring", "create"], ["migrate"], ["terms", "publish"]):
            subprocess.run([*genkan, *command], env=environment, check=True, stdout=2)
        shown = subprocess.run(
            [*genkan, "db", "url"], env=environment, check=True, capture_output=True, text=True
        )
        url = shown.stdout.strip()
        path = folder / "people.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS)
            writer.writeheader()
            writer.writerows(rows(number))
        importing = [*genkan, "residents", "import", str(path), "--source", "bench", "--json"]
        first = timed(importing, environment)
        again = timed(importing, environment)
        least = floor(url, number)
        Server(folder / "postgres").stop()
    told = json.loads(first[3])
    print(f"rows                 {number} ({told['added']} added, {told['refused']} refused)")
    print(f"people per second    {number / first[0]:.0f}")
    print(f"CPU per person       {first[1] / number * 1e6:.0f} µs (this process, start included)")
    print(f"peak memory          {first[2]:.0f} MB")
    print(f"bare rows by COPY    {least:.1f} s: {first[0] / least:.1f} times the floor")
    print(f"the same file again  {number / again[0]:.0f} rows per second, nobody twice")


if __name__ == "__main__":
    main()
