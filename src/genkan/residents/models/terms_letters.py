"""Table of letters about changed terms, so that each is made out and sent once."""

from django.db import models

from genkan.kernel.data import DataClass, holds
from genkan.residents.domain.terms_letters import Way
from genkan.residents.models.people import Account, ResidentRow


class TermsLetterRow(models.Model):
    """One letter to a resident without mail about one version of the terms."""

    id = models.UUIDField(primary_key=True, db_comment=holds(DataClass.PSEUDONYM, "which letter"))
    resident = models.ForeignKey(
        ResidentRow,
        on_delete=models.RESTRICT,
        db_index=False,  # residents_terms_letter_once begins with it
        related_name="+",
        db_comment=holds(DataClass.PSEUDONYM, "to whom"),
    )
    terms = models.ForeignKey(
        "terms.TermsRow",
        on_delete=models.RESTRICT,
        related_name="+",
        db_comment=holds(DataClass.PUBLIC, "version told of"),
    )
    batch = models.UUIDField(
        db_index=True, db_comment=holds(DataClass.INTERNAL, "made out in one go with others")
    )
    way = models.CharField(
        max_length=10,
        choices=[(way.value, way.value) for way in Way],
        db_comment=holds(DataClass.SECRET, "by post, or by hand where the address is hidden"),
    )
    made_at = models.DateTimeField(db_comment=holds(DataClass.INTERNAL, "when it was made out"))
    made_by = models.ForeignKey(
        Account,
        on_delete=models.RESTRICT,
        related_name="+",
        db_comment=holds(DataClass.PSEUDONYM, "member of staff who made it out"),
    )
    sent_at = models.DateTimeField(
        null=True, db_comment=holds(DataClass.PERSONAL, "when it was posted or handed over")
    )
    sent_by = models.ForeignKey(
        Account,
        null=True,
        on_delete=models.RESTRICT,
        related_name="+",
        db_comment=holds(DataClass.PSEUDONYM, "member of staff who sent it or handed it over"),
    )

    class Meta:
        db_table = "residents_terms_letter"
        constraints = [
            models.UniqueConstraint(
                fields=["resident", "terms"], name="residents_terms_letter_once"
            ),
            models.CheckConstraint(
                condition=models.Q(sent_at__isnull=True, sent_by__isnull=True)
                | models.Q(sent_at__isnull=False, sent_by__isnull=False),
                name="residents_terms_letter_sent_by_somebody",
            ),
        ]
