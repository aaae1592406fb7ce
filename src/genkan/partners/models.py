"""Tables of partners."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from genkan.kernel.data import DataClass, holds


class OrganisationRow(models.Model):
    """Who stands behind services."""

    id = models.UUIDField(
        primary_key=True, editable=False, db_comment=holds(DataClass.INTERNAL, "names the row")
    )
    name = models.JSONField(db_comment=holds(DataClass.PUBLIC, "name by language"))
    corporate_number = models.CharField(
        max_length=13, unique=True, db_comment=holds(DataClass.PUBLIC, "法人番号")
    )
    address = models.TextField(db_comment=holds(DataClass.PUBLIC, "seat"))
    contact = models.TextField(db_comment=holds(DataClass.PUBLIC, "where residents ask"))

    class Meta:
        db_table = "partners_organisation"


class ServiceRow(models.Model):
    """A linked service."""

    id = models.UUIDField(
        primary_key=True, editable=False, db_comment=holds(DataClass.INTERNAL, "names the row")
    )
    organisation = models.ForeignKey(
        OrganisationRow,
        on_delete=models.RESTRICT,
        related_name="+",
        db_comment=holds(DataClass.PUBLIC, "who runs it"),
    )
    slug = models.SlugField(
        max_length=40, unique=True, db_comment=holds(DataClass.PUBLIC, "short name for operators")
    )
    name = models.JSONField(db_comment=holds(DataClass.PUBLIC, "name by language"))
    description = models.JSONField(db_comment=holds(DataClass.PUBLIC, "what it does, by language"))
    home_url = models.URLField(db_comment=holds(DataClass.PUBLIC, "its front page"))
    sector = models.CharField(
        max_length=100, db_comment=holds(DataClass.INTERNAL, "decides the pairwise sub")
    )
    state = models.CharField(
        max_length=20, default="live", db_comment=holds(DataClass.PUBLIC, "live or suspended")
    )
    state_since = models.DateTimeField(
        null=True, db_comment=holds(DataClass.PUBLIC, "when that was last changed, if ever")
    )
    state_because = models.TextField(
        default="", db_default="", db_comment=holds(DataClass.INTERNAL, "why, in operators' words")
    )
    webhook_url = models.URLField(db_comment=holds(DataClass.INTERNAL, "where messages go"))
    webhook_secret = models.BinaryField(
        db_comment=holds(DataClass.SECRET, "sealed key that signs messages")
    )

    class Meta:
        db_table = "partners_service"
        constraints = [
            models.CheckConstraint(
                name="partners_service_state_known",
                condition=models.Q(state__in=["live", "suspended"]),
            ),
        ]


class KeyRow(models.Model):
    """A public key of a service."""

    id = models.UUIDField(
        primary_key=True, editable=False, db_comment=holds(DataClass.INTERNAL, "names the row")
    )
    service = models.ForeignKey(
        ServiceRow,
        on_delete=models.RESTRICT,
        related_name="+",
        db_comment=holds(DataClass.INTERNAL, "whose key"),
    )
    kid = models.CharField(max_length=200, db_comment=holds(DataClass.PUBLIC, "key id"))
    jwk = models.JSONField(db_comment=holds(DataClass.PUBLIC, "public key (RFC 7517)"))
    added_at = models.DateTimeField(db_comment=holds(DataClass.INTERNAL, "when"))

    class Meta:
        db_table = "partners_key"
        constraints = [
            models.UniqueConstraint(fields=["service", "kid"], name="partners_key_kid_once"),
        ]


class AgreementRow(models.Model):
    """What was agreed with a service's organisation."""

    id = models.UUIDField(
        primary_key=True, editable=False, db_comment=holds(DataClass.INTERNAL, "names the row")
    )
    service = models.ForeignKey(
        ServiceRow,
        on_delete=models.RESTRICT,
        related_name="+",
        db_comment=holds(DataClass.INTERNAL, "for which service"),
    )
    purpose = models.CharField(max_length=4, db_comment=holds(DataClass.PUBLIC, "P1 to P5"))
    items = ArrayField(
        models.CharField(max_length=40), db_comment=holds(DataClass.PUBLIC, "items that may flow")
    )
    handling = models.JSONField(db_comment=holds(DataClass.PUBLIC, "rules by language"))
    municipalities = ArrayField(
        models.CharField(max_length=6),
        default=list,
        db_default=[],
        db_comment=holds(DataClass.PUBLIC, "codes whose residents it is for; none: everybody"),
    )
    valid_from = models.DateField(db_comment=holds(DataClass.PUBLIC, "first day"))
    valid_until = models.DateField(db_comment=holds(DataClass.PUBLIC, "end, excluded"))
    agreed_at = models.DateTimeField(db_comment=holds(DataClass.INTERNAL, "when it was entered"))

    class Meta:
        db_table = "partners_agreement"
        constraints = [
            models.CheckConstraint(
                name="partners_agreement_ends_after_start",
                condition=models.Q(valid_until__gt=models.F("valid_from")),
            ),
        ]


class OfferRow(models.Model):
    """One version of what a service asks for; published when written, retired by the next."""

    id = models.UUIDField(
        primary_key=True, editable=False, db_comment=holds(DataClass.INTERNAL, "names the version")
    )
    service = models.ForeignKey(
        ServiceRow,
        on_delete=models.RESTRICT,
        related_name="+",
        db_comment=holds(DataClass.PUBLIC, "whose offer"),
    )
    agreement = models.ForeignKey(
        AgreementRow,
        on_delete=models.RESTRICT,
        related_name="+",
        db_comment=holds(DataClass.PUBLIC, "under which agreement"),
    )
    version = models.PositiveIntegerField(db_comment=holds(DataClass.PUBLIC, "counts from 1"))
    purpose = models.CharField(max_length=4, db_comment=holds(DataClass.PUBLIC, "P1 to P5"))
    specific_purpose = models.JSONField(db_comment=holds(DataClass.PUBLIC, "why, by language"))
    items = models.JSONField(db_comment=holds(DataClass.PUBLIC, "items with reasons"))
    days = models.PositiveIntegerField(db_comment=holds(DataClass.PUBLIC, "a consent lasts"))
    disposal_days = models.PositiveIntegerField(
        db_comment=holds(DataClass.PUBLIC, "days to dispose after the consent ends")
    )
    on_stopping = models.JSONField(db_comment=holds(DataClass.PUBLIC, "what stopping means"))
    disposal_rule = models.JSONField(db_comment=holds(DataClass.PUBLIC, "how it is disposed of"))
    published_at = models.DateTimeField(db_comment=holds(DataClass.PUBLIC, "when"))
    retired_at = models.DateTimeField(
        null=True, db_comment=holds(DataClass.PUBLIC, "when a newer version took its place")
    )

    class Meta:
        db_table = "partners_offer"
        constraints = [
            models.UniqueConstraint(fields=["service", "version"], name="partners_offer_version"),
            models.UniqueConstraint(
                fields=["service"],
                condition=models.Q(retired_at__isnull=True),
                name="partners_offer_one_published",
            ),
        ]


class MessageRow(models.Model):
    """A webhook, kept until and after it is delivered."""

    id = models.UUIDField(
        primary_key=True, editable=False, db_comment=holds(DataClass.INTERNAL, "webhook-id")
    )
    service = models.ForeignKey(
        ServiceRow,
        on_delete=models.RESTRICT,
        related_name="+",
        db_comment=holds(DataClass.INTERNAL, "to whom"),
    )
    kind = models.CharField(max_length=40, db_comment=holds(DataClass.INTERNAL, "type"))
    body = models.BinaryField(db_comment=holds(DataClass.PSEUDONYM, "JSON as it is signed"))
    created_at = models.DateTimeField(db_comment=holds(DataClass.INTERNAL, "when"))
    attempts = models.PositiveIntegerField(
        default=0, db_comment=holds(DataClass.INTERNAL, "how often it was tried")
    )
    next_attempt_at = models.DateTimeField(db_comment=holds(DataClass.INTERNAL, "not tried before"))
    last_outcome = models.CharField(
        max_length=80, default="", db_comment=holds(DataClass.INTERNAL, "status or kind of failure")
    )
    delivered_at = models.DateTimeField(
        null=True, db_comment=holds(DataClass.INTERNAL, "when it was accepted")
    )

    class Meta:
        db_table = "partners_message"
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                name="partners_message_due",
                condition=models.Q(delivered_at__isnull=True),
            ),
        ]
