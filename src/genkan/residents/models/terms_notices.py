"""Table of mails about changed terms, so that each is sent once."""

from django.db import models

from genkan.kernel.data import DataClass, holds
from genkan.residents.domain.terms_notices import Stage
from genkan.residents.models.people import ResidentRow


class TermsNoticeRow(models.Model):
    """One occasion on which a resident was told of a version, or had decided before."""

    id = models.UUIDField(primary_key=True, db_comment=holds(DataClass.PSEUDONYM, "which notice"))
    resident = models.ForeignKey(
        ResidentRow,
        on_delete=models.RESTRICT,
        db_index=False,  # residents_terms_notice_once begins with it
        related_name="+",
        db_comment=holds(DataClass.PSEUDONYM, "who is told"),
    )
    terms = models.ForeignKey(
        "terms.TermsRow",
        on_delete=models.RESTRICT,
        related_name="+",
        db_comment=holds(DataClass.PUBLIC, "version told of"),
    )
    stage = models.CharField(
        max_length=10,
        choices=[(stage.value, stage.value) for stage in Stage],
        db_comment=holds(DataClass.INTERNAL, "occasion"),
    )
    noted_at = models.DateTimeField(db_comment=holds(DataClass.PERSONAL, "when it was queued"))
    handed_over_at = models.DateTimeField(
        null=True, db_comment=holds(DataClass.PERSONAL, "when a mail server took the mail")
    )
    read_at = models.DateTimeField(
        null=True, db_comment=holds(DataClass.PERSONAL, "when the page of deciding was opened")
    )

    class Meta:
        db_table = "residents_terms_notice"
        constraints = [
            models.UniqueConstraint(
                fields=["resident", "terms", "stage"], name="residents_terms_notice_once"
            ),
        ]
