"""The table of who may act for whom."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from genkan.kernel.data import DataClass, holds
from genkan.residents.domain.guardians import EvidenceKind, Role
from genkan.residents.models.people import Account, ResidentRow


class RepresentationRow(models.Model):
    """One person's right to act for another."""

    id = models.UUIDField(primary_key=True, db_comment=holds(DataClass.PSEUDONYM, "which right"))
    person = models.ForeignKey(
        ResidentRow,
        on_delete=models.RESTRICT,
        related_name="+",
        db_comment=holds(DataClass.PSEUDONYM, "who is acted for"),
    )
    representative = models.ForeignKey(
        ResidentRow,
        on_delete=models.RESTRICT,
        related_name="+",
        db_comment=holds(DataClass.PSEUDONYM, "who acts"),
    )
    role = models.CharField(
        max_length=20,
        choices=[(role.value, role.value) for role in Role],
        db_comment=holds(DataClass.PERSONAL, "parent, guardian, curator, assistant or proxy"),
    )
    scope = ArrayField(
        models.CharField(max_length=20),
        db_comment=holds(DataClass.PERSONAL, "what may be done: profile, history, services"),
    )
    evidence = models.CharField(
        max_length=30,
        choices=[(kind.value, kind.value) for kind in EvidenceKind],
        db_comment=holds(DataClass.PERSONAL, "kind of document shown"),
    )
    evidence_note = models.CharField(
        max_length=100,
        default="",
        db_comment=holds(DataClass.PERSONAL, "number or date of the document; no names"),
    )
    checked_by = models.ForeignKey(
        Account,
        null=True,
        on_delete=models.RESTRICT,
        related_name="+",
        db_comment=holds(DataClass.INTERNAL, "member of staff who looked at it"),
    )
    recorded_at = models.DateTimeField(db_comment=holds(DataClass.PERSONAL, "when it was recorded"))
    begins_at = models.DateTimeField(db_comment=holds(DataClass.PERSONAL, "start, included"))
    ends_at = models.DateTimeField(
        null=True, db_comment=holds(DataClass.PERSONAL, "end, excluded, if one is set")
    )
    revoked_at = models.DateTimeField(
        null=True, db_comment=holds(DataClass.PERSONAL, "when it was taken away")
    )
    revoked_because = models.CharField(
        max_length=100, default="", db_comment=holds(DataClass.PERSONAL, "why; for staff alone")
    )
    revoked_by = models.ForeignKey(
        Account,
        null=True,
        on_delete=models.RESTRICT,
        related_name="+",
        db_comment=holds(DataClass.INTERNAL, "member of staff who took it away"),
    )

    class Meta:
        db_table = "residents_representation"
        constraints = [
            models.CheckConstraint(
                condition=~Q(person=F("representative")), name="residents_acts_for_another"
            ),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("begins_at")),
                name="residents_representation_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revoked_because="")
                | (Q(revoked_at__isnull=False) & ~Q(revoked_because="")),
                name="residents_revocation_has_its_reason",
            ),
            models.CheckConstraint(
                condition=Q(checked_by__isnull=False) | Q(evidence=EvidenceKind.SYNTHETIC.value),
                name="residents_evidence_was_checked",
            ),
        ]
