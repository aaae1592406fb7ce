"""One database for all tests of a file that commit: each test plays with people of its own.

A copy of the template costs more than most tests, so a file whose tests never meet shares one.
"""

import pytest
from django.conf import settings

from tests import databases


@pytest.fixture(scope="module")
def committed(database_template, django_db_setup, django_db_blocker):
    """A fresh database under the name `default`; yields its name."""
    before = settings.DATABASES["default"]["NAME"]
    name = databases.new_name()
    with django_db_blocker.unblock():
        databases.create_copy(database_template, name)
        databases.point_at(name)
        yield name
        databases.point_at(before)
        databases.drop(name)
