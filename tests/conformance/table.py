"""The relying parties, in the order in which they are tried."""

from tests.conformance.parties import Party
from tests.conformance.with_apache import Apache
from tests.conformance.with_authlib import Authlib
from tests.conformance.with_openid_client import OpenIdClient

PARTIES: tuple[Party, ...] = (Authlib(), OpenIdClient(), Apache())
