"""Values as they leave: the shape partners read, and the digest that stands in the ledger."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclosed:
    """One item's value as it leaves: content in the shape docs/partners gives, and its origin.

    Attributes:
        form: "alias" where the resident's alias stands in the place of the name; else "".
    """

    content: Any
    origin: str
    as_of: datetime
    verified: bool
    form: str = ""

    def as_claim(self) -> dict[str, Any]:
        """Return the value as partners read it."""
        told = {
            "value": self.content,
            "origin": self.origin,
            "as_of": f"{self.as_of.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
            "verified": self.verified,
        }
        return told | {"form": self.form} if self.form else told


def payload(items: Mapping[str, Disclosed]) -> dict[str, dict[str, Any]]:
    """Return the items exactly as they stand in the payload: preview and release use this one."""
    return {key: value.as_claim() for key, value in items.items()}


def digest(items: Mapping[str, Disclosed]) -> bytes:
    """Return SHA-256 of the payload as JSON with sorted keys, no spaces, UTF-8 (32 bytes)."""
    text = json.dumps(payload(items), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).digest()
