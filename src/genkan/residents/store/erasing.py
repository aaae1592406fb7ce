"""Erasing a person: every row of ours that refers to them, and the account with all it brought.

New tables need no line here: what refers to a resident or an account is found in the models. The
exceptions are named: the tombstone, and the resident's row that others refer to.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime

from django.db.models import ForeignKey, Model, QuerySet

from genkan.kernel.db import rows
from genkan.kernel.ids import AccountId, ResidentId
from genkan.residents.domain.people import ResidentState
from genkan.residents.models import Account, LeavingRow, ResidentRow
from genkan.residents.store import keys

OWN = "residents"
TOMBSTONE = (LeavingRow, ResidentRow)


def account_of(resident: ResidentId) -> AccountId | None:
    """Return the account by which a resident signs in, or None."""
    found = ResidentRow.objects.filter(pk=resident).values_list("account_id", flat=True).first()
    return None if found is None else AccountId(found)


def account_facts(resident: ResidentId) -> Mapping[str, object]:
    """Return when the ID was issued, its language, and address and moments of the account."""
    found = ResidentRow.objects.filter(pk=resident).values(
        "issued_at", "ui_locale", "account__email", "account__created_at", "account__last_login"
    )
    row: Mapping[str, object] = found.first() or {}
    return {name.removeprefix("account__"): value for name, value in row.items()}


def forget(resident: ResidentId, *, now: datetime) -> None:
    """Erase everything about a resident but the tombstone and what other apps keep by reference."""
    account = account_of(resident)
    keys.destroy(resident, now=now)
    person = ResidentRow.objects.filter(pk=resident)
    # A staff account outlives its owner's ID: what staff looked at stays on record (M44).
    Account.objects.filter(person=resident).update(person=None)
    _forget_what_refers_to(person)
    person.update(
        account=None,
        state=ResidentState.CLOSED,
        interests_asked_at=None,
        ui_locale="",
        protected_until=None,
    )
    if account is not None:
        _forget_jobs_about(account)
        owned = Account.objects.filter(pk=account)
        _forget_what_refers_to(owned)
        owned.delete()


def _forget_jobs_about(account: AccountId) -> None:
    """Delete jobs that name an account and are not running: notices that nobody would get."""
    rows(
        """
        DELETE FROM procrastinate_jobs
         WHERE args ->> 'account' = %(account)s AND status <> 'doing'
        """,
        account=str(account),
    )


def _forget_what_refers_to(found: QuerySet[Model]) -> None:
    """Delete our rows that refer to these, the ones that refer to those first."""
    for reference in _references(found.model):
        if reference.model in TOMBSTONE:
            continue
        ours: QuerySet[Model] = QuerySet(reference.model).filter(
            **{f"{reference.name}__in": found.values("pk")}
        )
        _forget_what_refers_to(ours)
        ours.delete()


def _references(model: type[Model]) -> Iterator["ForeignKey[object, object]"]:
    """Yield our foreign keys to a table; those without a name for the way back included."""
    for one in model._meta.get_fields(include_hidden=True):  # noqa: SLF001 - Django's documented door
        field = getattr(one, "field", None)
        if one.auto_created and isinstance(field, ForeignKey) and _is_ours(field.model):
            yield field


def _is_ours(model: type[Model]) -> bool:
    return model._meta.app_label == OWN  # noqa: SLF001 - as above
