"""Tables of lifecycle. Residents, services and consents stand above: plain identifiers here."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from genkan.kernel.data import DataClass, holds


class DisposalRow(models.Model):
    """A request to dispose of provisions."""

    id = models.UUIDField(
        primary_key=True, editable=False, db_comment=holds(DataClass.INTERNAL, "names the request")
    )
    resident = models.UUIDField(db_comment=holds(DataClass.PSEUDONYM, "whose data"))
    service = models.UUIDField(db_comment=holds(DataClass.INTERNAL, "who must dispose"))
    consent = models.UUIDField(db_comment=holds(DataClass.PSEUDONYM, "consent that ended"))
    reason = models.CharField(max_length=40, db_comment=holds(DataClass.INTERNAL, "why"))
    requested_at = models.DateTimeField(db_comment=holds(DataClass.INTERNAL, "when asked"))
    due_at = models.DateTimeField(db_comment=holds(DataClass.INTERNAL, "due from this moment on"))
    overdue_at = models.DateTimeField(
        null=True, db_comment=holds(DataClass.INTERNAL, "when it was marked overdue")
    )
    certified_at = models.DateTimeField(
        null=True, db_comment=holds(DataClass.INTERNAL, "when a certificate closed it")
    )

    class Meta:
        db_table = "lifecycle_disposal"
        constraints = [
            models.UniqueConstraint(fields=["consent"], name="lifecycle_disposal_once_a_consent"),
            models.CheckConstraint(
                name="lifecycle_disposal_due_after_request",
                condition=models.Q(due_at__gte=models.F("requested_at")),
            ),
        ]
        indexes = [
            models.Index(
                fields=["service", "due_at"],
                name="lifecycle_disposal_open",
                condition=models.Q(certified_at__isnull=True),
            ),
            models.Index(fields=["resident"], name="lifecycle_disposal_of_resident"),
        ]


class ProvisionRow(models.Model):
    """One release; open until a certificate closes it."""

    id = models.UUIDField(
        primary_key=True, editable=False, db_comment=holds(DataClass.INTERNAL, "names the release")
    )
    resident = models.UUIDField(db_comment=holds(DataClass.PSEUDONYM, "whose data left"))
    service = models.UUIDField(db_comment=holds(DataClass.INTERNAL, "to whom"))
    consent = models.UUIDField(db_comment=holds(DataClass.PSEUDONYM, "under which consent"))
    offer = models.UUIDField(db_comment=holds(DataClass.INTERNAL, "under which offer version"))
    purpose = models.CharField(max_length=4, db_comment=holds(DataClass.INTERNAL, "for what"))
    items = ArrayField(
        models.CharField(max_length=40), db_comment=holds(DataClass.INTERNAL, "item keys that left")
    )
    digest = models.BinaryField(
        db_comment=holds(DataClass.PSEUDONYM, "SHA-256 of the payload's items")
    )
    door = models.CharField(
        max_length=20, db_comment=holds(DataClass.INTERNAL, "through which interface")
    )
    released_at = models.DateTimeField(db_comment=holds(DataClass.INTERNAL, "when"))
    ledger_entry = models.UUIDField(
        db_comment=holds(DataClass.INTERNAL, "ledger entry of the same transaction")
    )
    name_form = models.CharField(
        max_length=10,
        default="",
        db_default="",
        db_comment=holds(DataClass.INTERNAL, "alias if it left in the place of the name"),
    )
    disposal = models.ForeignKey(
        DisposalRow,
        null=True,
        on_delete=models.RESTRICT,
        related_name="+",
        db_comment=holds(DataClass.INTERNAL, "request that asks for its disposal"),
    )
    closed_at = models.DateTimeField(
        null=True, db_comment=holds(DataClass.INTERNAL, "when it was disposed of")
    )

    class Meta:
        db_table = "lifecycle_provision"
        constraints = [
            models.CheckConstraint(
                name="lifecycle_provision_closed_by_disposal",
                condition=models.Q(closed_at__isnull=True) | models.Q(disposal__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["resident", "-released_at"], name="lifecycle_provision_resident"),
            models.Index(
                fields=["resident", "service"],
                name="lifecycle_provision_open",
                condition=models.Q(closed_at__isnull=True),
            ),
        ]


class CertificateRow(models.Model):
    """The partner's statement that closed a request."""

    disposal = models.OneToOneField(
        DisposalRow,
        primary_key=True,
        on_delete=models.RESTRICT,
        related_name="+",
        db_comment=holds(DataClass.INTERNAL, "request it answers"),
    )
    token = models.TextField(db_comment=holds(DataClass.PSEUDONYM, "the signed statement"))
    method = models.CharField(max_length=20, db_comment=holds(DataClass.INTERNAL, "how"))
    copies = models.TextField(db_comment=holds(DataClass.INTERNAL, "copies, backups, processors"))
    responsible = models.TextField(
        db_comment=holds(DataClass.PERSONAL, "who answers for it at the partner")
    )
    completed_at = models.DateTimeField(db_comment=holds(DataClass.INTERNAL, "when disposed of"))
    received_at = models.DateTimeField(db_comment=holds(DataClass.INTERNAL, "when it came"))

    class Meta:
        db_table = "lifecycle_certificate"
