from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from genkan.kernel.wall import EVERYBODY, lock_of

# One expression, so that it is part of each statement's plan. What is cut out is hexadecimal in
# any scope of ours, also in one of several people: the planner may look before the condition does.
SHOWS_EVERYBODY = """
CREATE OR REPLACE FUNCTION residents_shows_everybody() RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE
RETURN starts_with(current_setting('genkan.scope', true), '{everybody}:')
   AND sha256(decode(substr(current_setting('genkan.scope', true), 38, 64), 'hex')) = '\\x{lock}'
"""


def write_the_lock(_: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Let the function compare with the lock itself instead of looking it up."""
    editor.execute(SHOWS_EVERYBODY.format(everybody=EVERYBODY, lock=lock_of(EVERYBODY).hex()))


class Migration(migrations.Migration):
    dependencies = [("residents", "0020_wall")]

    operations = [migrations.RunPython(write_the_lock, migrations.RunPython.noop)]
