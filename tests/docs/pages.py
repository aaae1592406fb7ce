"""Reading the documentation: pages, fenced blocks, commands with what they should print."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
BEYOND = "…"
"""In expected output: any text, or as a line of its own any lines."""
_FILE = re.compile(r"<!-- file: (\S+) -->")
_FENCE = re.compile(r"```(\w*)")


@dataclass(frozen=True)
class Command:
    """One `$ ` line of a console block and the output shown under it."""

    line: str
    shown: tuple[str, ...]


@dataclass(frozen=True)
class File:
    """A block that a comment before it calls a file."""

    name: str
    text: str


def pages() -> list[Path]:
    return [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


def text_of(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def steps(text: str) -> Iterator[Command | File]:
    """Everything on a page that a test carries out, in order."""
    name = ""
    for kind, body in blocks(text):
        if kind == "file":
            name = body
        elif name:
            yield File(name, body)
            name = ""
        elif kind == "console":
            yield from _commands(body)


def blocks(text: str) -> Iterator[tuple[str, str]]:
    """Fenced blocks as (language, body), and file comments as ("file", name)."""
    kind, body = None, []
    for line in text.splitlines():
        if kind is None and (found := _FILE.fullmatch(line.strip())):
            yield "file", found[1]
        elif kind is None and (opened := _FENCE.fullmatch(line.strip())):
            kind, body = opened[1], []
        elif kind is not None and line.strip() == "```":
            yield kind, "\n".join(body) + "\n"
            kind = None
        elif kind is not None:
            body.append(line)
    assert kind is None, "a block does not end"


def _commands(body: str) -> Iterator[Command]:
    line, shown = "", []
    for one in body.splitlines():
        if one.startswith("$ "):
            if line:
                yield Command(line, tuple(shown))
            line, shown = one[2:], []
        else:
            assert line, f"output without a command: {one}"
            shown.append(one)
    yield Command(line, tuple(shown))


def fits(printed: str, shown: tuple[str, ...]) -> bool:
    """Whether output is what the page shows; a page that shows none promises none."""
    pattern = ""
    for line in shown:
        told = ".*".join(re.escape(part) for part in line.split(BEYOND))
        pattern += r"(?:.*\n)*?" if line == BEYOND else told + r"\n"
    return re.fullmatch(pattern, printed) is not None
