"""Table of leavings; a row is what stays of a resident who left."""

from django.db import models
from django.db.models import Q

from genkan.kernel.data import DataClass, holds
from genkan.residents.domain.leaving import Cause, Stage
from genkan.residents.domain.people import ResidentState
from genkan.residents.models.people import ResidentRow


class LeavingRow(models.Model):
    """One resident's leaving, and the tombstone after it."""

    id = models.UUIDField(primary_key=True, db_comment=holds(DataClass.INTERNAL, "which leaving"))
    resident = models.ForeignKey(
        ResidentRow,
        on_delete=models.RESTRICT,
        related_name="+",
        db_comment=holds(DataClass.PSEUDONYM, "whose; after it the old ID and nothing else"),
    )
    cause = models.CharField(
        max_length=10,
        choices=[(cause.value, cause.value) for cause in Cause],
        db_comment=holds(DataClass.INTERNAL, "wish or death"),
    )
    stage = models.CharField(
        max_length=20,
        choices=[(stage.value, stage.value) for stage in Stage],
        db_comment=holds(DataClass.INTERNAL, "how far it has come"),
    )
    state_before = models.CharField(
        max_length=10,
        choices=[(state.value, state.value) for state in ResidentState],
        db_comment=holds(DataClass.INTERNAL, "state of the ID, to which an undo returns"),
    )
    requested_at = models.DateTimeField(db_comment=holds(DataClass.INTERNAL, "when it began"))
    undo_until = models.DateTimeField(
        db_comment=holds(DataClass.INTERNAL, "end of the way back, excluded")
    )
    died_on = models.DateField(
        null=True, db_comment=holds(DataClass.PERSONAL, "day of death; emptied by the erasure")
    )
    closing_at = models.DateTimeField(
        null=True, db_comment=holds(DataClass.INTERNAL, "when consents and links began to end")
    )
    told_at = models.DateTimeField(
        null=True, db_comment=holds(DataClass.INTERNAL, "when the last mail was handed over")
    )
    ended_at = models.DateTimeField(
        null=True, db_comment=holds(DataClass.INTERNAL, "when undone, or everything erased")
    )

    class Meta:
        db_table = "residents_leaving"
        constraints = [
            models.UniqueConstraint(
                fields=["resident"],
                condition=~Q(stage=Stage.UNDONE.value),
                name="residents_one_leaving",
            ),
            models.CheckConstraint(
                condition=Q(stage__in=[Stage.COOLING_OFF.value, Stage.CLOSING.value])
                ^ Q(ended_at__isnull=False),
                name="residents_leaving_ends_once",
            ),
            models.CheckConstraint(
                condition=~Q(stage=Stage.ERASED.value) | Q(died_on__isnull=True),
                name="residents_tombstone_names_nobody",
            ),
        ]
        indexes = [
            models.Index(
                fields=["undo_until"],
                name="residents_leaving_standing",
                condition=Q(ended_at__isnull=True),
            ),
        ]
