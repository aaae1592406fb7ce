"""The table of looks at protected addresses: who asked, who approved, whether it was read."""

from django.db import models
from django.db.models import F, Q

from genkan.kernel.data import DataClass, holds
from genkan.residents.domain.lookups import LookupReason
from genkan.residents.models.people import Account, ResidentRow


class UnmaskingRow(models.Model):
    """One member of staff asked to read one value, another one decided."""

    id = models.UUIDField(primary_key=True, db_comment=holds(DataClass.INTERNAL, "which request"))
    resident = models.ForeignKey(
        ResidentRow,
        on_delete=models.RESTRICT,
        related_name="+",
        db_comment=holds(DataClass.PSEUDONYM, "whose value"),
    )
    item = models.CharField(
        max_length=40, db_comment=holds(DataClass.INTERNAL, "which item, by its key")
    )
    asked_by = models.ForeignKey(
        Account,
        on_delete=models.RESTRICT,
        related_name="+",
        db_comment=holds(DataClass.PSEUDONYM, "who asked"),
    )
    asked_at = models.DateTimeField(db_comment=holds(DataClass.INTERNAL, "when it was asked"))
    reason = models.CharField(
        max_length=20,
        choices=[(reason.value, reason.value) for reason in LookupReason],
        db_comment=holds(DataClass.INTERNAL, "class of the reason"),
    )
    note_sealed = models.BinaryField(
        db_comment=holds(DataClass.SECRET, "the reason in words, sealed; it may name people")
    )
    decided_by = models.ForeignKey(
        Account,
        null=True,
        on_delete=models.RESTRICT,
        related_name="+",
        db_comment=holds(DataClass.PSEUDONYM, "who decided, never the one who asked"),
    )
    decided_at = models.DateTimeField(
        null=True, db_comment=holds(DataClass.INTERNAL, "when it was decided")
    )
    approved = models.BooleanField(
        null=True, db_comment=holds(DataClass.INTERNAL, "yes or no; empty while it waits")
    )
    used_at = models.DateTimeField(
        null=True, db_comment=holds(DataClass.INTERNAL, "when it was read; once")
    )

    class Meta:
        db_table = "residents_unmasking"
        constraints = [
            models.CheckConstraint(
                condition=Q(approved__isnull=True, decided_by__isnull=True, decided_at__isnull=True)
                | (
                    Q(approved__isnull=False, decided_by__isnull=False, decided_at__isnull=False)
                    & ~Q(decided_by=F("asked_by"))
                ),
                name="residents_unmasking_four_eyes",
            ),
            models.CheckConstraint(
                condition=Q(used_at__isnull=True) | Q(approved=True),
                name="residents_unmasking_read_if_approved",
            ),
        ]
