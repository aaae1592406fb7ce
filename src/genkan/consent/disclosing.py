"""A resident's value as it leaves: preview and release make it here, so that they cannot differ."""

from genkan.consent.domain import Disclosed
from genkan.residents import api as residents


def disclosed(value: residents.Value) -> Disclosed:
    """Return a value as partners receive it."""
    return Disclosed(
        content=value.content,
        origin=str(value.origin),
        as_of=value.as_of,
        verified=value.verified,
    )
