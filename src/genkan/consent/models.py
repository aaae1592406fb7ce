"""Tables of consent."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from genkan.consent.domain import NameForm
from genkan.kernel.data import DataClass, holds


class ConsentRow(models.Model):
    """One resident's agreement to one offer version."""

    id = models.UUIDField(
        primary_key=True, editable=False, db_comment=holds(DataClass.PSEUDONYM, "names the consent")
    )
    resident = models.ForeignKey(
        "residents.ResidentRow",
        on_delete=models.RESTRICT,
        db_index=False,  # consent_of_resident begins with it
        related_name="+",
        db_comment=holds(DataClass.PSEUDONYM, "who agreed"),
    )
    service = models.ForeignKey(
        "partners.ServiceRow",
        on_delete=models.RESTRICT,
        related_name="+",
        db_comment=holds(DataClass.RELATED, "who may receive"),
    )
    offer = models.ForeignKey(
        "partners.OfferRow",
        on_delete=models.RESTRICT,
        related_name="+",
        db_comment=holds(DataClass.RELATED, "offer version agreed to"),
    )
    purpose = models.CharField(max_length=4, db_comment=holds(DataClass.RELATED, "for what"))
    locale = models.CharField(
        max_length=10, db_comment=holds(DataClass.RELATED, "language in which it was read")
    )
    shown_at = models.DateTimeField(db_comment=holds(DataClass.RELATED, "when it was shown"))
    given_by = models.ForeignKey(
        "residents.ResidentRow",
        null=True,
        on_delete=models.RESTRICT,
        related_name="+",
        db_comment=holds(DataClass.PSEUDONYM, "who gave it on the resident's behalf, if anybody"),
    )
    for_minor = models.BooleanField(
        default=False,
        db_default=False,
        db_comment=holds(DataClass.RELATED, "a parent or guardian gave it: confirmed at majority"),
    )
    name_form = models.CharField(
        max_length=10,
        choices=[(form.value, form.value) for form in NameForm],
        default=NameForm.REGISTERED.value,
        db_default=NameForm.REGISTERED.value,
        db_comment=holds(DataClass.RELATED, "which name the service gets"),
    )
    agreed_by = ArrayField(
        models.UUIDField(),
        default=list,
        db_default=[],
        db_comment=holds(DataClass.PSEUDONYM, "parents and guardians who agreed"),
    )
    channel = models.CharField(
        max_length=10,
        default="portal",
        db_default="portal",
        db_comment=holds(DataClass.RELATED, "where it was given: portal or counter"),
    )
    given_at = models.DateTimeField(db_comment=holds(DataClass.RELATED, "start, included"))
    expires_at = models.DateTimeField(db_comment=holds(DataClass.RELATED, "end, excluded"))
    ended_at = models.DateTimeField(
        null=True, db_comment=holds(DataClass.RELATED, "when it ended before its time")
    )
    ending = models.CharField(
        max_length=20, default="", db_comment=holds(DataClass.RELATED, "how it ended")
    )

    class Meta:
        db_table = "consent_consent"
        constraints = [
            models.UniqueConstraint(
                fields=["resident", "service"],
                condition=models.Q(ended_at__isnull=True),
                name="consent_one_in_force",
            ),
            models.CheckConstraint(
                name="consent_ends_after_start",
                condition=models.Q(expires_at__gt=models.F("given_at")),
            ),
            models.CheckConstraint(
                name="consent_for_minor_has_giver",
                condition=models.Q(for_minor=False) | models.Q(given_by__isnull=False),
            ),
            models.CheckConstraint(
                name="consent_ending_has_moment",
                condition=models.Q(ended_at__isnull=True, ending="")
                | (models.Q(ended_at__isnull=False) & ~models.Q(ending="")),
            ),
        ]
        indexes = [
            models.Index(fields=["resident", "service", "-given_at"], name="consent_of_resident"),
            models.Index(
                fields=["expires_at"],
                name="consent_to_expire",
                condition=models.Q(ended_at__isnull=True),
            ),
            models.Index(
                fields=["id"],
                name="consent_to_confirm",
                condition=models.Q(ended_at__isnull=True, for_minor=True),
            ),
        ]


class ItemRow(models.Model):
    """One item that a consent allows."""

    id = models.UUIDField(
        primary_key=True, editable=False, db_comment=holds(DataClass.INTERNAL, "names the row")
    )
    consent = models.ForeignKey(
        ConsentRow,
        on_delete=models.RESTRICT,
        related_name="items",
        db_comment=holds(DataClass.PSEUDONYM, "which consent"),
    )
    item = models.CharField(max_length=40, db_comment=holds(DataClass.RELATED, "item key"))

    class Meta:
        db_table = "consent_item"
        constraints = [
            models.UniqueConstraint(fields=["consent", "item"], name="consent_item_once"),
        ]
