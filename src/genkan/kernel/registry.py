"""Registries: what a higher app hands down while Django starts."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Generic, TypeVar

T = TypeVar("T")


class Registry(Generic[T]):
    """A named collection, filled in `AppConfig.ready` and closed by its first reader."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._entries: dict[str, T] = {}
        self._closed = False

    def add(self, name: str, value: T) -> None:
        """Register `value` under `name`.

        Raises:
            RuntimeError: the name is taken, or somebody has read the registry already.
        """
        if self._closed:
            raise RuntimeError(f"{self._title}: {name} comes after the first reader")
        if name in self._entries:
            raise RuntimeError(f"{self._title}: {name} is registered twice")
        self._entries[name] = value

    def items(self) -> Mapping[str, T]:
        """Return everything registered, and close the registry."""
        self._closed = True
        return MappingProxyType(self._entries)

    def only(self) -> T:
        """Return the single entry of a registry that holds exactly one.

        Raises:
            RuntimeError: nobody registered, or more than one did.
        """
        values = list(self.items().values())
        if len(values) != 1:
            raise RuntimeError(f"{self._title}: expected one entry, found {len(values)}")
        return values[0]
