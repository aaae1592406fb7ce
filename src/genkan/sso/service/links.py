"""Use cases of links: list, connect, end, tell what there was."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from genkan.kernel import jobs
from genkan.kernel.db import require_transaction
from genkan.kernel.export import Data, Line
from genkan.kernel.ids import ResidentId
from genkan.ledger import api as ledger
from genkan.partners import api as partners
from genkan.residents.api import SignOutCause
from genkan.sso.domain.values import Client, Interaction, Link, LinkId
from genkan.sso.service import sessions
from genkan.sso.store import links as store
from genkan.ui.moments import in_words


def links_of(resident: ResidentId) -> list[Link]:
    """Return the services a resident has connected, the last used first. One query."""
    return store.all_of(resident)


def connect(
    resident: ResidentId, client: Client, interaction: Interaction, *, page: str, now: datetime
) -> LinkId:
    """Link a resident with a client's service, and mail it, or use the link there is; joins."""
    require_transaction()
    evidence = {"interaction": str(interaction.id), "client": str(client.id), "page": page}
    link, is_new = store.connect(resident, client.service, evidence=evidence, now=now)
    if is_new:
        jobs.defer(
            "sso.tell_of_link",
            resident=str(resident),
            service=str(client.service),
            linked_at=now.isoformat(),
        )
        ledger.append(
            ledger.Entry(
                event="sso.linked",
                subject=resident,
                actor=ledger.Actor.resident(resident),
                service=client.service,
                happened_at=now,
                facts={"link": str(link)},
            )
        )
    return link


def end_all(resident: ResidentId, *, by: ledger.Actor, now: datetime) -> None:
    """End all of a resident's links, each in its own transaction; a repeat finds the rest."""
    for link in store.all_of(resident):
        _end(link, by=by, now=now)


@transaction.atomic(durable=True)
def _end(link: Link, *, by: ledger.Actor, now: datetime) -> None:
    if store.end(link.id, now=now):
        sessions.end_of_link(link.id, cause=SignOutCause.LEAVING, now=now)
        ledger.append(
            ledger.Entry(
                event="sso.unlinked",
                subject=link.resident,
                actor=by,
                service=link.service,
                happened_at=now,
                facts={"link": str(link.id)},
            )
        )


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
