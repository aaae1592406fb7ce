"""Redeeming a code: what is checked before it is spent, and what after.

Source:
    RFC 6749 sections 4.1.3 and 5.2; RFC 7636 section 4.6; RFC 9700 section 2.1.1; RFC 8707 section
    2.2; RFC 9449 section 10.
"""

import base64
import hmac
import re
from dataclasses import dataclass
from hashlib import sha256

from genkan.kernel.parameters import Form
from genkan.sso.domain.steps import CODE, Step
from genkan.sso.domain.values import Client, ClientId, Code
from genkan.sso.errors import InvalidGrant, InvalidRequest, InvalidTarget

_VERIFIER = re.compile(r"[A-Za-z0-9\-._~]{43,128}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request that brings a code, as it came."""

    code: str | None
    redirect_uri: str | None
    code_verifier: str | None
    resource: str | None = None

    @classmethod
    def read(cls, form: Form) -> "Asked":
        """Return the request of a form."""
        return cls(
            code=form.get("code"),
            redirect_uri=form.get("redirect_uri"),
            code_verifier=form.get("code_verifier"),
            resource=form.get("resource"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What spending the code told us.

    Attributes:
        client: who proved itself.
        code: what was spent; None if nothing could be (unknown, expired, spent before).
        jkt: thumbprint of the key that the request proves (RFC 9449); "" for none.
        issuer: our own name, for whom a token is that names no resource.
        link_stands: the resident's link is there still.
        session_stands: nobody has signed the resident out since.
        resident_is_active: the resident is neither suspended nor gone.
        consent_stands: the resident has not stopped sharing since the code was made.
    """

    client: ClientId
    code: Code | None
    jkt: str
    issuer: str
    link_stands: bool
    session_stands: bool
    resident_is_active: bool
    consent_stands: bool

    @property
    def spent(self) -> Code:
        """Return the code, which an earlier step has found."""
        if self.code is None:
            raise InvalidGrant(detail="unknown, expired or spent before")
        return self.code


def parameters_are_present(asked: Asked, client: Client) -> None:
    """Code, redirect_uri and verifier have to be there; the verifier has a form."""
    if asked.code is None:
        raise InvalidRequest("code is missing")
    if asked.redirect_uri is None:
        raise InvalidRequest("redirect_uri is missing")
    if asked.code_verifier is None and not client.settings.require_pkce:
        return
    if not _VERIFIER.fullmatch(asked.code_verifier or ""):
        raise InvalidRequest("code_verifier must be 43 to 128 unreserved characters")


BEFORE_SPENDING: tuple[Step[Asked, Client], ...] = (
    Step(parameters_are_present, CODE),
)  # fmt: skip


def code_was_unspent(_asked: Asked, facts: Facts) -> None:
    """The code was there to be spent, within its 60 seconds."""
    if facts.code is None:
        raise InvalidGrant(detail="unknown, expired or spent before")


def code_is_this_clients(_asked: Asked, facts: Facts) -> None:
    """The code was made for who presents it."""
    if facts.spent.client != facts.client:
        raise InvalidGrant(detail="another client's code")


def redirect_uri_is_the_same(asked: Asked, facts: Facts) -> None:
    """The address is the one of the authorization request, character by character."""
    if asked.redirect_uri != facts.spent.redirect_uri:
        raise InvalidGrant(detail="redirect_uri differs")


def verifier_matches(asked: Asked, facts: Facts) -> None:
    """The verifier's S256 is the challenge (RFC 7636 section 4.6); neither comes without the other.

    A verifier for a code without a challenge means that somebody took the challenge out of the
    request on its way (RFC 9700 section 2.1.1).
    """
    made = "" if asked.code_verifier is None else s256(asked.code_verifier)
    if not hmac.compare_digest(made, facts.spent.code_challenge):
        raise InvalidGrant(detail="code_verifier does not match")


def key_is_the_codes(_asked: Asked, facts: Facts) -> None:
    """A code bound to a key is redeemed with a proof of that key (RFC 9449 section 10)."""
    if facts.spent.jkt and not hmac.compare_digest(facts.jkt, facts.spent.jkt):
        raise InvalidGrant(detail="another key than the code's")


def resource_was_granted(asked: Asked, facts: Facts) -> None:
    """A token is for one of the resources the code was made for, or for us."""
    if asked.resource not in {None, *(facts.spent.resources or (facts.issuer,))}:
        raise InvalidTarget


def link_still_stands(_asked: Asked, facts: Facts) -> None:
    """The resident has not disconnected the service since."""
    if not facts.link_stands:
        raise InvalidGrant(detail="the link is gone")


def session_still_stands(_asked: Asked, facts: Facts) -> None:
    """Nobody has signed the resident out since: the client would never hear of it again."""
    if not facts.session_stands:
        raise InvalidGrant(detail="the session has ended")


def resident_is_active(_asked: Asked, facts: Facts) -> None:
    """The resident has not been suspended or left since."""
    if not facts.resident_is_active:
        raise InvalidGrant(detail="the resident is not active")


def consent_still_stands(_asked: Asked, facts: Facts) -> None:
    """What was agreed to before a withdrawal ends with it."""
    if not facts.consent_stands:
        raise InvalidGrant(detail="the consent was withdrawn")


AFTER_SPENDING: tuple[Step[Asked, Facts], ...] = (
    Step(code_was_unspent,         CODE),
    Step(code_is_this_clients,     CODE),
    Step(redirect_uri_is_the_same, CODE),
    Step(verifier_matches,         CODE),
    Step(key_is_the_codes,         CODE),
    Step(resource_was_granted,     CODE),
    Step(link_still_stands,        CODE),
    Step(session_still_stands,     CODE),
    Step(resident_is_active,       CODE),
    Step(consent_still_stands,     CODE),
)  # fmt: skip


def s256(text: str) -> str:
    """Return base64url of SHA-256 without padding (RFC 7636 section 4.2)."""
    return unpadded(sha256(text.encode()).digest())


def at_hash(token: str) -> str:
    """Return the left half of the token's SHA-256, for an ES256 ID token (Core section 3.1.3.6)."""
    return unpadded(sha256(token.encode()).digest()[:16])


def unpadded(raw: bytes) -> str:
    """Return base64url without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
