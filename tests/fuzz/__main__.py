"""Fuzz with atheris: `python -m tests.fuzz [TARGET …] [--seconds N] [--runs N]`.

Each target runs in a process of its own, from its good inputs, with a fixed seed. Inputs that reach
new branches stay in the corpus; one that breaks a promise is written there and ends the run with 1.
"""

import argparse
import importlib.util
import subprocess
import sys
from pathlib import Path

SEED = 20261124
FOLDER = Path(".fuzz")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("targets", nargs="*", help="which ones; all by default")
    parser.add_argument("--seconds", type=int, default=5, help="how long each")
    parser.add_argument("--runs", type=int, default=-1, help="how many inputs each at most")
    parser.add_argument("--corpus", type=Path, default=FOLDER, help="where inputs are kept")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if importlib.util.find_spec("atheris") is None:
        print("atheris is not installed: `make fuzz` gets it where there is a wheel of it")
        return 1
    if options.inside:
        return fuzz(options.targets[0], options)
    return each(options)


def each(options: argparse.Namespace) -> int:
    """Run every target by itself: libFuzzer ends the process it runs in."""
    from tests.fuzz.targets import TARGETS

    for name in options.targets or TARGETS:
        print(f"fuzzing {name}")
        limits = ["--seconds", str(options.seconds), "--runs", str(options.runs)]
        command = [sys.executable, "-m", "tests.fuzz", name, "--inside", *limits]
        ended = subprocess.run([*command, "--corpus", str(options.corpus)], check=False)
        if ended.returncode:
            return 1
    return 0


def fuzz(name: str, options: argparse.Namespace) -> int:
    """Run one target until its time is over."""
    import atheris

    with atheris.instrument_imports(include=["genkan", "joserfc"], enable_loader_override=False):
        from tests.fuzz.targets import TARGETS
    target = TARGETS[name]
    folder = options.corpus / name
    folder.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(target.seeds):
        (folder / f"seed-{number}").write_bytes(seed)
    flags = [f"-seed={SEED}", f"-runs={options.runs}", f"-artifact_prefix={folder}/broken-"]
    if options.runs < 0:
        flags.append(f"-max_total_time={options.seconds}")
    atheris.Setup([sys.argv[0], *flags, "-max_len=4096", "-verbosity=0", str(folder)], target.take)
    atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main())
