"""Use cases of asking a resident who is elsewhere (CIBA): ask, show, decide, ping.

Source:
    OpenID Connect CIBA Core 1.0 sections 7 and 10.2.
"""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from django.conf import settings
from django.db import transaction

from genkan.kernel import jobs, outbound
from genkan.kernel.errors import NotFound
from genkan.kernel.ids import ResidentId, new_id
from genkan.kernel.sealing import load_keyring
from genkan.kernel.wire import Form
from genkan.ledger import api as ledger
from genkan.partners import api as partners
from genkan.residents import api as residents
from genkan.sso import mails
from genkan.sso.domain import ciba as domain
from genkan.sso.domain.ciba import ABOUT_RESIDENT, STEPS, Asked, Facts, Knock, Mode
from genkan.sso.domain.steps import Door, first_refusal
from genkan.sso.domain.values import CibaId, Client, LinkId, SignIn
from genkan.sso.errors import OAuthError
from genkan.sso.errors.ciba import KnockAnswered, ProofTooOld
from genkan.sso.service.keys import recognised
from genkan.sso.service.proof import Proven, prove, told
from genkan.sso.store import ciba as store
from genkan.sso.store import clients as client_store
from genkan.sso.store import links as link_store
from genkan.sso.store import sessions as session_store

ID_BYTES = 32
HOUR = timedelta(hours=1)
FRESH = timedelta(minutes=10)
"""A yes needs a proof of identity that is not older: nobody is there to see who presses."""


class PingFailed(Exception):
    """The client did not take our ping; it is tried again."""


def ask(
    authorization: str | None, form: Form, *, now: datetime
) -> Mapping[str, object] | OAuthError:
    """Answer a backchannel authentication request.

    Args:
        authorization: the header, if one came.
        form: the body.
        now: the present moment.

    Returns:
        The acknowledgement (CIBA section 7.3), or what to tell the client.
    """
    proven = prove(authorization, form, Door.ASKING, now=now)
    if isinstance(proven, OAuthError):
        return proven
    asked = Asked(form=form)
    refused = first_refusal(STEPS, Door.ASKING, asked, Facts(client=proven.client))
    if refused is not None:
        return told(refused.reason)
    return _knock(proven, asked, now=now)


@transaction.atomic(durable=True)
def _knock(proven: Proven, asked: Asked, *, now: datetime) -> Mapping[str, object] | OAuthError:
    client = proven.client
    link = _meant(client, asked)
    lately = store.asked_lately(link, since=now - HOUR) if link is not None else 0
    facts = Facts(client=client, link=link, asked_lately=lately)
    refused = first_refusal(ABOUT_RESIDENT, Door.ASKING, asked, facts)
    if refused is not None or link is None:
        return told(refused.reason if refused else OAuthError())
    auth_req_id = secrets.token_urlsafe(ID_BYTES)
    knock = Knock(
        id=CibaId(new_id()),
        client=client.id,
        link=link,
        scopes=asked.scopes,
        message=asked.get("binding_message") or "",
        asked_at=now,
        expires_at=now + asked.life,
        interval=domain.INTERVAL,
        polled_at=None,
        allowed=None,
        decided_at=None,
        sign_in=None,
        spent_at=None,
    )
    store.add(
        knock,
        digest=_digest(auth_req_id),
        notification=_notification(client, knock.id, asked, auth_req_id),
    )
    jobs.defer("sso.tell_of_knock", knock=str(knock.id))
    return {
        "auth_req_id": auth_req_id,
        "expires_in": int(asked.life.total_seconds()),
        "interval": int(domain.INTERVAL.total_seconds()),
    }


def _meant(client: Client, asked: Asked) -> LinkId | None:
    """Return the link of the resident who is meant, if they connected this client's service."""
    if (hint := asked.get("id_token_hint")) is not None:
        claims = recognised(hint)
        if claims is None or claims.get("aud") != str(client.id):
            return None
        return session_store.link_of(str(claims.get("sid")), client.id)
    resident = residents.resident_called(asked.get("login_hint") or "")
    link = None if resident is None else link_store.standing(resident, client.service)
    return None if link is None else link.id


def _digest(auth_req_id: str) -> bytes:
    return sha256(auth_req_id.encode()).digest()


def _about(knock: CibaId) -> str:
    return f"sso.knock {knock}"


def _notification(client: Client, knock: CibaId, asked: Asked, auth_req_id: str) -> bytes | None:
    """Return, sealed, what a ping has to say and by which token; None for a client that polls."""
    if client.settings.ciba_mode != Mode.PING:
        return None
    kept = {"token": asked.get("client_notification_token"), "auth_req_id": auth_req_id}
    ring = load_keyring(settings.GENKAN.keyring)
    return ring.seal(json.dumps(kept).encode(), about=_about(knock))


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A request as its resident reads it."""

    knock: Knock
    service: partners.Service
    needs_proof: bool


def waiting_for(
    resident: ResidentId, *, sign_in: SignIn | None = None, now: datetime
) -> list[Waiting]:
    """Return the requests that a resident can answer now, the oldest first.

    Args:
        resident: whose.
        sign_in: of this browser.
        now: the present moment.
    """
    return [
        Waiting(
            knock=held.knock,
            service=partners.service(held.service),
            needs_proof=not _is_fresh(sign_in, now=now),
        )
        for held in store.waiting_for(resident, now=now)
    ]


def _is_fresh(sign_in: SignIn | None, *, now: datetime) -> bool:
    return sign_in is not None and now - sign_in.at <= FRESH


@transaction.atomic(durable=True)
def decide(
    knock_id: CibaId, resident: ResidentId, *, allows: bool, sign_in: SignIn | None, now: datetime
) -> None:
    """Write down what the resident answered; once.

    Raises:
        NotFound: no such request of this resident.
        KnockAnswered: it was answered before, has expired, or its link has ended.
        ProofTooOld: a yes needs a proof of identity of the last ten minutes.
    """
    held = store.of_resident(knock_id, resident)
    if held is None:
        raise NotFound
    if not held.stands or not held.knock.is_open(now):
        raise KnockAnswered
    if sign_in is None or (allows and not _is_fresh(sign_in, now=now)):
        raise ProofTooOld
    store.decide(knock_id, allowed=allows, sign_in=sign_in, now=now)
    ledger.append(
        ledger.Entry(
            event="sso.knock_allowed" if allows else "sso.knock_denied",
            subject=resident,
            actor=ledger.Actor.resident(resident),
            service=held.service,
            happened_at=now,
            facts={"knock": str(knock_id)},
        )
    )
    jobs.defer("sso.ping", knock=str(knock_id))


def tell(knock_id: CibaId, *, now: datetime) -> None:
    """Mail a resident that a service waits for their answer, while it does."""
    held = store.waiting(knock_id, now=now)
    if held is not None:
        mails.send_knock(held.resident, held.service, asked_at=held.knock.asked_at)


def ping(knock_id: CibaId) -> None:
    """Tell the client that there is an answer, if it wants to be told (CIBA section 10.2).

    Raises:
        PingFailed: it did not answer 2xx; a client that never does finds the answer by asking.
    """
    found = store.ping_of(knock_id)
    if found is None or found.sealed is None:
        return
    client = client_store.client(str(found.client))
    endpoint = None if client is None else client.settings.ciba_endpoint
    if endpoint is None:
        return
    ring = load_keyring(settings.GENKAN.keyring)
    kept = json.loads(ring.unseal(found.sealed, about=_about(knock_id)))
    try:
        answer = outbound.post(
            endpoint,
            content=json.dumps({"auth_req_id": kept["auth_req_id"]}).encode(),
            headers={
                "Content-Type": "application/json",
                "Authorization": f"Bearer {kept['token']}",
            },
            allow_loopback=settings.GENKAN.allow_loopback_fetch,
        )
    except (outbound.AddressRefused, outbound.Unreachable) as error:
        raise PingFailed(type(error).__name__) from error
    if answer.status // 100 != 2:  # noqa: PLR2004 - HTTP's own number
        raise PingFailed(str(answer.status))
