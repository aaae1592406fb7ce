"""Table of interventions. What the doors look at stands in the resident's own row beside it."""

from django.db import models
from django.db.models import F, Q

from genkan.kernel.data import DataClass, holds
from genkan.residents.domain.interventions import Cause, Ending, Kind, Notice


class InterventionRow(models.Model):
    """What staff put between an ID and its use; ended ones are the history."""

    id = models.UUIDField(primary_key=True, db_comment=holds(DataClass.PSEUDONYM, "which entry"))
    resident = models.ForeignKey(
        "residents.ResidentRow",
        on_delete=models.RESTRICT,
        related_name="+",
        db_comment=holds(DataClass.PSEUDONYM, "against whose ID"),
    )
    kind = models.CharField(
        max_length=20,
        choices=[(kind.value, kind.value) for kind in Kind],
        db_comment=holds(DataClass.PERSONAL, "what it does"),
    )
    cause = models.CharField(
        max_length=20,
        choices=[(cause.value, cause.value) for cause in Cause],
        db_comment=holds(DataClass.PERSONAL, "why, for staff and statistics"),
    )
    reason = models.TextField(db_comment=holds(DataClass.PERSONAL, "why, in words of the staff"))
    notice = models.CharField(
        max_length=20,
        choices=[(notice.value, notice.value) for notice in Notice],
        db_comment=holds(DataClass.PERSONAL, "which text the resident reads"),
    )
    asked_by = models.ForeignKey(
        "residents.Account",
        on_delete=models.RESTRICT,
        related_name="+",
        db_comment=holds(DataClass.PSEUDONYM, "member of staff who put it there"),
    )
    asked_at = models.DateTimeField(db_comment=holds(DataClass.PERSONAL, "when it was put there"))
    approved_by = models.ForeignKey(
        "residents.Account",
        null=True,
        on_delete=models.RESTRICT,
        related_name="+",
        db_comment=holds(DataClass.PSEUDONYM, "second member of staff of a block"),
    )
    begun_at = models.DateTimeField(
        null=True, db_comment=holds(DataClass.PERSONAL, "since when it is in force")
    )
    ends_at = models.DateTimeField(
        null=True, db_comment=holds(DataClass.PERSONAL, "when it ends by itself, if ever")
    )
    ended_at = models.DateTimeField(
        null=True, db_comment=holds(DataClass.PERSONAL, "when it ended; empty while it stands")
    )
    ended_by = models.ForeignKey(
        "residents.Account",
        null=True,
        on_delete=models.RESTRICT,
        related_name="+",
        db_comment=holds(DataClass.PSEUDONYM, "member of staff who ended it"),
    )
    ending = models.CharField(
        max_length=20,
        blank=True,
        choices=[(ending.value, ending.value) for ending in Ending],
        db_comment=holds(DataClass.PERSONAL, "how it ended"),
    )
    end_reason = models.TextField(
        blank=True, db_comment=holds(DataClass.PERSONAL, "why it ended, in words of the staff")
    )

    class Meta:
        db_table = "residents_intervention"
        constraints = [
            models.UniqueConstraint(
                fields=["resident", "kind"],
                condition=Q(ended_at__isnull=True),
                name="residents_intervention_once",
            ),
            models.CheckConstraint(
                condition=~Q(kind=Kind.BLOCK.value)
                | Q(begun_at__isnull=True)
                | Q(approved_by__isnull=False),
                name="residents_block_is_approved",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("asked_by")),
                name="residents_approved_by_another",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ending="")
                | (Q(ended_at__isnull=False) & ~Q(ending="")),
                name="residents_intervention_ends_somehow",
            ),
        ]
        indexes = [
            models.Index(
                fields=["ends_at"],
                condition=Q(ended_at__isnull=True, ends_at__isnull=False),
                name="residents_intervention_due",
            ),
        ]
