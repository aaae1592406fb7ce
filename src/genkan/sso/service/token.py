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
from genkan.sso.service.proof import Call, Proven, let_do


class Answer(Protocol):
    """Answers what a client that proved itself brings."""

    def __call__(self, proven: Proven, form: Form, *, now: datetime) -> Issued | OAuthError:
        """Return the token response, or what to tell the client; refusals are returned."""


@dataclass(frozen=True, slots=True)
class Way:
    """One grant type.

    Attributes:
        door: whose steps stand before it.
        answer: who answers.
        asks: before it gives anything it asks whether the client is written so still; see
            `service.remembered`.
    """

    door: Door
    answer: Answer
    asks: bool = False


WAYS: Mapping[str, Way] = {
    GrantType.CODE: Way(Door.CODE, code.answer, asks=True),
    GrantType.REFRESH: Way(Door.REFRESH, refresh.answer, asks=True),
    GrantType.CLIENT_CREDENTIALS: Way(
        Door.CLIENT_CREDENTIALS, client_credentials.answer, asks=True
    ),
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
    way = WAYS.get(form.get("grant_type") or "")

    def do(proven: Proven) -> Issued | OAuthError:
        answer = _answer(proven, way, form, now=now)
        if not isinstance(answer, OAuthError):
            done = COUNTED.get(form.get("grant_type") or "", tallies.ISSUED)
            tallies.note(proven.client.service, done, now=now)
        return answer

    door, asks = (Door.TOKEN, False) if way is None else (way.door, way.asks)
    call = Call(authorization=authorization, form=form, door=door, dpop=dpop)
    return let_do(call, do, asks=asks, now=now)


def _answer(proven: Proven, way: Way | None, form: Form, *, now: datetime) -> Issued | OAuthError:
    grant_type = form.get("grant_type")
    if grant_type is None:
        return InvalidRequest("grant_type is missing")
    if way is None:
        return UnsupportedGrantType("this grant_type is not offered")
    if grant_type not in proven.client.settings.grant_types:
        return UnauthorizedClient("the client is not registered for this grant_type")
    return way.answer(proven, form, now=now)
