"""Table of what a search at the counter goes by."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from genkan.kernel.data import DataClass, holds
from genkan.residents.models.people import ResidentRow


class SearchRow(models.Model):
    """The traces of one item of a resident that holds now: keyed hashes, one row per item."""

    id = models.UUIDField(primary_key=True, db_comment=holds(DataClass.PSEUDONYM, "which row"))
    resident = models.ForeignKey(
        ResidentRow,
        on_delete=models.RESTRICT,
        db_index=False,  # residents_search_once begins with it
        related_name="+",
        db_comment=holds(DataClass.PSEUDONYM, "whose"),
    )
    item = models.CharField(
        max_length=40, db_comment=holds(DataClass.INTERNAL, "key in the catalogue")
    )
    tokens = ArrayField(
        models.BinaryField(),
        db_comment=holds(DataClass.PSEUDONYM, "keyed hashes of folded texts: equal ones meet"),
    )

    class Meta:
        db_table = "residents_search"
        constraints = [
            models.UniqueConstraint(fields=["resident", "item"], name="residents_search_once"),
        ]
        indexes = [GinIndex(fields=["tokens"], name="residents_search_tokens")]
