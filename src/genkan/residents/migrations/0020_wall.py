from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from genkan.kernel.wall import EVERYBODY, lock_of

BATCH = 1_000
FUNCTIONS = """
CREATE FUNCTION residents_shows_everybody() RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE
RETURN EXISTS (
    SELECT FROM residents_wall w
     WHERE w.person = '00000000-0000-0000-0000-000000000000'
       AND starts_with(current_setting('genkan.scope', true), w.person::text)
       AND w.lock = sha256(decode(
           split_part(current_setting('genkan.scope', true), ':', 2), 'hex')));
CREATE FUNCTION residents_shown() RETURNS uuid[]
LANGUAGE sql STABLE PARALLEL SAFE
RETURN ARRAY(
    SELECT w.person
      FROM unnest(string_to_array(current_setting('genkan.scope', true), ',')) AS said(one)
      JOIN residents_wall w
        ON w.person = split_part(said.one, ':', 1)::uuid
       AND w.lock = sha256(decode(split_part(said.one, ':', 2), 'hex')));
CREATE FUNCTION residents_wall_stays() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what is in residents_wall stays' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER residents_wall_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON residents_wall
EXECUTE FUNCTION residents_wall_stays();
"""
WALLS = """
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY {table}_wall ON {table} USING (
    (SELECT residents_shows_everybody()) OR {whose} = ANY ((SELECT residents_shown())::uuid[])
);
"""
BEHIND = {"residents_data_key": "person", "residents_value": "resident_id"}


def keep_locks(apps: Apps, _: BaseDatabaseSchemaEditor) -> None:
    """Let the database check proofs: for everybody, and for each person there is."""
    wall, keys = (
        apps.get_model("residents", "WallRow"),
        apps.get_model("residents", "DataKeyRow"),
    )
    if wall.objects.filter(pk=EVERYBODY).exists():
        return
    wall.objects.create(person=EVERYBODY, lock=lock_of(EVERYBODY))
    people = list(keys.objects.values_list("person", flat=True).distinct())
    for start in range(0, len(people), BATCH):
        batch = people[start : start + BATCH]
        wall.objects.bulk_create(wall(person=one, lock=lock_of(one)) for one in batch)


class Migration(migrations.Migration):
    dependencies = [("residents", "0019_terms_letters")]

    operations = [
        migrations.CreateModel(
            name="WallRow",
            fields=[
                (
                    "person",
                    models.UUIDField(
                        db_comment="[pseudonym] whose rows it is about",
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "lock",
                    models.BinaryField(
                        db_comment="[pseudonym] hash of a proof that only the keyring gives"
                    ),
                ),
            ],
            options={"db_table": "residents_wall"},
        ),
        migrations.RunPython(keep_locks, migrations.RunPython.noop),
        migrations.RunSQL(
            FUNCTIONS,
            "DROP FUNCTION residents_wall_stays() CASCADE;"
            " DROP FUNCTION residents_shown(); DROP FUNCTION residents_shows_everybody()",
        ),
        *(
            migrations.RunSQL(
                WALLS.format(table=table, whose=whose),
                f"DROP POLICY {table}_wall ON {table};"
                f" ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY",
            )
            for table, whose in BEHIND.items()
        ),
    ]
