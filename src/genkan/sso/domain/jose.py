"""What strangers sign: split before it is believed, verified by the algorithms we take.

Source:
    RFC 7515; RFC 8725 sections 3.1 and 3.2; FAPI 2.0 Security Profile section 5.4.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError, UnsupportedAlgorithmError
from joserfc.jwa import JWSAlgModel
from joserfc.jws import JWSRegistry
from joserfc.util import urlsafe_b64encode
from typing_extensions import override

from genkan.kernel import strict_json

STRONG_ALGS = ("ES256", "PS256", "EdDSA")
"""What FAPI 2.0 leaves: no PKCS#1 v1.5, nothing symmetric, no none."""
MAX_LENGTH = 8_000
MIN_RSA_BITS = 2_048
UNREADABLE = (JoseError, ValueError, TypeError, KeyError, RecursionError)
"""What reading a stranger's bytes as JSON or JOSE may end in, thousands of brackets included."""


class Registry(JWSRegistry):
    """Algorithms by name; unknown header members are ignored, and a header may hold an RSA key.

    `EdDSA` is what clients write today, though RFC 9864 would have them write `Ed25519`.
    """

    max_header_length = 2_048

    def __init__(self, *algs: str) -> None:
        super().__init__(algorithms=algs, strict_check_header=False)
        self._taken = frozenset(algs)

    @override
    def get_alg(self, name: str) -> JWSAlgModel:
        """Return an algorithm that this registry takes."""
        if name not in self._taken:
            raise UnsupportedAlgorithmError("not taken here")
        return self.algorithms[name]


def head(**members: str) -> bytes:
    """Return the first part of a compact JWS: one for all that a key signs as a type."""
    return urlsafe_b64encode(strict_json.dumps(members))


def compact(first: bytes, claims: Mapping[str, object], alg: str, key: Any) -> str:  # noqa: ANN401 - a key of joserfc for the algorithm
    """Return a compact JWS (RFC 7515 section 7.1) of claims.

    joserfc's own way reads and checks the header anew for each: half as much again as the signing.

    Args:
        first: see `head`.
        claims: JSON members.
        alg: a name of RFC 7518 that the key is for; the caller has made sure.
        key: private.
    """
    signed = first + b"." + urlsafe_b64encode(strict_json.dumps(dict(claims)))
    signature = urlsafe_b64encode(JWSRegistry.algorithms[alg].sign(signed, key))
    return (signed + b"." + signature).decode()


_ANY = Registry()
_HALVES = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Unverified:
    """A JWS compact, split but not verified: its header and claims say only what they say."""

    compact: str
    header: Mapping[str, Any]
    claims: Mapping[str, Any]

    @classmethod
    def read(cls, compact: str) -> "Unverified | None":
        """Return the parts of a compact JWS, or None if it is not one."""
        if not compact or len(compact) > MAX_LENGTH:
            return None
        try:
            parts = jws.extract_compact(compact.encode(), registry=_ANY)
            claims = json.loads(parts.payload)
            header = parts.headers()
        except UNREADABLE:
            return None
        if not isinstance(claims, dict) or not isinstance(header, dict):
            return None
        return cls(compact, header, claims)

    def text(self, name: str) -> str | None:
        """Return a claim if it is a text that can be written down: no half of a surrogate pair."""
        value = self.claims.get(name)
        return value if isinstance(value, str) and not _HALVES.search(value) else None

    def moment(self, name: str) -> datetime | None:
        """Return a claim if it is a NumericDate that a calendar knows."""
        value = self.claims.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float):
            return None
        try:
            return datetime.fromtimestamp(value, UTC)
        except (OverflowError, ValueError, OSError):
            return None
