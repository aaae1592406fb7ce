"""The authorization request: what is checked, in which order, and who learns of a refusal.

Source:
    OpenID Connect Core 1.0 section 3.1.2.1; RFC 9700 sections 2.1 and 2.1.1; RFC 7636; RFC 9207.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from genkan.kernel.parameters import Form
from genkan.sso.domain import claims, redirects, scopes, wanted
from genkan.sso.domain.claims import Wish
from genkan.sso.domain.steps import BROWSER, Step, Tell
from genkan.sso.domain.values import Client
from genkan.sso.errors import (
    ClientUnknown,
    InvalidRequest,
    InvalidScope,
    RedirectUriUnknown,
    RequestNotSupported,
    RequestUriNotSupported,
    UnsupportedResponseType,
)

MAX_STATE_LENGTH = 2_000
MAX_NONCE_LENGTH = 500
MAX_AGE_DIGITS = 9
_CHALLENGE = re.compile(r"[A-Za-z0-9\-_]{43}", re.ASCII)


class Prompt(StrEnum):
    """What the client asks us to ask (Core section 3.1.2.1)."""

    NONE = "none"
    LOGIN = "login"
    CONSENT = "consent"
    SELECT_ACCOUNT = "select_account"


class ResponseMode(StrEnum):
    """How the answer travels: in the address, or in a form the browser posts."""

    QUERY = "query"
    FORM_POST = "form_post"


@dataclass(frozen=True, slots=True)
class Asked:
    """An authorization request as it came; a parameter without a value counts as absent."""

    parameters: Mapping[str, str]
    repeated: frozenset[str] = frozenset()

    @classmethod
    def read(cls, form: Form) -> "Asked":
        """Return the request of a query or a form; parameters we do not know are left out."""
        known = {name: value for name, value in form.values.items() if name in KNOWN}
        return cls(known, form.repeated & KNOWN)

    def get(self, name: str) -> str | None:
        """Return a parameter, or None."""
        return self.parameters.get(name)


KNOWN = frozenset(
    {
        "client_id",
        "redirect_uri",
        "response_type",
        "response_mode",
        "scope",
        "state",
        "nonce",
        "code_challenge",
        "code_challenge_method",
        "prompt",
        "max_age",
        "claims",
        "id_token_hint",
        "login_hint",
        "ui_locales",
        "request",
        "request_uri",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What we know when the request arrives.

    Attributes:
        client: the client named, if there is one.
        hint_subject: subject of the `id_token_hint`, if one came and is of our making.
    """

    client: Client | None
    hint_subject: str | None = None

    @property
    def known_client(self) -> Client:
        """Return the client, which an earlier step has found."""
        if self.client is None:
            raise ClientUnknown
        return self.client


def client_is_known(asked: Asked, facts: Facts) -> None:
    """Exactly one client_id, and somebody has it."""
    if "client_id" in asked.repeated or facts.client is None:
        raise ClientUnknown


def redirect_uri_is_exact(asked: Asked, facts: Facts) -> None:
    """Compare character by character (RFC 9700 section 2.1); there is no default."""
    uri = asked.get("redirect_uri")
    if uri is None or "redirect_uri" in asked.repeated:
        raise RedirectUriUnknown
    if not redirects.matches(uri, facts.known_client.redirect_uris):
        raise RedirectUriUnknown


def parameters_occur_once(asked: Asked, _facts: Facts) -> None:
    """A parameter may not occur twice (RFC 6749 section 3.1)."""
    if asked.repeated:
        raise InvalidRequest(f"repeated: {', '.join(sorted(asked.repeated))}")


def parameters_are_short(asked: Asked, _facts: Facts) -> None:
    """What we carry for the client has a limit."""
    if len(asked.get("state") or "") > MAX_STATE_LENGTH:
        raise InvalidRequest(f"state is longer than {MAX_STATE_LENGTH} characters")
    if len(asked.get("nonce") or "") > MAX_NONCE_LENGTH:
        raise InvalidRequest(f"nonce is longer than {MAX_NONCE_LENGTH} characters")


def request_object_is_absent(asked: Asked, _facts: Facts) -> None:
    """Request objects are not read, so a request that relies on one is not answered."""
    if asked.get("request") is not None:
        raise RequestNotSupported("request objects are not supported")
    if asked.get("request_uri") is not None:
        raise RequestUriNotSupported("request_uri is not supported")


def response_type_is_code(asked: Asked, _facts: Facts) -> None:
    """Code alone: no implicit, no hybrid (RFC 9700 section 2.1.2)."""
    response_type = asked.get("response_type")
    if response_type is None:
        raise InvalidRequest("response_type is missing")
    if response_type != "code":
        raise UnsupportedResponseType("response_type must be code")


def response_mode_is_known(asked: Asked, _facts: Facts) -> None:
    """Query or form_post; a code never travels in a fragment."""
    mode = asked.get("response_mode")
    if mode is not None and mode not in set(ResponseMode):
        raise InvalidRequest("response_mode must be query or form_post")


def scopes_are_registered(asked: Asked, facts: Facts) -> None:
    """Openid, and only what the client is registered for; unknown scopes are ignored."""
    wanted = scopes.understood(asked.get("scope") or "")
    if scopes.OPENID not in wanted:
        raise InvalidScope("scope must contain openid")
    if extra := wanted - facts.known_client.scopes:
        raise InvalidScope(f"not registered: {scopes.as_text(extra)}")


def pkce_is_s256(asked: Asked, _facts: Facts) -> None:
    """PKCE with S256 for everybody; a missing method means plain, which is refused (RFC 7636)."""
    if not _CHALLENGE.fullmatch(asked.get("code_challenge") or ""):
        raise InvalidRequest("code_challenge must be 43 characters of base64url")
    if asked.get("code_challenge_method") != "S256":
        raise InvalidRequest("code_challenge_method must be S256")


def prompt_is_understood(asked: Asked, _facts: Facts) -> None:
    """Values we know, and none only alone (Core section 3.1.2.1)."""
    values = scopes.parse(asked.get("prompt") or "")
    if values - set(Prompt):
        raise InvalidRequest("prompt holds a value that is not supported")
    if Prompt.NONE in values and len(values) > 1:
        raise InvalidRequest("prompt none goes with nothing else")


def max_age_is_a_number(asked: Asked, _facts: Facts) -> None:
    """Seconds, 0 or more."""
    text = asked.get("max_age") or "0"
    if not (text.isascii() and text.isdigit()) or len(text) > MAX_AGE_DIGITS:
        raise InvalidRequest("max_age is not a number of seconds")


def claims_are_readable(asked: Asked, _facts: Facts) -> None:
    """The claims parameter has the form of Core section 5.5."""
    if (text := asked.get("claims")) is not None:
        wanted.check(claims.parse(text))


def hint_is_ours(asked: Asked, facts: Facts) -> None:
    """A hint must be an ID token that we signed for this client; its age does not matter."""
    if asked.get("id_token_hint") is not None and facts.hint_subject is None:
        raise InvalidRequest("id_token_hint is not an ID token of this client")


STEPS: tuple[Step[Asked, Facts], ...] = (
    #    check                    doors    who learns of a refusal
    Step(client_is_known,         BROWSER, Tell.RESIDENT),
    Step(redirect_uri_is_exact,   BROWSER, Tell.RESIDENT),
    Step(parameters_occur_once,   BROWSER, Tell.PARTNER),
    Step(parameters_are_short,    BROWSER, Tell.PARTNER),
    Step(request_object_is_absent, BROWSER, Tell.PARTNER),
    Step(response_type_is_code,   BROWSER, Tell.PARTNER),
    Step(response_mode_is_known,  BROWSER, Tell.PARTNER),
    Step(scopes_are_registered,   BROWSER, Tell.PARTNER),
    Step(pkce_is_s256,            BROWSER, Tell.PARTNER),
    Step(prompt_is_understood,    BROWSER, Tell.PARTNER),
    Step(max_age_is_a_number,     BROWSER, Tell.PARTNER),
    Step(claims_are_readable,     BROWSER, Tell.PARTNER),
    Step(hint_is_ours,            BROWSER, Tell.PARTNER),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """An authorization request that passed every step.

    Attributes:
        claims: the `claims` parameter, or an empty object.
        max_age: how old the resident's last proof may be; None for any age.
        hint_subject: the resident must be this one, if there was an `id_token_hint`.
        subject: what `claims.id_token.sub` wishes for.
        locales: languages the client proposes for our pages, best first.
    """

    client: Client
    redirect_uri: str
    response_mode: ResponseMode
    state: str | None
    scopes: frozenset[str]
    nonce: str | None
    code_challenge: str
    prompts: frozenset[Prompt]
    max_age: timedelta | None
    claims: Mapping[str, object]
    hint_subject: str | None
    subject: Wish
    locales: tuple[str, ...]

    def is_about(self, subject: str) -> bool:
        """Whether the client accepts this resident (Core sections 3.1.2.1 and 5.5.1)."""
        return self.hint_subject in (None, subject) and self.subject.accepts(subject)


def settled(asked: Asked, facts: Facts) -> Request:
    """Return the values of a request that no step refused."""
    max_age = asked.get("max_age")
    document = claims.parse(asked.get("claims") or "{}")
    return Request(
        client=facts.known_client,
        redirect_uri=asked.parameters["redirect_uri"],
        response_mode=response_mode(asked),
        state=asked.get("state"),
        scopes=scopes.understood(asked.get("scope") or ""),
        nonce=asked.get("nonce"),
        code_challenge=asked.parameters["code_challenge"],
        prompts=frozenset(map(Prompt, scopes.parse(asked.get("prompt") or ""))),
        max_age=None if max_age is None else timedelta(seconds=int(max_age)),
        claims=document,
        hint_subject=facts.hint_subject,
        subject=claims.wishes(document, "id_token").get("sub", Wish()),
        locales=tuple((asked.get("ui_locales") or "").split()),
    )


def response_mode(asked: Asked) -> ResponseMode:
    """Return how an answer travels, an error too: as asked, or by query where that is unclear."""
    mode = asked.get("response_mode") or ""
    known = "response_mode" not in asked.repeated and mode in set(ResponseMode)
    return ResponseMode(mode) if known else ResponseMode.QUERY


@dataclass(frozen=True, slots=True)
class Answer:
    """An authorization response on its way: where to, how, and what it says."""

    redirect_uri: str
    mode: ResponseMode
    parameters: Mapping[str, str]

    @property
    def address(self) -> str:
        """Return the address to redirect to, for the query mode."""
        return redirects.with_parameters(self.redirect_uri, self.parameters)


def answer(
    asked: Asked, issuer: str, *, code: str | None = None, error: Mapping[str, str] | None = None
) -> Answer:
    """Return the response to a request whose client and address are known.

    Every response names its issuer (RFC 9207 section 2), and carries `state` if the request had
    exactly one.
    """
    said = {"code": code} if code is not None else dict(error or {})
    state = None if "state" in asked.repeated else asked.get("state")
    echoed = {} if state is None or len(state) > MAX_STATE_LENGTH else {"state": state}
    return Answer(
        asked.parameters["redirect_uri"], response_mode(asked), {**said, **echoed, "iss": issuer}
    )
