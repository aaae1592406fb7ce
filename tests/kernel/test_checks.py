"""Every column says what it holds, and nothing deletes along."""

import pytest
from django.db import models
from django.test.utils import isolate_apps

from genkan.kernel import checks
from genkan.kernel.data import DataClass, class_of, holds

SAID = holds(DataClass.INTERNAL, "for the test")


def shelf(**fields):
    """A table with an id that says what it is, and these columns."""
    with isolate_apps("genkan.kernel"):
        identity = models.UUIDField(primary_key=True, db_comment=SAID)
        meta = type("Meta", (), {"app_label": "kernel"})
        body = {"__module__": "genkan.kernel.tests", "Meta": meta, "id": identity, **fields}
        return type("ShelfRow", (models.Model,), body)


def ids(messages):
    return [message.id for message in messages]


@pytest.mark.parametrize("comment", [None, "", "a word", "personal", "[secretive] word", "[] word"])
def test_a_column_that_does_not_say_what_it_holds_stops_the_start(comment):
    table = shelf(word=models.TextField(db_comment=comment))

    (error,) = checks.unclassified_columns([table])
    assert (error.id, error.is_serious()) == ("kernel.E001", True)
    assert "ShelfRow.word" in error.msg


@pytest.mark.parametrize("data_class", DataClass)
def test_a_column_of_any_class_passes(data_class):
    table = shelf(word=models.TextField(db_comment=holds(data_class, "why")))

    assert checks.unclassified_columns([table]) == []
    assert class_of(holds(data_class, "why")) is data_class


def test_a_key_that_deletes_along_stops_the_start():
    column = models.ForeignKey("partners.ServiceRow", on_delete=models.CASCADE, db_comment=SAID)

    (error,) = checks.cascades([shelf(service=column)])
    assert (error.id, error.is_serious()) == ("kernel.E002", True)


@pytest.mark.parametrize("kept", [models.RESTRICT, models.PROTECT, models.DO_NOTHING])
def test_a_key_that_keeps_what_hangs_on_it_passes(kept):
    column = models.ForeignKey("partners.ServiceRow", on_delete=kept, db_comment=SAID)

    assert checks.cascades([shelf(service=column)]) == []


def test_a_librarys_columns_are_the_librarys():
    from genkan.residents.models import Account

    inherited = {field.name for field in Account._meta.local_fields}
    own = {field.name for field in checks.own_columns(Account)}

    assert own < inherited
    assert "last_login" not in own


def test_our_own_tables_pass():
    assert len(checks.own_models()) > 20
    assert ids(checks.check_tables(None)) == []


def test_the_classes_stand_in_the_database_itself(db):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT col_description('consent_consent'::regclass, attnum) FROM pg_attribute"
            " WHERE attrelid = 'consent_consent'::regclass AND attname = 'resident_id'"
        )
        assert class_of(cursor.fetchone()[0]) is DataClass.PSEUDONYM
