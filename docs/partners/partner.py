# ruff: noqa: INP001 - a partner's own program, no package of ours
"""What a partner's program says to Genkan, and hears from it: each step as one function.

Needs httpx, joserfc and standardwebhooks. `examples/shinsei` is a whole service. Here the caller
keeps `state`, `nonce` and `verifier` in the browser's session between the steps 1 and 2.
"""

import base64
import json
import secrets
import time
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import urlencode

import httpx
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet
from standardwebhooks import Webhook

ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@dataclass(frozen=True)
class Partner:
    """One registered service; `http` is a client whose base address is Genkan's issuer."""

    http: httpx.Client
    issuer: str
    client_id: str
    redirect_uri: str
    key: ECKey
    webhook_secret: str

    def sign_in_url(self, *, state: str, nonce: str, verifier: str) -> str:
        """1: where to send the browser."""
        digest = sha256(verifier.encode()).digest()
        asked = {
            "client_id": self.client_id,
            "redirect_uri": self.redirect_uri,
            "response_type": "code",
            "scope": "openid person_data",
            "state": state,
            "nonce": nonce,
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        return f"{self.issuer}/oauth2/authorize?{urlencode(asked)}"

    def finish_sign_in(self, answer: dict, *, nonce: str, verifier: str) -> tuple[str, str]:
        """2: the browser came back, `state` is checked; returns `sub` and the access token."""
        if answer.get("iss") != self.issuer or "code" not in answer:
            raise PermissionError(answer.get("error", "another issuer"))
        form = {
            "grant_type": "authorization_code",
            "code": answer["code"],
            "redirect_uri": self.redirect_uri,
            "code_verifier": verifier,
            "client_assertion_type": ASSERTION,
            "client_assertion": self._signed("JWT", aud=self.issuer, seconds=60),
        }
        tokens = self.http.post("/oauth2/token", data=form).raise_for_status().json()
        claims = self._verified(tokens["id_token"], "JWT")
        if claims["nonce"] != nonce:
            raise PermissionError("nonce")
        return claims["sub"], tokens["access_token"]

    def person_data(self, access_token: str, *, sub: str) -> dict:
        """3: what the resident agreed to share; 403 with an error code if nothing may leave."""
        headers = {"Authorization": f"Bearer {access_token}"}
        answer = self.http.get("/api/person-data", headers=headers).raise_for_status()
        claims = self._verified(answer.text, "person-data+jwt")
        if claims["sub"] != sub:
            raise PermissionError("sub")
        return claims

    def message(self, body: bytes, headers: dict) -> dict:
        """4: a webhook arrived. Remember `webhook-id`: the same one can come again."""
        Webhook(self.webhook_secret).verify(body, headers)
        return json.loads(body)

    def certify(self, request: dict) -> dict:
        """5: the data of a `disposal.requested` is erased: sign that and hand it in."""
        token = self._signed(
            "disposal-certificate+jwt",
            aud=self.issuer,
            seconds=300,
            disposal=request["disposal"],
            provisions=[one["id"] for one in request["provisions"]],
            outcome="disposed",
            method="erased",
            copies="No backups, no processors.",
            completed_at=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            responsible="Data protection officer of the service",
        )
        answer = self.http.post(
            request["certificate_url"], content=token, headers={"Content-Type": "application/jwt"}
        )
        return answer.raise_for_status().json()

    def _signed(self, typ: str, *, aud: str, seconds: int, **claims: object) -> str:
        now = int(time.time())
        header = {"alg": "ES256", "kid": self.key.kid, "typ": typ}
        about = {"iss": self.client_id, "sub": self.client_id, "aud": aud}
        when = {"iat": now, "exp": now + seconds, "jti": secrets.token_urlsafe(24)}
        return jwt.encode(header, about | when | claims, self.key, default_type=None)

    def _verified(self, token: str, typ: str) -> dict:
        """Check signature, type, issuer, audience and time. Keep the keys for a minute at most."""
        keys = KeySet.import_key_set(self.http.get("/oauth2/jwks").raise_for_status().json())
        opened = jwt.decode(token, keys, algorithms=["ES256"])
        rules = {"iss": self.issuer, "aud": self.client_id}
        wanted = {name: {"essential": True, "value": value} for name, value in rules.items()}
        jwt.JWTClaimsRegistry(leeway=30, exp={"essential": True}, **wanted).validate(opened.claims)
        if opened.header.get("typ") != typ:
            raise PermissionError("typ")
        return opened.claims
