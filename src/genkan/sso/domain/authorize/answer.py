"""The authorization response: where to, how, and what it says."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from genkan.sso.domain import redirects
from genkan.sso.domain.authorize.asked import Asked, ResponseMode
from genkan.sso.domain.values import Client

MAX_STATE_LENGTH = 2_000
SIGNED_ANSWER_LIFE = timedelta(minutes=5)


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


def answer(asked: Asked, issuer: str, said: Mapping[str, str]) -> Answer:
    """Return the response to a request whose client and address are known.

    Every response names its issuer (RFC 9207 section 2), and carries `state` if the request had
    exactly one.

    Args:
        asked: the request.
        issuer: our name.
        said: a code, or an error.
    """
    state = None if "state" in asked.repeated else asked.get("state")
    echoed = {} if state is None or len(state) > MAX_STATE_LENGTH else {"state": state}
    return Answer(
        asked.parameters["redirect_uri"], response_mode(asked), {**said, **echoed, "iss": issuer}
    )


def told_in_jwt(plain: Answer, client: Client, *, now: datetime) -> dict[str, object]:
    """Return the claims of a signed response (JARM section 2.1): for this client, for minutes."""
    return {
        **plain.parameters,
        "aud": str(client.id),
        "exp": int((now + SIGNED_ANSWER_LIFE).timestamp()),
    }
