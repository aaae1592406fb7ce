"""An authorization request that no check refused, as typed values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from genkan.sso.domain import claims, details, resources, scopes
from genkan.sso.domain.acr import Wanted, wanted
from genkan.sso.domain.authorize.answer import response_mode
from genkan.sso.domain.authorize.asked import Asked, Facts, Prompt, ResponseMode
from genkan.sso.domain.claims import Wish
from genkan.sso.domain.details import Detail
from genkan.sso.domain.values import Client


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """An authorization request that passed every step.

    Attributes:
        code_challenge: empty for a client that agreed to go without PKCE.
        claims: the `claims` parameter, or an empty object.
        max_age: how old the resident's last proof may be; None for any age.
        hint_subject: the resident must be this one, if there was an `id_token_hint`.
        subject: what `claims.id_token.sub` wishes for.
        locales: languages the client proposes for our pages, best first.
        login_hint: whom the client expects, for the sign-in form alone.
        acr: how strongly the client wants the resident to sign in.
        jkt: thumbprint of the key the code is bound to (RFC 9449 section 10).
        resources: whom the tokens are for; empty for us.
        details: what is asked for in detail; empty for all that the resident allows.
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
    login_hint: str | None = None
    acr: Wanted = field(default_factory=Wanted)
    jkt: str | None = None
    resources: tuple[str, ...] = ()
    details: tuple[Detail, ...] = ()

    @property
    def attributes(self) -> frozenset[str]:
        """Return the items that are asked for in detail."""
        return frozenset(key for detail in self.details for key in detail.attributes)

    @property
    def is_lasting(self) -> bool:
        """Whether the client asks to go on while the resident is away."""
        return scopes.OFFLINE_ACCESS in self.scopes

    def is_about(self, subject: str) -> bool:
        """Whether the client accepts this resident (Core sections 3.1.2.1 and 5.5.1)."""
        return self.hint_subject in (None, subject) and self.subject.accepts(subject)


def settled(asked: Asked, facts: Facts) -> Request:
    """Return the values of a request that no step refused."""
    max_age = asked.get("max_age")
    default = facts.known_client.settings.default_max_age
    prompts = frozenset(map(Prompt, scopes.parse(asked.get("prompt") or "")))
    granted = _granted(asked, facts.known_client, prompts)
    document = claims.in_locales(
        claims.parse(asked.get("claims") or "{}"),
        granted,
        (asked.get("claims_locales") or "").split(),
    )
    return Request(
        client=facts.known_client,
        redirect_uri=asked.parameters["redirect_uri"],
        response_mode=response_mode(asked),
        state=asked.get("state"),
        scopes=granted,
        nonce=asked.get("nonce"),
        code_challenge=asked.get("code_challenge") or "",
        prompts=prompts,
        max_age=_seconds(default if max_age is None else int(max_age)),
        claims=document,
        hint_subject=facts.hint_subject,
        subject=claims.wishes(document, "id_token").get("sub", Wish()),
        locales=tuple((asked.get("ui_locales") or "").split()),
        login_hint=asked.get("login_hint"),
        acr=wanted(asked.get("acr_values"), facts.known_client.settings.default_acrs, document),
        jkt=asked.get("dpop_jkt"),
        resources=resources.parse(asked.get("resource") or ""),
        details=details.parse(asked.get("authorization_details") or ""),
    )


def _seconds(number: int | None) -> timedelta | None:
    return None if number is None else timedelta(seconds=number)


def _granted(asked: Asked, client: Client, prompts: frozenset[Prompt]) -> frozenset[str]:
    """Leave offline_access out where the resident is not asked (Core section 11)."""
    wanted = scopes.understood(asked.get("scope") or "") & client.scopes
    return wanted if Prompt.CONSENT in prompts else wanted - {scopes.OFFLINE_ACCESS}
