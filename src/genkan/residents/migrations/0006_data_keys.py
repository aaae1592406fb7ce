import base64
import json
import os
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Q
from django.db.models.functions import Now

BATCH = 1_000


def _sealed(cipher: AESGCM, plain: bytes, place: str) -> bytes:
    nonce = os.urandom(12)
    return nonce + cipher.encrypt(nonce, plain, place.encode())


def _wrapper() -> tuple[str, AESGCM]:
    """Return the name of the key-encryption key that is current, and its cipher."""
    document = json.loads(Path(settings.GENKAN.keyring).read_text())
    ring = document.get("wrapping", document)
    key = base64.b64decode(ring["keys"][ring["current"]])
    kdf = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"genkan:wrap")
    return ring["current"], AESGCM(kdf.derive(key))


def seal_what_stands(apps: Apps, _: BaseDatabaseSchemaEditor) -> None:
    """Give everybody a data key, and seal their values and drafts under it, batch by batch."""
    get = apps.get_model
    resident, registration = get("residents", "ResidentRow"), get("residents", "RegistrationRow")
    ids = resident.objects.values_list("id").union(registration.objects.values_list("id"))
    people = sorted(person for (person,) in ids)
    if not people:
        return
    name, wrapper = _wrapper()
    for start in range(0, len(people), BATCH):
        _seal_batch(apps, people[start : start + BATCH], name, wrapper)


def _seal_batch(apps: Apps, people: Sequence[uuid.UUID], name: str, wrapper: AESGCM) -> None:
    key_row, value = (
        apps.get_model("residents", "DataKeyRow"),
        apps.get_model("residents", "ValueRow"),
    )
    registration = apps.get_model("residents", "RegistrationRow")
    keys = {person: os.urandom(32) for person in people}
    key_row.objects.bulk_create(
        key_row(
            id=uuid.uuid4(),
            person=person,
            version=1,
            wrapped=_sealed(wrapper, key, f"main/{person}/1"),
            wrapped_by=name,
            created_at=Now(),
        )
        for person, key in keys.items()
    )
    ciphers = {person: AESGCM(key) for person, key in keys.items()}
    values = list(value.objects.filter(resident__in=people))
    for row in values:
        place = f"main/{row.resident_id}/{row.item}/{row.id}"
        row.sealed = _sealed(ciphers[row.resident_id], _bytes(row.content), place)
    value.objects.bulk_update(values, ["sealed"], batch_size=BATCH)
    drafts = [row for row in registration.objects.filter(id__in=people) if row.draft]
    for row in drafts:
        row.sealed = _sealed(ciphers[row.id], _bytes(row.draft), f"main/{row.id}/draft/{row.id}")
    registration.objects.bulk_update(drafts, ["sealed"], batch_size=BATCH)


def _bytes(content: Any) -> bytes:  # noqa: ANN401 - JSON
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


class Migration(migrations.Migration):
    dependencies = [("residents", "0005_counter")]

    operations = [
        migrations.CreateModel(
            name="DataKeyRow",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_comment="[pseudonym] which version of whose key",
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "person",
                    models.UUIDField(db_comment="[pseudonym] whose: a registration, later the ID"),
                ),
                ("version", models.PositiveSmallIntegerField(db_comment="[internal] from 1")),
                (
                    "wrapped",
                    models.BinaryField(
                        db_comment="[secret] the key, sealed by wrapped_by; empty once destroyed",
                        null=True,
                    ),
                ),
                (
                    "wrapped_by",
                    models.CharField(
                        db_comment="[internal] name of the key-encryption key", max_length=60
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(db_comment="[internal] when it was made"),
                ),
                (
                    "destroyed_at",
                    models.DateTimeField(
                        db_comment="[personal] when it was destroyed for good", null=True
                    ),
                ),
            ],
            options={
                "db_table": "residents_data_key",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("person", "version"), name="residents_key_version"
                    ),
                    models.UniqueConstraint(
                        condition=Q(("destroyed_at__isnull", True)),
                        fields=("person",),
                        name="residents_one_living_key",
                    ),
                    models.CheckConstraint(
                        condition=Q(
                            Q(("destroyed_at__isnull", False), ("wrapped__isnull", True)),
                            Q(("destroyed_at__isnull", True), ("wrapped__isnull", False)),
                            _connector="OR",
                        ),
                        name="residents_destroyed_key_is_gone",
                    ),
                ],
            },
        ),
        migrations.AddField("registrationrow", "sealed", models.BinaryField(null=True)),
        migrations.AddField("valuerow", "sealed", models.BinaryField(null=True)),
        migrations.RunPython(seal_what_stands, elidable=False),
        migrations.RemoveField("registrationrow", "draft"),
        migrations.RemoveField("valuerow", "content"),
        migrations.RenameField("registrationrow", "sealed", "draft"),
        migrations.RenameField("valuerow", "sealed", "content"),
        migrations.AlterField(
            "registrationrow",
            "draft",
            models.BinaryField(
                db_comment="[personal] what was typed, sealed by the data key; emptied at issue",
                null=True,
            ),
        ),
        migrations.AlterField(
            "valuerow",
            "content",
            models.BinaryField(db_comment="[personal] the value, as typed, sealed by the data key"),
        ),
        # A dropped column stays in the files until the table is written anew.
        migrations.RunSQL("CLUSTER residents_registration USING residents_registration_pkey"),
        migrations.RunSQL("CLUSTER residents_value USING residents_value_pkey"),
    ]
