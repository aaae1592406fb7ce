"""The token endpoint: who calls, what they bring, and which grant type answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from genkan.kernel.wire import Form
from genkan.sso.domain.settings import GrantType
from genkan.sso.domain.steps import Door
from genkan.sso.errors import (
    InvalidRequest,
    OAuthError,
    UnauthorizedClient,
    UnsupportedGrantType,
)
from genkan.sso.service import tallies
from genkan.sso.service.grants import ciba, client_credentials, code, exchange, refresh
from genkan.sso.service.issue import Issued
from genkan.sso.service.proof import Proven, prove


class Answer(Protocol):
    """Answers what a client that proved itself brings."""

    def __call__(self, proven: Proven, form: Form, *, now: datetime) -> Issued | OAuthError:
        """Return the token response, or what to tell the client; refusals are returned."""


@dataclass(frozen=True, slots=True)
class Way:
    """One grant type: the door whose steps stand before it, and who answers."""

    door: Door
    answer: Answer


WAYS: Mapping[str, Way] = {
    GrantType.CODE: Way(Door.CODE, code.answer),
    GrantType.REFRESH: Way(Door.REFRESH, refresh.answer),
    GrantType.CLIENT_CREDENTIALS: Way(Door.CLIENT_CREDENTIALS, client_credentials.answer),
    GrantType.CIBA: Way(Door.CIBA, ciba.answer),
    GrantType.TOKEN_EXCHANGE: Way(Door.EXCHANGE, exchange.answer),
}
"""Every grant type there is; one more is a file in `service/grants` and a line here."""


COUNTED: Mapping[str, str] = {
    GrantType.CODE: tallies.SIGNED_IN,
    GrantType.REFRESH: tallies.REFRESHED,
}
"""What a success is counted as; every other one is something issued."""


def redeem(
    authorization: str | None, form: Form, *, dpop: str | None = None, now: datetime
) -> Issued | OAuthError:
    """Answer a token request.

    Args:
        authorization: the header, if one came.
        form: the body.
        dpop: that header, if one came.
        now: the present moment.

    Returns:
        The token response (RFC 6749 section 5.1, Core section 3.1.3.3), or what to tell the client.
    """
    grant_type = form.get("grant_type")
    way = WAYS.get(grant_type or "")
    proven = prove(authorization, form, way.door if way else Door.TOKEN, dpop=dpop, now=now)
    if isinstance(proven, OAuthError):
        return proven
    answer = _answer(proven, way, form, now=now)
    done = COUNTED.get(grant_type or "", tallies.ISSUED)
    code_of = answer.error if isinstance(answer, OAuthError) else done
    tallies.note(proven.client.service, code_of, now=now)
    return answer


def _answer(proven: Proven, way: Way | None, form: Form, *, now: datetime) -> Issued | OAuthError:
    grant_type = form.get("grant_type")
    if grant_type is None:
        return InvalidRequest("grant_type is missing")
    if way is None:
        return UnsupportedGrantType("this grant_type is not offered")
    if grant_type not in proven.client.settings.grant_types:
        return UnauthorizedClient("the client is not registered for this grant_type")
    return way.answer(proven, form, now=now)
