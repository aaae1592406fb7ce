"""Where a resident is signed in: one line for each session at a client."""

from dataclasses import dataclass
from datetime import datetime

from genkan.kernel.ids import ServiceId
from genkan.sso.domain.values import SessionId


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """One session of a resident at a client.

    Attributes:
        client_name: what the program calls itself; a service may have several.
        device: the browser it began in, such as `Firefox, Windows`; empty if that is not known.
        is_here: it began in the browser that asks.
        is_told: the service is told when it ends here.
    """

    id: SessionId
    service: ServiceId
    client_name: str
    device: str
    is_here: bool
    is_told: bool
    began_at: datetime
    last_used_at: datetime
