"""Accounts at services that are linked with residents, and links that staff decide about."""

from django.db import models
from django.db.models import Q

from genkan.kernel.data import DataClass, holds


class ExternalAccountRow(models.Model):
    """An account at a service, linked with a resident. An ended one stays as evidence."""

    id = models.UUIDField(
        primary_key=True, editable=False, db_comment=holds(DataClass.INTERNAL, "names the row")
    )
    link = models.ForeignKey(
        "sso.LinkRow",
        on_delete=models.RESTRICT,
        related_name="+",
        db_comment=holds(DataClass.PSEUDONYM, "whose"),
    )
    service = models.ForeignKey(
        "partners.ServiceRow",
        on_delete=models.RESTRICT,
        related_name="+",
        db_index=False,  # sso_external_account_once begins with it
        db_comment=holds(DataClass.PERSONAL, "at which service"),
    )
    digest = models.BinaryField(
        db_comment=holds(DataClass.PSEUDONYM, "keyed hash of the service's own reference")
    )
    token_digest = models.BinaryField(
        unique=True, db_comment=holds(DataClass.SECRET, "SHA-256 of the ID token that proved it")
    )
    linked_at = models.DateTimeField(db_comment=holds(DataClass.PERSONAL, "since when"))
    unlinked_at = models.DateTimeField(
        null=True, db_comment=holds(DataClass.PERSONAL, "until when; empty while it stands")
    )
    open_matters = models.PositiveIntegerField(
        db_comment=holds(DataClass.PERSONAL, "applications under way there, as the service said")
    )
    evidence = models.JSONField(
        db_comment=holds(DataClass.INTERNAL, "how both accounts were proved, and when")
    )

    class Meta:
        db_table = "sso_external_account"
        constraints = [
            models.UniqueConstraint(
                fields=["service", "digest"],
                condition=Q(unlinked_at__isnull=True),
                name="sso_external_account_once",
            ),
            models.UniqueConstraint(
                fields=["link"],
                condition=Q(unlinked_at__isnull=True),
                name="sso_external_account_one_a_link",
            ),
        ]


class ConflictRow(models.Model):
    """A link that staff decide about; decided ones stay as evidence."""

    id = models.UUIDField(
        primary_key=True, editable=False, db_comment=holds(DataClass.INTERNAL, "names the conflict")
    )
    service = models.ForeignKey(
        "partners.ServiceRow",
        on_delete=models.RESTRICT,
        related_name="+",
        db_index=False,  # sso_conflict_open_once begins with it
        db_comment=holds(DataClass.PERSONAL, "at which service"),
    )
    reason = models.CharField(
        max_length=30, db_comment=holds(DataClass.INTERNAL, "what does not fit together")
    )
    resident = models.ForeignKey(
        "residents.ResidentRow",
        on_delete=models.RESTRICT,
        related_name="+",
        db_comment=holds(DataClass.PSEUDONYM, "who tried to link"),
    )
    digest = models.BinaryField(
        db_comment=holds(DataClass.PSEUDONYM, "keyed hash of the account they tried to link")
    )
    obstacle = models.ForeignKey(
        ExternalAccountRow,
        on_delete=models.RESTRICT,
        related_name="+",
        db_comment=holds(DataClass.PSEUDONYM, "the linked account that stands in the way"),
    )
    opened_at = models.DateTimeField(db_comment=holds(DataClass.INTERNAL, "since when"))
    evidence = models.JSONField(
        db_comment=holds(DataClass.INTERNAL, "how both accounts were proved, and when")
    )
    decided_at = models.DateTimeField(
        null=True, db_comment=holds(DataClass.INTERNAL, "when staff decided")
    )
    outcome = models.CharField(
        max_length=10, default="", db_comment=holds(DataClass.INTERNAL, "what they decided")
    )
    decided_by = models.TextField(
        default="", db_comment=holds(DataClass.INTERNAL, "which member of staff")
    )
    note = models.TextField(
        default="", db_comment=holds(DataClass.INTERNAL, "why, for staff; digits masked")
    )

    class Meta:
        db_table = "sso_conflict"
        constraints = [
            models.UniqueConstraint(
                fields=["service", "resident", "digest"],
                condition=Q(decided_at__isnull=True),
                name="sso_conflict_open_once",
            ),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, outcome="")
                | Q(decided_at__isnull=False, outcome__in=["keep", "release"]),
                name="sso_conflict_is_open_or_decided",
            ),
        ]
