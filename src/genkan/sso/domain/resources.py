"""Whom tokens are for: the `resource` parameter.

Source:
    RFC 8707 section 2.
"""

import re
from collections.abc import Collection

from genkan.sso.errors import InvalidTarget

MAX_RESOURCES = 10
MAX_RESOURCE_LENGTH = 500
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[!$-;=?-Z_a-z~\[\]@]+", re.ASCII)


def parse(text: str) -> tuple[str, ...]:
    """Return the resources of a request, each once, in their order.

    Raises:
        InvalidTarget: one is not an absolute URI, has a fragment, or there are too many.
    """
    named = tuple(dict.fromkeys(text.split(" "))) if text else ()
    if len(named) > MAX_RESOURCES:
        raise InvalidTarget(f"at most {MAX_RESOURCES} resources")
    for resource in named:
        if len(resource) > MAX_RESOURCE_LENGTH or not _ABSOLUTE.fullmatch(resource):
            raise InvalidTarget("resource must be an absolute URI without a fragment")
    return named


def check(named: Collection[str], known: Collection[str]) -> None:
    """Hold resources against those that somebody serves.

    Raises:
        InvalidTarget: nobody serves one of them.
    """
    if set(named) - set(known):
        raise InvalidTarget("nobody is registered to serve this resource")
