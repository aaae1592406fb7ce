"""Reads the tables beside the code: tab-separated UTF-8, `#` starts a comment line."""

from collections.abc import Iterator
from importlib.resources import files


def table(name: str) -> Iterator[list[str]]:
    """Yield the rows of one file of `genkan/kernel/data_files` as lists of cells.

    Raises:
        FileNotFoundError: the installation lacks the file.
    """
    source = files("genkan.kernel").joinpath("data_files", name)
    with source.open(encoding="utf-8") as lines:
        for line in lines:
            if line.strip() and not line.startswith("#"):
                yield line.rstrip("\n").split("\t")
