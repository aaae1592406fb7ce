"""What the sample service still has, down to the bytes of its files."""


def holdings_of_shinsei(demo) -> bytes:
    """Every byte of the sample service's database."""
    folder = demo.folder / "data" / "shinsei"
    held = b"".join(path.read_bytes() for path in sorted(folder.glob("shinsei.sqlite3*")))
    assert held
    return held
