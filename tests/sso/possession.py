"""Clients that prove possession of a key: the same service, with a key for DPoP."""

from dataclasses import dataclass, field
from urllib.parse import urlencode

from tests.sso.proofs import Prover
from tests.sso.stage import BACK, Signing, call, code_in

TOKEN = "/oauth2/token"
PAR = "/oauth2/par"
USERINFO = "/oauth2/userinfo"
PERSON_DATA = "/api/person-data"


def nonce():
    """Return a nonce as the server offers it, with an answer of whatever kind."""
    return call(USERINFO).headers["DPoP-Nonce"]


@dataclass
class Holder:
    """A client with a key of its own beside what it is registered with."""

    service: Signing
    prover: Prover = field(default_factory=Prover)
    with_nonce: bool = False

    def proof(self, method, path, **options):
        if self.with_nonce:
            options.setdefault("nonce", nonce())
        return self.prover.proof(method, path, **options)

    def send(self, path, parameters, *, dpop=None):
        """Send a form, signed as the client and with a fresh proof; `""` leaves it out."""
        named = {name: value for name, value in parameters.items() if value is not None}
        headers = {"dpop": self.proof("POST", path) if dpop is None else dpop}
        if isinstance(self.service, Signing):
            named |= {"client_assertion": self.service.assertion(), "client_assertion_type": KIND}
        else:
            headers["authorization"] = self.service.basic()
        kept = {name: value for name, value in headers.items() if value}
        return call(path, "POST", body=urlencode(named).encode(), **kept)

    def push(self, *, dpop=None, **changes):
        return self.send(PAR, self.service.request(**changes), dpop=dpop)

    def redeem(self, code, *, dpop=None, **changes):
        parameters = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": BACK,
            "code_verifier": self.service.verifier,
        }
        return self.send(TOKEN, parameters | changes, dpop=dpop)

    def code(self, visitor, *, dpop=None, **changes):
        """Push a request with a proof, and return the code of who follows it."""
        pushed = self.push(dpop=dpop, **changes)
        assert pushed.status == 201, pushed.body
        return code_in(visitor.open(self.service.reference(pushed.json()["request_uri"])))

    def token(self, visitor, **changes):
        answer = self.redeem(self.code(visitor, **changes))
        assert answer.status == 200, answer.body
        assert answer.json()["token_type"] == "DPoP"
        return answer.json()["access_token"]

    def visit(self, token, path=USERINFO, method="GET", *, scheme="DPoP", dpop=None, **options):
        """Show a token at a resource, with a fresh proof; `""` leaves it out."""
        proof = self.proof(method, path, token=token) if dpop is None else dpop
        headers = {"dpop": proof} if proof else {}
        return call(path, method, authorization=f"{scheme} {token}", **headers, **options)


KIND = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def error(answer):
    return answer.status, answer.json()["error"]
