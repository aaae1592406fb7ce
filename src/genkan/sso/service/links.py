"""Use cases of links: list, connect."""

from datetime import datetime

from genkan.kernel import jobs
from genkan.kernel.db import require_transaction
from genkan.kernel.ids import ResidentId
from genkan.ledger import api as ledger
from genkan.sso.domain.values import Client, Interaction, Link, LinkId
from genkan.sso.store import links as store


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
