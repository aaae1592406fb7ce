"""Values that lay in clear are sealed by the migration, and read as before."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from genkan.kernel.db import rows
from genkan.kernel.ids import AccountId, ResidentId
from genkan.residents import api as residents
from genkan.residents.store import registrations
from tests import databases

DAY = [datetime(2026, 1, day, tzinfo=UTC) for day in range(1, 4)]
BEFORE = [("residents", "0005_counter")]
AFTER = [("residents", "0006_data_keys")]


@pytest.fixture
def older(django_db_setup, django_db_blocker):
    """A database as it was while values lay in clear; its tables."""
    standing, name = settings.DATABASES["default"]["NAME"], databases.new_name()
    with django_db_blocker.unblock():
        databases.create_copy("template0", name)
        databases.point_at(name)
        executor = MigrationExecutor(connection)
        yield executor.migrate(BEFORE).apps.get_model
        databases.point_at(standing)
        databases.drop(name)


def an_acceptance(table, person):
    version = table("terms", "TermsRow").objects.create(
        id=uuid4(),
        kind="terms_of_use",
        label="1",
        effective_from=DAY[0],
        authoritative_locale="ja",
        published_at=DAY[0],
    )
    return table("terms", "AcceptanceRow").objects.create(
        id=uuid4(),
        person=person,
        terms=version,
        locale="ja",
        text_hash="0" * 64,
        shown_at=DAY[0],
        accepted_at=DAY[0],
        method="web",
    )


def a_resident(table):
    """Somebody with a name, a name before that, and a registration begun by another account."""
    person = ResidentId(uuid4())
    table("residents", "ResidentRow").objects.create(
        id=person, acceptance_id=an_acceptance(table, person).id, issued_at=DAY[0], ui_locale="ja"
    )
    for full, begin, end in (("髙橋 𠮷男", DAY[1], None), ("髙𣘺 𠮷男", DAY[0], DAY[1])):
        table("residents", "ValueRow").objects.create(
            id=uuid4(),
            resident_id=person,
            item="name",
            content={"full": full},
            origin="self_declared",
            as_of=begin,
            valid_from=begin,
            valid_to=end,
        )
    return person


def a_registration(table):
    account = table("residents", "Account").objects.create(id=uuid4(), email="a@resident.example")
    table("residents", "RegistrationRow").objects.create(
        id=uuid4(),
        account_id=account.id,
        state="contact_verified",
        draft={"typed": {"phone": "06-1234-5678"}, "values": {"phone": "06-1234-5678"}},
        started_at=DAY[0],
        updated_at=DAY[0],
    )
    return AccountId(account.id)


def test_what_stood_in_clear_is_sealed_and_reads_as_before(older):
    person, account = a_resident(older), a_registration(older)

    MigrationExecutor(connection).migrate(AFTER)

    for table, column in (("residents_value", "content"), ("residents_registration", "draft")):
        stored = b"".join(row[column] for row in rows(f"SELECT {column} FROM {table}"))
        assert stored
        assert "𠮷男".encode() not in stored
        assert b"06-1234-5678" not in stored
    newest = MigrationExecutor(connection)
    newest.migrate(newest.loader.graph.leaf_nodes())
    assert residents.profile_of(person).content("name") == {"full": "髙橋 𠮷男"}
    assert [one.content for one in residents.past_values_of(person)] == [{"full": "髙𣘺 𠮷男"}]
    assert registrations.registration_of(account).draft.typed == {"phone": "06-1234-5678"}
