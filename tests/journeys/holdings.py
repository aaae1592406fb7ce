"""What the sample service still has, down to the bytes of its files."""

from contextlib import suppress


def holdings_of_shinsei(demo) -> bytes:
    """Every byte of the sample service's database; SQLite may take its log away meanwhile."""
    folder = demo.folder / "data" / "shinsei"
    held = b""
    for path in sorted(folder.glob("shinsei.sqlite3*")):
        with suppress(FileNotFoundError):
            held += path.read_bytes()
    assert held
    return held
