"""The sector of a client: checked when it is registered, and never again (P0.16).

A service has one sector, by which its clients know a resident. `sector_identifier_uri` proves that
the addresses of a client belong together; for a service that stands for a trial it is the sector,
so that two clients of one maker know a resident by one subject. What was agreed with a linked
service stays as agreed. Several hosts without such a document are fine: each service is a sector.

Source:
    OpenID Connect Core 1.0 section 8.1; OpenID Connect Dynamic Client Registration 1.0 section 5.
"""

from urllib.parse import urlsplit

from genkan.sso.domain.metadata import Metadata
from genkan.sso.errors import InvalidClientMetadata
from genkan.sso.service.outside import FetchFailed, fetch_json

MEMBER = "sector_identifier_uri"
_LONGEST = 100


def check(wanted: Metadata) -> None:
    """Check that the document of a client's sector lists every redirect URI.

    Raises:
        InvalidClientMetadata: it does not, or cannot be had.
    """
    address = wanted.settings.sector_identifier_uri
    if address is None:
        return
    if len(sector_of(address)) > _LONGEST:
        raise InvalidClientMetadata(MEMBER, "has too long a host")
    try:
        listed = fetch_json(address)
    except FetchFailed as why:
        raise InvalidClientMetadata(MEMBER, str(why)) from why
    if not isinstance(listed, list) or not all(isinstance(uri, str) for uri in listed):
        raise InvalidClientMetadata(MEMBER, "is not a JSON array of addresses")
    if set(wanted.redirect_uris) - set(listed):
        raise InvalidClientMetadata(MEMBER, "does not list every redirect URI")


def sector_of(address: str) -> str:
    """Return the sector that a document stands for, in a form that no short name can take."""
    return f"https://{urlsplit(address).hostname}"
