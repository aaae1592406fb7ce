"""Use cases of links: list, connect, end, tell what there was."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from genkan.kernel import jobs
from genkan.kernel.db import require_transaction
from genkan.kernel.export import Data, Line
from genkan.kernel.ids import ResidentId, ServiceId
from genkan.ledger import api as ledger
from genkan.partners import api as partners
from genkan.residents.api import SignOutCause
from genkan.sso.domain.linking import LINKING_TIME
from genkan.sso.domain.values import Client, Interaction, Link, LinkId
from genkan.sso.service import rules, sessions
from genkan.sso.store import linking as account_store
from genkan.sso.store import links as store
from genkan.ui.moments import in_words


def links_of(resident: ResidentId) -> list[Link]:
    """Return the services a resident has connected, the last used first. One query.

    A link that still waits for its account is none yet.
    """
    return [link for link in store.all_of(resident) if link.pending_until is None]


def connect(
    resident: ResidentId, client: Client, interaction: Interaction, *, page: str, now: datetime
) -> LinkId:
    """Link a resident with a client's service, and mail it, or use the link there is; joins.

    Where people have accounts at the service already, the link waits for its account (M18).
    """
    require_transaction()
    evidence = {"interaction": str(interaction.id), "client": str(client.id), "page": page}
    waits = rules.rules_of(client.service).links_accounts
    link, is_new = store.connect(
        resident,
        client.service,
        evidence=evidence,
        pending_until=now + LINKING_TIME if waits else None,
        now=now,
    )
    if is_new:
        if not waits:
            mail_of_link(resident, client.service, now=now)
        ledger.append(
            ledger.Entry(
                event="sso.link_begun" if waits else "sso.linked",
                subject=resident,
                actor=ledger.Actor.resident(resident),
                service=client.service,
                happened_at=now,
                facts={"link": str(link)},
            )
        )
    return link


def mail_of_link(resident: ResidentId, service: ServiceId, *, now: datetime) -> None:
    """Mail that a service was connected; joins."""
    jobs.defer(
        "sso.tell_of_link",
        resident=str(resident),
        service=str(service),
        linked_at=now.isoformat(),
    )


def standing(resident: ResidentId, service: ServiceId) -> Link | None:
    """Return a resident's link with a service; one that waits for its account too."""
    return store.standing(resident, service)


def hold(resident: ResidentId, service: ServiceId) -> Link | None:
    """Return a resident's link with a service, held until the transaction ends; joins."""
    require_transaction()
    return store.hold(resident, service)


def end_all(resident: ResidentId, *, by: ledger.Actor, now: datetime) -> None:
    """End all of a resident's links, each in its own transaction; a repeat finds the rest."""
    for link in store.all_of(resident):
        _end_alone(link, by=by, now=now)


@transaction.atomic(durable=True)
def _end_alone(link: Link, *, by: ledger.Actor, now: datetime) -> None:
    end(link, by=by, now=now)


def end(link: Link, *, by: ledger.Actor, event: str = "sso.unlinked", now: datetime) -> None:
    """End a link with its account, sessions and tokens, and tell the service; joins.

    A service that named an account is told with `link.ended`, so that neither side stays linked.
    """
    require_transaction()
    account = account_store.account_of_link(link.id)
    if not store.end(link.id, now=now):
        return
    sessions.end_of_link(link.id, cause=SignOutCause.LEAVING, now=now)
    ledger.append(
        ledger.Entry(
            event=event,
            subject=link.resident,
            actor=by,
            service=link.service,
            happened_at=now,
            facts={"link": str(link.id)},
        )
    )
    if account is not None:
        service = partners.service(link.service)
        told = {
            "sub": partners.pairwise_subject(service.sector, link.resident),
            "by": by.kind,
            "ended_at": partners.stamp(now),
        }
        partners.send(link.service, "link.ended", told, now=now)


def export_data(resident: ResidentId) -> Data:
    """Return every link there ever was, for the export."""
    return [
        {
            "service": {
                "id": link.service,
                "name": partners.service(link.service).name.as_mapping(),
            },
            "linked_at": link.linked_at,
            "last_used_at": link.last_used_at,
            "unlinked_at": unlinked_at,
        }
        for link, unlinked_at in store.history_of(resident)
    ]


def export_lines(resident: ResidentId, language: str) -> Sequence[Line]:
    """Return the same for reading."""
    return [
        Line(
            partners.service(link.service).name.in_language(language),
            _("since %(since)s, last used %(used)s")
            % {
                "since": in_words(link.linked_at, language),
                "used": in_words(link.last_used_at, language),
            },
        )
        for link, _unlinked_at in store.history_of(resident)
    ]
