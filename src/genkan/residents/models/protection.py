"""The table of requests to protect an address, or to lift that."""

from django.db import models
from django.db.models import F, Q

from genkan.kernel.data import DataClass, holds
from genkan.residents.domain.protection import Aim
from genkan.residents.models.people import Account, ResidentRow


class ProtectionRow(models.Model):
    """One staff account asked, another one decided."""

    id = models.UUIDField(primary_key=True, db_comment=holds(DataClass.PSEUDONYM, "which request"))
    resident = models.ForeignKey(
        ResidentRow,
        on_delete=models.RESTRICT,
        related_name="+",
        db_comment=holds(DataClass.PSEUDONYM, "whose address"),
    )
    aim = models.CharField(
        max_length=10,
        choices=[(aim.value, aim.value) for aim in Aim],
        db_comment=holds(DataClass.PERSONAL, "to protect, or to lift that"),
    )
    note = models.TextField(db_comment=holds(DataClass.PERSONAL, "evidence seen, in words"))
    begins_at = models.DateTimeField(
        null=True, db_comment=holds(DataClass.PERSONAL, "begin, as the evidence says")
    )
    ends_at = models.DateTimeField(null=True, db_comment=holds(DataClass.PERSONAL, "end, excluded"))
    requested_by = models.ForeignKey(
        Account,
        on_delete=models.RESTRICT,
        related_name="+",
        db_comment=holds(DataClass.PSEUDONYM, "who asked"),
    )
    requested_at = models.DateTimeField(db_comment=holds(DataClass.PERSONAL, "when it was asked"))
    decided_by = models.ForeignKey(
        Account,
        null=True,
        on_delete=models.RESTRICT,
        related_name="+",
        db_comment=holds(DataClass.PSEUDONYM, "who decided, never the one who asked"),
    )
    decided_at = models.DateTimeField(
        null=True, db_comment=holds(DataClass.PERSONAL, "when it was decided")
    )
    approved = models.BooleanField(
        null=True, db_comment=holds(DataClass.PERSONAL, "yes or no; empty while it waits")
    )

    class Meta:
        db_table = "residents_protection"
        constraints = [
            models.UniqueConstraint(
                fields=["resident"],
                condition=Q(approved__isnull=True),
                name="residents_protection_one_pending",
            ),
            models.CheckConstraint(
                condition=Q(approved__isnull=True, decided_by__isnull=True, decided_at__isnull=True)
                | (
                    Q(approved__isnull=False, decided_by__isnull=False, decided_at__isnull=False)
                    & ~Q(decided_by=F("requested_by"))
                ),
                name="residents_protection_four_eyes",
            ),
            models.CheckConstraint(
                condition=Q(aim=Aim.LIFT.value, begins_at__isnull=True, ends_at__isnull=True)
                | Q(aim=Aim.PROTECT.value, ends_at__gt=F("begins_at")),
                name="residents_protection_has_a_period",
            ),
        ]
