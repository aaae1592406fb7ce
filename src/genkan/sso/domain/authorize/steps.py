"""The checks of an authorization request, in their order.

Who pushes a request learns of every refusal; a browser is sent back only to an address that is
known to be the client's.
"""

import re

from genkan.sso.domain import acr, claims, details, policy, redirects, resources, scopes, wanted
from genkan.sso.domain.authorize.answer import MAX_STATE_LENGTH
from genkan.sso.domain.authorize.asked import Asked, Facts, Prompt, ResponseMode
from genkan.sso.domain.policy import About, Brought, Endpoint
from genkan.sso.domain.steps import ARRIVING, BROWSER, PUSHED, REQUESTS, Step, Tell
from genkan.sso.errors import (
    ClientUnknown,
    InvalidRequest,
    InvalidScope,
    RedirectUriUnknown,
    RequestGone,
    UnmetAuthenticationRequirements,
    UnsupportedResponseType,
)

MAX_NONCE_LENGTH = 500
MAX_AGE_DIGITS = 9
_CHALLENGE = re.compile(r"[A-Za-z0-9\-_]{43}", re.ASCII)


def client_is_known(asked: Asked, facts: Facts) -> None:
    """Exactly one client_id, and somebody has it."""
    if "client_id" in asked.repeated or facts.client is None:
        raise ClientUnknown


def reference_leads_somewhere(asked: Asked, _facts: Facts) -> None:
    """A visit that brings a used-up reference alone has no way back to the client."""
    if asked.came.fault is not None and asked.get("redirect_uri") is None:
        raise RequestGone


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


def what_it_refers_to_is_good(asked: Asked, _facts: Facts) -> None:
    """A pushed request is the client's own and waits; a request object is signed by it."""
    if asked.came.fault is not None:
        raise asked.came.fault


def browser_brings_what_its_client_must(asked: Asked, facts: Facts) -> None:
    """What the client agreed to use is used: pushing, signing, PKCE (`policy`)."""
    _meets_policy(Endpoint.AUTHORIZE, asked, facts)


def push_brings_what_its_client_must(asked: Asked, facts: Facts) -> None:
    """What the client agreed to use is used when it pushes, too."""
    _meets_policy(Endpoint.PAR, asked, facts)


def _meets_policy(endpoint: Endpoint, asked: Asked, facts: Facts) -> None:
    brought = Brought(
        pushed=asked.came.pushed and endpoint is Endpoint.AUTHORIZE,
        request_object=asked.came.signed,
        challenge=asked.get("code_challenge") is not None,
    )
    policy.check(endpoint, facts.known_client.settings, brought, about=(About.REQUEST,))


def response_type_is_code(asked: Asked, _facts: Facts) -> None:
    """Code alone: no implicit, no hybrid (RFC 9700 section 2.1.2)."""
    response_type = asked.get("response_type")
    if response_type is None:
        raise InvalidRequest("response_type is missing")
    if response_type != "code":
        raise UnsupportedResponseType("response_type must be code")


def response_mode_is_known(asked: Asked, _facts: Facts) -> None:
    """By query or form_post, plain or signed; a code never travels in a fragment."""
    mode = asked.get("response_mode")
    if mode is not None and mode not in set(ResponseMode):
        raise InvalidRequest(f"response_mode must be one of {', '.join(ResponseMode)}")


def scopes_are_registered(asked: Asked, facts: Facts) -> None:
    """Openid, and only what the client is registered for; unknown scopes are ignored.

    So is offline_access without a right to it (Core section 11).
    """
    named = scopes.understood(asked.get("scope") or "")
    if scopes.OPENID not in named:
        raise InvalidScope("scope must contain openid")
    if extra := named - facts.known_client.scopes - {scopes.OFFLINE_ACCESS}:
        raise InvalidScope(f"not registered: {scopes.as_text(extra)}")


def pkce_is_s256(asked: Asked, facts: Facts) -> None:
    """PKCE with S256 for everybody; a missing method means plain, which is refused (RFC 7636).

    A confidential client for trying us out may have agreed to go without.
    """
    named = {"code_challenge", "code_challenge_method"} & asked.parameters.keys()
    client = facts.known_client
    if not named and not client.settings.require_pkce and not client.is_public:
        return
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


def acr_can_be_met(asked: Asked, facts: Facts) -> None:
    """Where a class of sign-in is a condition, it is one that we know (Core section 5.5.1.1)."""
    document = claims.parse(asked.get("claims") or "{}")
    defaults = facts.known_client.settings.default_acrs
    if not acr.wanted(asked.get("acr_values"), defaults, document).can_be_met:
        raise UnmetAuthenticationRequirements("none of the values of acr is offered")


def resources_are_served(asked: Asked, facts: Facts) -> None:
    """Tokens are for us, or for somebody who is registered to serve a resource (RFC 8707)."""
    resources.check(resources.parse(asked.get("resource") or ""), facts.resources)


def details_are_offered(asked: Asked, facts: Facts) -> None:
    """What is asked for in detail is within offer and agreement (RFC 9396)."""
    named = details.parse(asked.get("authorization_details") or "")
    details.check(named, facts.known_client.settings.detail_types, facts.offered)


def key_is_a_thumbprint(asked: Asked, _facts: Facts) -> None:
    """The key that the code is bound to is named by its SHA-256 thumbprint (RFC 9449)."""
    jkt = asked.get("dpop_jkt")
    if jkt is not None and not _CHALLENGE.fullmatch(jkt):
        raise InvalidRequest("dpop_jkt must be 43 characters of base64url")


def hint_is_ours(asked: Asked, facts: Facts) -> None:
    """A hint must be an ID token that we signed for this client; its age does not matter."""
    if asked.get("id_token_hint") is not None and facts.hint_subject is None:
        raise InvalidRequest("id_token_hint is not an ID token of this client")


STEPS: tuple[Step[Asked, Facts], ...] = (
    #    check                      doors     who learns of a refusal
    Step(client_is_known,           REQUESTS, Tell.RESIDENT),
    Step(reference_leads_somewhere, BROWSER,  Tell.RESIDENT),
    Step(redirect_uri_is_exact,     REQUESTS, Tell.RESIDENT),
    Step(parameters_occur_once,     REQUESTS, Tell.PARTNER),
    Step(parameters_are_short,      REQUESTS, Tell.PARTNER),
    Step(what_it_refers_to_is_good, ARRIVING, Tell.PARTNER),
    Step(browser_brings_what_its_client_must, BROWSER, Tell.PARTNER),
    Step(push_brings_what_its_client_must, PUSHED, Tell.PARTNER),
    Step(response_type_is_code,     REQUESTS, Tell.PARTNER),
    Step(response_mode_is_known,    REQUESTS, Tell.PARTNER),
    Step(scopes_are_registered,     REQUESTS, Tell.PARTNER),
    Step(pkce_is_s256,              REQUESTS, Tell.PARTNER),
    Step(prompt_is_understood,      REQUESTS, Tell.PARTNER),
    Step(max_age_is_a_number,       REQUESTS, Tell.PARTNER),
    Step(claims_are_readable,       REQUESTS, Tell.PARTNER),
    Step(acr_can_be_met,            REQUESTS, Tell.PARTNER),
    Step(resources_are_served,      REQUESTS, Tell.PARTNER),
    Step(details_are_offered,       REQUESTS, Tell.PARTNER),
    Step(key_is_a_thumbprint,       REQUESTS, Tell.PARTNER),
    Step(hint_is_ours,              REQUESTS, Tell.PARTNER),
)  # fmt: skip
