"""Tables of what staff did with residents' records, and of what is to be reviewed."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from genkan.kernel.data import DataClass, holds
from genkan.residents.domain.lookups import Act, AlertKind, LookupReason
from genkan.residents.models.people import Account, ResidentRow


class LookupRow(models.Model):
    """One act of a member of staff: a search, a record opened, a value unmasked, a refusal."""

    id = models.UUIDField(primary_key=True, db_comment=holds(DataClass.INTERNAL, "which act"))
    account = models.ForeignKey(
        Account,
        on_delete=models.RESTRICT,
        db_index=False,  # residents_lookup_of_staff begins with it
        related_name="+",
        db_comment=holds(DataClass.PSEUDONYM, "who looked"),
    )
    act = models.CharField(
        max_length=10,
        choices=[(act.value, act.value) for act in Act],
        db_comment=holds(DataClass.INTERNAL, "searched, opened, unmasked or refused"),
    )
    resident = models.ForeignKey(
        ResidentRow,
        null=True,
        on_delete=models.RESTRICT,
        related_name="+",
        db_comment=holds(DataClass.PSEUDONYM, "whose record; empty for a search"),
    )
    reason = models.CharField(
        max_length=20,
        choices=[(reason.value, reason.value) for reason in LookupReason],
        db_comment=holds(DataClass.INTERNAL, "class of the reason"),
    )
    note_sealed = models.BinaryField(
        db_comment=holds(DataClass.SECRET, "the reason in words, sealed; it may name people")
    )
    items = ArrayField(
        models.CharField(max_length=40),
        default=list,
        db_comment=holds(DataClass.INTERNAL, "keys of the items unmasked"),
    )
    hits = models.IntegerField(
        null=True, db_comment=holds(DataClass.INTERNAL, "how many a search found")
    )
    at = models.DateTimeField(db_comment=holds(DataClass.INTERNAL, "when"))

    class Meta:
        db_table = "residents_lookup"
        indexes = [
            models.Index(fields=["account", "-at"], name="residents_lookup_of_staff"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(act=Act.SEARCHED.value, resident__isnull=True)
                | (~models.Q(act=Act.SEARCHED.value) & models.Q(resident__isnull=False)),
                name="residents_lookup_is_about_somebody",
            ),
        ]


class LookupAlertRow(models.Model):
    """Look-ups that somebody else is to review."""

    id = models.UUIDField(primary_key=True, db_comment=holds(DataClass.INTERNAL, "which alert"))
    account = models.ForeignKey(
        Account,
        on_delete=models.RESTRICT,
        related_name="+",
        db_comment=holds(DataClass.PSEUDONYM, "whose look-ups"),
    )
    kind = models.CharField(
        max_length=10,
        choices=[(kind.value, kind.value) for kind in AlertKind],
        db_comment=holds(DataClass.INTERNAL, "unusually many, or somebody close"),
    )
    resident = models.ForeignKey(
        ResidentRow,
        null=True,
        on_delete=models.RESTRICT,
        related_name="+",
        db_comment=holds(DataClass.PSEUDONYM, "whose record was refused"),
    )
    count = models.IntegerField(
        db_comment=holds(DataClass.INTERNAL, "people looked at within the hour")
    )
    raised_at = models.DateTimeField(db_comment=holds(DataClass.INTERNAL, "when it was noticed"))
    reviewed_at = models.DateTimeField(
        null=True, db_comment=holds(DataClass.INTERNAL, "when somebody had looked into it")
    )
    reviewed_by = models.ForeignKey(
        Account,
        null=True,
        on_delete=models.RESTRICT,
        related_name="+",
        db_comment=holds(DataClass.PSEUDONYM, "who had"),
    )

    class Meta:
        db_table = "residents_lookup_alert"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(reviewed_by__isnull=True)
                | ~models.Q(reviewed_by=models.F("account")),
                name="residents_nobody_reviews_themselves",
            ),
        ]
