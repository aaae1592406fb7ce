"""Reading members one by one, so that a refusal names the member at fault.

A member that is `null` counts as absent (RFC 7591 section 2). Every text has to be one that can be
stored and shown: no control characters, no half characters.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from genkan.sso.domain import redirects
from genkan.sso.errors import InvalidClientMetadata, InvalidRedirectUri

MAX_URIS = 50
MAX_TEXTS = 50
MAX_TEXT_LENGTH = 2000


_HIDDEN = re.compile("[\\x00-\\x1f\\x7f-\\x9f\\ud800-\\udfff\\u202a-\\u202e\\u2066-\\u2069]")
"""Control characters, half characters, and signs that turn the direction of what follows."""


@dataclass(frozen=True, slots=True)
class Members:
    """A parsed JSON document; each reader raises the error that names the member."""

    document: Mapping[str, Any]

    def get(self, name: str) -> Any:  # noqa: ANN401 - whatever JSON holds
        """Return a member as it came, or None."""
        return self.document.get(name)

    def text(self, name: str, *, most: int = MAX_TEXT_LENGTH) -> str | None:
        """Return a text of printed characters, or None."""
        value = self.get(name)
        if value is None:
            return None
        if not isinstance(value, str):
            raise InvalidClientMetadata(name, "must be a text")
        if len(value) > most or not _is_plain(value):
            raise InvalidClientMetadata(name, f"at most {most} printed characters")
        return value

    def choice(self, name: str, allowed: Collection[str]) -> str | None:
        """Return one of the texts that are allowed, or None."""
        value = self.text(name)
        if value is not None and value not in allowed:
            raise InvalidClientMetadata(name, f"must be one of {', '.join(allowed)}")
        return value

    def flag(self, name: str) -> bool | None:
        """Return true or false, or None."""
        value = self.get(name)
        if value is not None and not isinstance(value, bool):
            raise InvalidClientMetadata(name, "must be true or false")
        return value

    def number(self, name: str, *, most: int) -> int | None:
        """Return a whole number from 0, or None."""
        value = self.get(name)
        if value is None:
            return None
        if type(value) is not int or not 0 <= value <= most:
            raise InvalidClientMetadata(name, f"must be a whole number from 0 to {most}")
        return value

    def texts(self, name: str, *, most: int = 200) -> tuple[str, ...] | None:
        """Return a list of different texts, or None."""
        value = self.get(name)
        if value is None:
            return None
        if not is_list_of(value, str) or len(value) > MAX_TEXTS:
            raise InvalidClientMetadata(name, f"must be a list of at most {MAX_TEXTS} texts")
        if not all(0 < len(one) <= most and _is_plain(one) for one in value):
            raise InvalidClientMetadata(name, f"each of 1 to {most} printed characters")
        return tuple(dict.fromkeys(value))

    def address(self, name: str) -> str | None:
        """Return an address of the kind that can be a redirect URI, or None."""
        uri = self.get(name)
        if uri is None:
            return None
        why = redirects.why_not_registrable(uri) if isinstance(uri, str) else "must be an address"
        if why:
            raise InvalidClientMetadata(name, why)
        return str(uri)

    def addresses(self, name: str, *, at_least: int) -> tuple[str, ...]:
        """Return a list of addresses that a browser may be sent to."""
        value = self.get(name)
        value = [] if value is None else value
        if not is_list_of(value, str) or not at_least <= len(value) <= MAX_URIS:
            raise InvalidRedirectUri(name, f"must be a list of {at_least} to {MAX_URIS} addresses")
        for uri in value:
            if why := redirects.why_not_registrable(uri):
                raise InvalidRedirectUri(name, f"{uri[:MAX_TEXT_LENGTH]} {why}")
        return tuple(dict.fromkeys(value))


def is_list_of(value: object, kind: type) -> bool:
    """Whether a JSON value is a list of this kind alone."""
    return isinstance(value, list) and all(isinstance(one, kind) for one in value)


def _is_plain(text: str) -> bool:
    """Whether a text shows all that it holds."""
    return not _HIDDEN.search(text)
