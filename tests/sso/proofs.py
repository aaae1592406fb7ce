"""DPoP proofs for tests: good ones, and every way of spoiling them."""

import base64
import json
from dataclasses import dataclass, field

from django.conf import settings
from joserfc import jws
from joserfc.jwk import ECKey, OKPKey, RSAKey

from genkan.kernel import clock
from genkan.kernel.ids import new_id
from genkan.sso.domain import dpop
from genkan.sso.domain.jose import Registry

EVERY = Registry("ES256", "PS256", "EdDSA", "RS256", "HS256", "ES384")


class LeftOut:
    """Stands for a member that is not there."""

    def __repr__(self):
        return "left out"


LEFT_OUT = LeftOut()


def unpadded(raw):
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def compact(header, claims, signature=b"x"):
    """Return something in the shape of a JWS, with this for a signature."""
    parts = (json.dumps(header).encode(), json.dumps(claims).encode(), signature)
    return ".".join(map(unpadded, parts))


@dataclass
class Prover:
    """Someone with a key of their own, who proves to have it."""

    key: ECKey | RSAKey | OKPKey = field(default_factory=lambda: ECKey.generate_key("P-256"))
    alg: str = "ES256"

    @property
    def jkt(self):
        return self.key.thumbprint()

    def claims(self, method, address, *, token=None, nonce=None, **changes):
        claims = {
            "htm": method,
            "htu": address,
            "iat": int(clock.now().timestamp()),
            "jti": str(new_id()),
        }
        if token is not None:
            claims["ath"] = dpop.ath(token)
        if nonce is not None:
            claims["nonce"] = nonce
        return {name: value for name, value in (claims | changes).items() if value is not LEFT_OUT}

    def header(self, **changes):
        header = {"typ": "dpop+jwt", "alg": self.alg, "jwk": self.key.as_dict(private=False)}
        return {name: value for name, value in (header | changes).items() if value is not LEFT_OUT}

    def sign(self, claims, header=None, key=None):
        head = self.header() if header is None else header
        return jws.serialize_compact(head, json.dumps(claims), key or self.key, registry=EVERY)

    def proof(self, method, path, *, header=None, **options):
        """Return a proof for one of our endpoints."""
        address = f"{settings.GENKAN.issuer}{path}" if path.startswith("/") else path
        return self.sign(self.claims(method, address, **options), header)
