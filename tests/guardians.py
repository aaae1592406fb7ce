"""Rights to act for somebody that tests play with."""

from genkan.kernel.ids import AccountId, ResidentId, new_id
from genkan.residents import api as residents
from genkan.residents.models import Account
from tests.builders import NOON


def staff() -> AccountId:
    """A member of staff."""
    account = Account.objects.create(id=new_id(), email=f"{new_id()}@office.example", kind="staff")
    return AccountId(account.id)


def a_right(
    person: ResidentId, representative: ResidentId, **changes
) -> residents.RepresentationId:
    """Record that somebody may act for another; every area unless said otherwise."""
    evidence = residents.Evidence(
        kind=residents.EvidenceKind.FAMILY_REGISTER,
        checked_by=changes.pop("checked_by") if "checked_by" in changes else staff(),
    )
    facts = {
        "person": person,
        "representative": representative,
        "role": residents.Role.PARENT,
        "scope": frozenset(residents.Area),
        "evidence": evidence,
    }
    now = changes.pop("now", NOON)
    return residents.add_representation(residents.NewRepresentation(**facts | changes), now=now)


def revoke(right: residents.RepresentationId, *, now=NOON) -> None:
    residents.revoke_representation(right, by=None, because="court order", now=now)
