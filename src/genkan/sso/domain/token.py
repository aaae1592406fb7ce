"""The token request: what is checked before a code is spent, and what after.

Source:
    RFC 6749 sections 4.1.3 and 5.2; RFC 7636 section 4.6; RFC 9700 section 2.1.1.
"""

import base64
import hmac
import re
from dataclasses import dataclass
from hashlib import sha256

from genkan.kernel.parameters import Form
from genkan.sso.domain.steps import CODE, Step
from genkan.sso.domain.values import ClientId, Code
from genkan.sso.errors import InvalidClient, InvalidGrant, InvalidRequest, UnsupportedGrantType

GRANT_TYPE = "authorization_code"
_VERIFIER = re.compile(r"[A-Za-z0-9\-._~]{43,128}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A token request as it came."""

    grant_type: str | None
    code: str | None
    redirect_uri: str | None
    code_verifier: str | None

    @classmethod
    def read(cls, form: Form) -> "Asked":
        """Return the request of a form."""
        return cls(
            grant_type=form.get("grant_type"),
            code=form.get("code"),
            redirect_uri=form.get("redirect_uri"),
            code_verifier=form.get("code_verifier"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What spending the code told us.

    Attributes:
        client: who proved itself.
        code: what was spent; None if nothing could be (unknown, expired, spent before).
        assertion_is_new: the client's assertion was never used before; True without one.
        link_stands: the resident's link is there still.
        session_stands: nobody has signed the resident out since.
        resident_is_active: the resident is neither suspended nor gone.
        service_is_open: the service may sign residents in now.
    """

    client: ClientId
    code: Code | None
    assertion_is_new: bool
    link_stands: bool
    session_stands: bool
    resident_is_active: bool
    service_is_open: bool

    @property
    def spent(self) -> Code:
        """Return the code, which an earlier step has found."""
        if self.code is None:
            raise InvalidGrant(detail="unknown, expired or spent before")
        return self.code


def grant_type_is_code(asked: Asked, _none: None) -> None:
    """The code grant alone; no password, no implicit."""
    if asked.grant_type is None:
        raise InvalidRequest("grant_type is missing")
    if asked.grant_type != GRANT_TYPE:
        raise UnsupportedGrantType("grant_type must be authorization_code")


def parameters_are_present(asked: Asked, _none: None) -> None:
    """Code, redirect_uri and verifier have to be there; the verifier has a form."""
    if asked.code is None:
        raise InvalidRequest("code is missing")
    if asked.redirect_uri is None:
        raise InvalidRequest("redirect_uri is missing")
    if not _VERIFIER.fullmatch(asked.code_verifier or ""):
        raise InvalidRequest("code_verifier must be 43 to 128 unreserved characters")


BEFORE_SPENDING: tuple[Step[Asked, None], ...] = (
    Step(grant_type_is_code,     CODE),
    Step(parameters_are_present, CODE),
)  # fmt: skip


def assertion_is_new(_asked: Asked, facts: Facts) -> None:
    """An assertion proves its client once (RFC 7523 section 3)."""
    if not facts.assertion_is_new:
        raise InvalidClient(detail="jti used before")


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
    """The verifier's S256 is the challenge (RFC 7636 section 4.6)."""
    made = s256(asked.code_verifier or "")
    if not hmac.compare_digest(made, facts.spent.code_challenge):
        raise InvalidGrant(detail="code_verifier does not match")


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


def service_is_open(_asked: Asked, facts: Facts) -> None:
    """The service has not been suspended since."""
    if not facts.service_is_open:
        raise InvalidGrant(detail="the service is suspended")


AFTER_SPENDING: tuple[Step[Asked, Facts], ...] = (
    Step(assertion_is_new,         CODE),
    Step(code_was_unspent,         CODE),
    Step(code_is_this_clients,     CODE),
    Step(redirect_uri_is_the_same, CODE),
    Step(verifier_matches,         CODE),
    Step(link_still_stands,        CODE),
    Step(session_still_stands,     CODE),
    Step(resident_is_active,       CODE),
    Step(service_is_open,          CODE),
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
