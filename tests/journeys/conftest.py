"""The demo, started once for all journeys of a worker."""

import shutil

import pytest
from django.conf import settings
from django.db import connection
from tests import databases, screenshots
from tests.journeys import chromium
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
    folder = tmp_path_factory.mktemp("demo")
    # The wall in the template opens to the keyring that it was built with, and to no other.
    (folder / "data").mkdir()
    shutil.copy2(settings.GENKAN.keyring, folder / "data" / "keyring.json")
    running = start_demo(folder, database_url=url)
    yield running
    running.stop()
    with django_db_blocker.unblock():
        databases.drop(name)


@pytest.fixture(scope="module")
def started(demo, pytestconfig, tmp_path_factory):
    """A real Chromium that may ask nobody but the portal and the sample service."""
    chromium.require()
    folder = screenshots.folder(pytestconfig) / "journey"
    origins = (demo.portal, demo.shinsei, demo.card_app)
    with chromium.started(origins, folder, tmp_path_factory.mktemp("profiles")) as one:
        yield one


@pytest.fixture
def browser():
    with Browser() as one:
        yield one
