"""The demo, started once for all journeys of a worker."""

from contextlib import contextmanager

import pytest
from tests import databases, screenshots
from tests.journeys import chromium
from tests.journeys.browser import Browser
from tests.journeys.stack import start_demo


@contextmanager
def whole_stack(template, blocker, folder):
    with databases.lent(template, folder / "data", blocker) as url:
        running = start_demo(folder, database_url=url)
        try:
            yield running
        finally:
            running.stop()


@pytest.fixture(scope="session")
def demo(database_template, django_db_blocker, tmp_path_factory):
    """The whole stack on a copy of the template, over real HTTP and SMTP."""
    with whole_stack(database_template, django_db_blocker, tmp_path_factory.mktemp("demo")) as one:
        yield one


@pytest.fixture(scope="module")
def demo_of_its_own(database_template, django_db_blocker, tmp_path_factory):
    """Another whole stack, for journeys that leave services behind in every resident's list."""
    with whole_stack(database_template, django_db_blocker, tmp_path_factory.mktemp("demo")) as one:
        yield one


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
