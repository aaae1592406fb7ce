"""Client metadata: what may be registered, and how a client is described.

Unknown members are ignored (RFC 7591 section 2); a member we know must be right, and the error
names it. `members` reads single values, `protocol` what decides about the protocol, `reading` a
whole document; `writing` describes a client.

Source:
    RFC 7591 section 2; OpenID Connect Dynamic Client Registration 1.0 section 2; OpenID Connect
    Back-Channel Logout 1.0 section 2.2.
"""

from genkan.sso.domain.metadata.protocol import OUR_ALGS, RSA_ALG, THEIR_ALGS, Allowance
from genkan.sso.domain.metadata.reading import Metadata, read
from genkan.sso.domain.metadata.writing import document

__all__ = ["OUR_ALGS", "RSA_ALG", "THEIR_ALGS", "Allowance", "Metadata", "document", "read"]
