"""JSON from outside, read strictly: no name twice, no number that is none, no text nobody can keep.

And JSON of ours, written in as few bytes as there can be.

What two readers read differently is refused (RFC 8259 sections 4 and 6, RFC 8785 section 3.1).
"""

import json
from math import isfinite
from typing import Any

_as_text = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def dumps(value: object) -> bytes:
    """Return a value as the shortest JSON there is of it, in UTF-8; members stay in their order."""
    return _as_text(value).encode()


def loads(text: str | bytes) -> Any:  # noqa: ANN401 - whatever JSON holds
    """Return the value of a JSON text.

    Raises:
        ValueError: it is none, a name occurs twice, a number is too large or no number, or a text
            holds half a character or NUL. Its message never holds what was sent.
    """
    try:
        value = json.loads(
            text, object_pairs_hook=_once, parse_constant=_no_constant, parse_float=_finite
        )
        written = json.dumps(value, ensure_ascii=False)
        written.encode()
    except (ValueError, RecursionError) as error:
        raise ValueError("not JSON that can be read in one way") from error
    if "\\u0000" in written:
        raise ValueError("a text holds NUL")
    return value


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name occurs twice")
    return found


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is not JSON")


def _finite(text: str) -> float:
    number = float(text)
    if not isfinite(number):
        raise ValueError("a number is too large")
    return number
