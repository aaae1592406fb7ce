"""Queries of requests that residents answer elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from genkan.kernel.db import rows
from genkan.kernel.ids import ResidentId, ServiceId
from genkan.sso.domain.ciba import Knock
from genkan.sso.domain.values import CibaId, ClientId, LinkId, SignIn


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A request, whose it is, and whether everything it needs still stands."""

    knock: Knock
    resident: ResidentId
    service: ServiceId
    stands: bool


def asked_lately(link: LinkId, *, since: datetime) -> int:
    """Hold a link, and return how many requests were made of it since."""
    rows("SELECT FROM sso_link WHERE id = %(link)s FOR UPDATE", link=link)
    found = rows(
        "SELECT count(*) AS n FROM sso_knock WHERE link_id = %(link)s AND asked_at > %(since)s",
        link=link,
        since=since,
    )
    return int(found[0]["n"])


def add(knock: Knock, *, digest: bytes, notification: bytes | None) -> None:
    """Write a request; those of the same client and resident that still wait end here."""
    rows(
        """
        UPDATE sso_knock SET expires_at = LEAST(expires_at, %(now)s)
         WHERE link_id = %(link)s AND client_id = %(client)s AND allowed IS NULL
        """,
        link=knock.link,
        client=knock.client,
        now=knock.asked_at,
    )
    rows(
        """
        INSERT INTO sso_knock (id, digest, client_id, link_id, scopes, message, notification,
                               asked_at, expires_at, interval_seconds, acr, amr)
        VALUES (%(id)s, %(digest)s, %(client)s, %(link)s, %(scopes)s, %(message)s, %(notification)s,
                %(asked_at)s, %(expires_at)s, %(interval)s, '', '{}')
        """,
        id=knock.id,
        digest=digest,
        client=knock.client,
        link=knock.link,
        scopes=sorted(knock.scopes),
        message=knock.message,
        notification=notification,
        asked_at=knock.asked_at,
        expires_at=knock.expires_at,
        interval=int(knock.interval.total_seconds()),
    )


def waiting_for(resident: ResidentId, *, now: datetime) -> list[Held]:
    """Return the requests that a resident can answer now, the oldest first."""
    found = rows(
        """
        SELECT knock.*, link.resident_id, link.service_id, TRUE AS stands
          FROM sso_knock knock
          JOIN sso_link link ON link.id = knock.link_id
         WHERE link.resident_id = %(resident)s
           AND link.unlinked_at IS NULL
           AND knock.allowed IS NULL
           AND %(now)s < knock.expires_at
         ORDER BY knock.asked_at, knock.id
        """,
        resident=resident,
        now=now,
    )
    return [_to_held(row) for row in found]


def waiting(knock: CibaId, *, now: datetime) -> Held | None:
    """Return a request that still waits for its resident; None if it does not."""
    found = rows(
        """
        SELECT knock.*, link.resident_id, link.service_id, TRUE AS stands
          FROM sso_knock knock
          JOIN sso_link link ON link.id = knock.link_id
         WHERE knock.id = %(knock)s
           AND link.unlinked_at IS NULL
           AND knock.allowed IS NULL
           AND %(now)s < knock.expires_at
        """,
        knock=knock,
        now=now,
    )
    return _to_held(found[0]) if found else None


def of_resident(knock: CibaId, resident: ResidentId) -> Held | None:
    """Return a resident's request, whatever became of it, and hold it; None if it is another's."""
    found = rows(
        """
        SELECT knock.*, link.resident_id, link.service_id, link.unlinked_at IS NULL AS stands
          FROM sso_knock knock
          JOIN sso_link link ON link.id = knock.link_id
         WHERE knock.id = %(knock)s AND link.resident_id = %(resident)s
           FOR UPDATE OF knock
        """,
        knock=knock,
        resident=resident,
    )
    return _to_held(found[0]) if found else None


def decide(knock: CibaId, *, allowed: bool, sign_in: SignIn, now: datetime) -> None:
    """Write the answer to a request that `of_resident` holds."""
    rows(
        """
        UPDATE sso_knock
           SET allowed = %(allowed)s, decided_at = %(now)s, auth_time = %(at)s, acr = %(acr)s,
               amr = %(amr)s
         WHERE id = %(knock)s
        """,
        knock=knock,
        allowed=allowed,
        at=sign_in.at,
        acr=sign_in.acr,
        amr=list(sign_in.amr),
        now=now,
    )


def hold(digest: bytes) -> Held | None:
    """Return a request by its auth_req_id and hold it, with whose it is, until the commit."""
    found = rows(
        """
        SELECT knock.*, link.resident_id, link.service_id,
               link.unlinked_at IS NULL AND resident.state = 'active' AND account.is_active
                 AND service.state = 'live' AND client.stopped_at IS NULL
                 AND COALESCE(knock.auth_time, 'infinity')
                     >= COALESCE(resident.sign_in_after, '-infinity') AS stands
          FROM sso_knock knock
          JOIN sso_client client ON client.id = knock.client_id
          JOIN sso_link link ON link.id = knock.link_id
          JOIN partners_service service ON service.id = link.service_id
          JOIN residents_resident resident ON resident.id = link.resident_id
          JOIN residents_account account ON account.id = resident.account_id
         WHERE knock.digest = %(digest)s
           FOR UPDATE OF knock FOR SHARE OF resident, link
        """,
        digest=digest,
    )
    return _to_held(found[0]) if found else None


def polled(knock: CibaId, *, patience: timedelta, now: datetime) -> None:
    """Note that the client asked, and let it wait longer next time where it asked too early."""
    rows(
        """
        UPDATE sso_knock
           SET polled_at = %(now)s,
               interval_seconds = interval_seconds + %(more)s
         WHERE id = %(knock)s
        """,
        knock=knock,
        more=int(patience.total_seconds()),
        now=now,
    )


def spend(knock: CibaId, *, now: datetime) -> None:
    """Note that tokens were given out for a request that `hold` holds."""
    rows("UPDATE sso_knock SET spent_at = %(now)s WHERE id = %(knock)s", knock=knock, now=now)


@dataclass(frozen=True, slots=True)
class Ping:
    """Who is to be told that there is an answer, and the sealed words of it."""

    client: ClientId
    sealed: bytes | None


def ping_of(knock: CibaId) -> Ping | None:
    """Return where a ping is known by what; None for a request that was swept."""
    found = rows("SELECT client_id, notification FROM sso_knock WHERE id = %(knock)s", knock=knock)
    if not found:
        return None
    sealed = found[0]["notification"]
    return Ping(ClientId(found[0]["client_id"]), None if sealed is None else bytes(sealed))


def delete_older_than(moment: datetime) -> None:
    """Forget requests that ended before `moment`."""
    rows("DELETE FROM sso_knock WHERE expires_at < %(moment)s", moment=moment)


def _to_held(row: Mapping[str, Any]) -> Held:
    sign_in = None
    if row["auth_time"] is not None:
        sign_in = SignIn(at=row["auth_time"], amr=tuple(row["amr"]), acr=row["acr"])
    knock = Knock(
        id=CibaId(row["id"]),
        client=ClientId(row["client_id"]),
        link=LinkId(row["link_id"]),
        scopes=frozenset(row["scopes"]),
        message=row["message"],
        asked_at=row["asked_at"],
        expires_at=row["expires_at"],
        interval=timedelta(seconds=row["interval_seconds"]),
        polled_at=row["polled_at"],
        allowed=row["allowed"],
        decided_at=row["decided_at"],
        sign_in=sign_in,
        spent_at=row["spent_at"],
    )
    return Held(
        knock=knock,
        resident=ResidentId(row["resident_id"]),
        service=ServiceId(row["service_id"]),
        stands=row["stands"],
    )
