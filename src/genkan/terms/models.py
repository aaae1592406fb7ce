"""Tables of versions, texts and acceptances."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from genkan.kernel.data import DataClass, holds
from genkan.terms.domain import Kind, Method

HASH_LENGTH = 64
TOUCHED_LENGTH = 60


class TermsRow(models.Model):
    """One version of a document."""

    id = models.UUIDField(primary_key=True, db_comment=holds(DataClass.PUBLIC, "which version"))
    kind = models.CharField(
        max_length=20,
        choices=[(kind.value, kind.value) for kind in Kind],
        db_comment=holds(DataClass.PUBLIC, "which document"),
    )
    label = models.CharField(
        max_length=40, db_comment=holds(DataClass.PUBLIC, "name of the version")
    )
    effective_from = models.DateTimeField(
        db_comment=holds(DataClass.PUBLIC, "first moment in force")
    )
    authoritative_locale = models.CharField(
        max_length=10, db_comment=holds(DataClass.PUBLIC, "language that decides")
    )
    material = models.BooleanField(
        db_default=True,
        db_comment=holds(DataClass.PUBLIC, "whether residents must accept it anew"),
    )
    touches = ArrayField(
        models.CharField(max_length=TOUCHED_LENGTH),
        default=list,
        db_default=[],
        db_comment=holds(DataClass.PUBLIC, "purposes and services that a changed clause is about"),
    )
    published_at = models.DateTimeField(db_comment=holds(DataClass.INTERNAL, "when it was loaded"))

    class Meta:
        db_table = "terms_terms"
        constraints = [
            models.UniqueConstraint(fields=["kind", "label"], name="terms_one_version_per_label"),
            models.UniqueConstraint(
                fields=["kind", "effective_from"], name="terms_one_version_at_a_time"
            ),
        ]


class TermsTextRow(models.Model):
    """A version in one language."""

    id = models.UUIDField(primary_key=True, db_comment=holds(DataClass.PUBLIC, "which text"))
    terms = models.ForeignKey(
        TermsRow,
        on_delete=models.RESTRICT,
        db_index=False,  # terms_one_text_per_locale begins with it
        related_name="+",
        db_comment=holds(DataClass.PUBLIC, "version"),
    )
    locale = models.CharField(max_length=10, db_comment=holds(DataClass.PUBLIC, "language"))
    body = models.TextField(db_comment=holds(DataClass.PUBLIC, "the text in Markdown"))
    sha256 = models.CharField(
        max_length=HASH_LENGTH, db_comment=holds(DataClass.PUBLIC, "hash of the text")
    )

    class Meta:
        db_table = "terms_text"
        constraints = [
            models.UniqueConstraint(fields=["terms", "locale"], name="terms_one_text_per_locale"),
        ]


class AcceptanceRow(models.Model):
    """One act of acceptance; never changed."""

    id = models.UUIDField(
        primary_key=True, db_comment=holds(DataClass.PSEUDONYM, "which acceptance")
    )
    person = models.UUIDField(
        db_index=True, db_comment=holds(DataClass.PSEUDONYM, "registration, later the resident")
    )
    terms = models.ForeignKey(
        TermsRow,
        on_delete=models.RESTRICT,
        related_name="+",
        db_comment=holds(DataClass.PUBLIC, "version accepted"),
    )
    locale = models.CharField(max_length=10, db_comment=holds(DataClass.PERSONAL, "language read"))
    text_hash = models.CharField(
        max_length=HASH_LENGTH, db_comment=holds(DataClass.PUBLIC, "hash of the text shown")
    )
    shown_at = models.DateTimeField(db_comment=holds(DataClass.PERSONAL, "when the text was shown"))
    accepted_at = models.DateTimeField(db_comment=holds(DataClass.PERSONAL, "when it was accepted"))
    method = models.CharField(
        max_length=10,
        choices=[(method.value, method.value) for method in Method],
        db_comment=holds(DataClass.PERSONAL, "web, counter or synthetic"),
    )

    class Meta:
        db_table = "terms_acceptance"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(accepted_at__gte=models.F("shown_at")),
                name="terms_shown_before_accepted",
            ),
        ]


class RefusalRow(models.Model):
    """One act of refusal; never changed, and undone by accepting later."""

    id = models.UUIDField(primary_key=True, db_comment=holds(DataClass.PSEUDONYM, "which refusal"))
    person = models.UUIDField(db_comment=holds(DataClass.PSEUDONYM, "the resident"))
    terms = models.ForeignKey(
        TermsRow,
        on_delete=models.RESTRICT,
        related_name="+",
        db_comment=holds(DataClass.PUBLIC, "version refused"),
    )
    locale = models.CharField(max_length=10, db_comment=holds(DataClass.PERSONAL, "language read"))
    text_hash = models.CharField(
        max_length=HASH_LENGTH, db_comment=holds(DataClass.PUBLIC, "hash of the text shown")
    )
    shown_at = models.DateTimeField(db_comment=holds(DataClass.PERSONAL, "when the text was shown"))
    refused_at = models.DateTimeField(db_comment=holds(DataClass.PERSONAL, "when it was refused"))

    class Meta:
        db_table = "terms_refusal"
        constraints = [
            models.UniqueConstraint(fields=["person", "terms"], name="terms_one_refusal"),
            models.CheckConstraint(
                condition=models.Q(refused_at__gte=models.F("shown_at")),
                name="terms_shown_before_refused",
            ),
        ]
