"""The messages Genkan sends to a service, read from JSON into values with types."""

import re
from dataclasses import dataclass
from datetime import datetime

MAX_PROVISIONS = 10_000


class BadNotice(Exception):
    """The message is not what the interface describes; the text names the member."""


@dataclass(frozen=True, slots=True)
class ConsentChanged:
    """The person changed what we may receive. From now on Genkan releases nothing more."""

    message: str
    """Stays the same when the message is delivered again."""
    sub: str
    consent: str
    state: str


@dataclass(frozen=True, slots=True)
class DisposalRequested:
    """Delete what came by these provisions until `due_at`, and certify it."""

    message: str
    disposal: str
    sub: str
    due_at: str
    provisions: tuple[str, ...]
    certificate_url: str


@dataclass(frozen=True, slots=True)
class LinkEnded:
    """The link of this person is over at Genkan: by them, by staff, or because they left."""

    message: str
    sub: str
    ended_at: int
    """Seconds since 1970; a link made later is another one."""


@dataclass(frozen=True, slots=True)
class OtherNotice:
    """A kind of message this version does not know. It is accepted, so that it is not repeated."""

    message: str


Notice = ConsentChanged | DisposalRequested | LinkEnded | OtherNotice


def read_notice(message: str, document: object) -> Notice:
    """Read a verified webhook body.

    Args:
        message: the `webhook-id` header.
        document: the parsed JSON.

    Raises:
        BadNotice: a member is missing or has another form than described.
    """
    if not isinstance(document, dict):
        raise BadNotice("body")
    kind, data = document.get("type"), document.get("data")
    if not isinstance(kind, str):
        raise BadNotice("type")
    if kind not in {"consent.changed", "disposal.requested", "link.ended"}:
        return OtherNotice(message)
    if not isinstance(data, dict):
        raise BadNotice("data")
    if kind == "link.ended":
        return LinkEnded(message, _word(data, "sub"), _moment(data, "ended_at"))
    if kind == "consent.changed":
        state = _word(data, "state")
        return ConsentChanged(message, _word(data, "sub"), _word(data, "consent"), state)
    return DisposalRequested(
        message=message,
        disposal=_word(data, "disposal"),
        sub=_word(data, "sub"),
        due_at=_word(data, "due_at"),
        provisions=_provisions(data.get("provisions")),
        certificate_url=_word(data, "certificate_url", limit=500),
    )


def _provisions(listed: object) -> tuple[str, ...]:
    if not isinstance(listed, list) or not 1 <= len(listed) <= MAX_PROVISIONS:
        raise BadNotice("provisions")
    if not all(isinstance(provision, dict) for provision in listed):
        raise BadNotice("provisions")
    return tuple(_word(provision, "id") for provision in listed)


def _moment(data: dict[str, object], name: str) -> int:
    try:
        return int(datetime.fromisoformat(_word(data, name)).timestamp())
    except (ValueError, OverflowError) as fault:
        raise BadNotice(name) from fault


def _word(data: dict[str, object], name: str, *, limit: int = 200) -> str:
    """A printable text without spaces: identifiers, times, addresses, states."""
    value = data.get(name)
    if not isinstance(value, str) or not re.fullmatch(rf"[!-~]{{1,{limit}}}", value):
        raise BadNotice(name)
    return value
