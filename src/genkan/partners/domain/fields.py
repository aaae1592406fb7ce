"""Reading a partner's file field by field, so that a refusal names the field at fault."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlsplit

from genkan.catalogue.api import CatalogueFaulty, Wording, wording
from genkan.partners.errors import PlanFaulty

TEXT_LIMIT = 500
ADDRESS_LIMIT = 200
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True, slots=True)
class Fields:
    """One table of a file, at `place`: each reader raises PlanFaulty with the field's full name."""

    place: str
    table: Mapping[str, Any]

    @classmethod
    def of(cls, place: str, value: object) -> "Fields":
        """Return the table at `place`.

        Raises:
            PlanFaulty: it is missing, or something else stands there.
        """
        if not isinstance(value, Mapping):
            raise PlanFaulty(field=place)
        return cls(place, value)

    def fault(self, name: str) -> PlanFaulty:
        """Return the refusal of a field."""
        return PlanFaulty(field=f"{self.place}.{name}")

    def text(self, name: str, *, most: int = TEXT_LIMIT) -> str:
        """Return a text of 1 to `most` characters, as it is written."""
        value = self.table.get(name)
        if not isinstance(value, str) or not value.strip() or len(value) > most or "\0" in value:
            raise self.fault(name)
        return value

    def words(self, name: str) -> Wording:
        """Return a sentence in three languages."""
        try:
            said = wording(name, Fields.of(f"{self.place}.{name}", self.table.get(name)).table)
        except CatalogueFaulty as error:
            raise self.fault(name) from error
        as_read: dict[str, object] = {**said.as_mapping()}  # a file may hold anything
        for language, text in as_read.items():
            if not isinstance(text, str) or not text.strip() or "\0" in text:
                raise self.fault(f"{name}.{language}")
        return said

    def address(self, name: str) -> str:
        """Return a web address: https with a host, or http on this very machine."""
        value = self.text(name, most=ADDRESS_LIMIT)
        try:
            parts = urlsplit(value)
            well_formed = bool(parts.hostname) and parts.port != 0
        except ValueError as error:
            raise self.fault(name) from error
        near = parts.scheme == "http" and parts.hostname in LOOPBACK
        plain = parts.username is None and value.isprintable() and " " not in value
        if not (well_formed and plain and (parts.scheme == "https" or near)):
            raise self.fault(name)
        return value

    def flag(self, name: str) -> bool:
        """Return true or false."""
        value = self.table.get(name)
        if not isinstance(value, bool):
            raise self.fault(name)
        return value

    def day(self, name: str) -> date:
        """Return a day without a time."""
        value = self.table.get(name)
        if type(value) is not date:
            raise self.fault(name)
        return value

    def days(self, name: str, *, least: int, most: int) -> timedelta:
        """Return a whole number of days within limits."""
        value = self.table.get(name)
        if type(value) is not int or not least <= value <= most:
            raise self.fault(name)
        return timedelta(days=value)

    def keys(self, name: str) -> frozenset[str]:
        """Return a list of different texts, at least one."""
        value = self.table.get(name)
        if not isinstance(value, list) or not value or not all(isinstance(v, str) for v in value):
            raise self.fault(name)
        if len(set(value)) != len(value):
            raise self.fault(name)
        return frozenset(value)

    def tables(self, name: str) -> Iterator["Fields"]:
        """Yield the tables of a list; the first is called `name.1`."""
        value = self.table.get(name)
        if not isinstance(value, list) or not value:
            raise self.fault(name)
        for number, one in enumerate(value, start=1):
            yield Fields.of(f"{self.place}.{name}.{number}", one)
