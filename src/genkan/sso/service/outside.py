"""JSON documents that clients publish: fetched so that nobody makes us call our own network.

Source:
    SSO.md P0.18; RFC 7591 section 5 (a server that fetches is a way into its network).
"""

from django.conf import settings

from genkan.kernel import outbound, strict_json


class FetchFailed(Exception):
    """The document could not be had; the text says why, for whoever registered its address."""


def fetch_json(address: str) -> object:
    """Return the JSON document at an address; our connection to the database is free meanwhile.

    Raises:
        FetchFailed: the address is refused or does not answer 200 with JSON within 5 s and 64 KiB.
    """
    try:
        answer = outbound.get(
            address,
            headers={"Accept": "application/json, application/jwk-set+json"},
            allow_loopback=settings.GENKAN.allow_loopback_fetch,
        )
    except outbound.AddressRefused as error:
        raise FetchFailed(f"is {error}") from error
    except outbound.Unreachable as error:
        raise FetchFailed("does not answer") from error
    if answer.status != 200:  # noqa: PLR2004 - HTTP's own number
        raise FetchFailed(f"answers {answer.status}")
    try:
        return strict_json.loads(answer.body)
    except ValueError as error:
        raise FetchFailed("holds no JSON, or too much of it") from error
