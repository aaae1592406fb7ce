"""The demo, started once for all journeys of a worker."""

import pytest
from django.db import connection
from tests import databases
from tests.journeys.browser import Browser
from tests.journeys.stack import start_demo


@pytest.fixture(scope="session")
def demo(database_template, django_db_blocker, tmp_path_factory):
    """The whole stack on a copy of the template, over real HTTP and SMTP."""
    name = databases.new_name()
    with django_db_blocker.unblock():
        databases.create_copy(database_template, name)
        known = connection.get_connection_params()
    parts = {"dbname": name} | {
        key: known[key] for key in ("host", "port", "user", "password") if key in known
    }
    url = " ".join(f"{key}={value}" for key, value in parts.items())
    running = start_demo(tmp_path_factory.mktemp("demo"), database_url=url)
    yield running
    running.stop()
    with django_db_blocker.unblock():
        databases.drop(name)


@pytest.fixture
def browser():
    with Browser() as one:
        yield one
