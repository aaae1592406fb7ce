"""Log lines: time, level, logger, request, event, then fields as key=value."""

import json
import logging
from datetime import UTC, datetime

from typing_extensions import override

from genkan.ui import request_id

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_OBJECTS = frozenset({"request", "server_time"})
"""Django's `extra` that is an object of a person's request, not a field."""


class LineFormatter(logging.Formatter):
    """One event in one line: fields given by `extra=` follow the message.

    A line break inside a message is written as an escape, so that nobody forges a line. A traceback
    follows on lines of its own, each indented.
    """

    @override
    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record."""
        moment = datetime.fromtimestamp(record.created, UTC)
        head = f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z {record.levelname}"
        parts = [head, record.name, request_id.current(), _one_line(record.getMessage())]
        fields = {key: value for key, value in vars(record).items() if key not in _STANDARD}
        parts += [f"{key}={_text(value)}" for key, value in fields.items() if key not in _OBJECTS]
        line = " ".join(parts)
        if record.exc_info:
            trace = self.formatException(record.exc_info)
            line += "".join(f"\n    {row}" for row in trace.splitlines())
        return line


def _one_line(text: str) -> str:
    return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in text)


def _text(value: object) -> str:
    if isinstance(value, bool | int | float):
        return str(value)
    text = str(value)
    plain = text.isprintable() and " " not in text and '"' not in text
    return text if plain else json.dumps(text)
