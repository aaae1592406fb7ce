"""What every test stands on: a database of its own on the real PostgreSQL."""

from pathlib import Path

import pytest
from django.conf import settings
from django.test import TransactionTestCase
from django.utils import translation

from genkan.kernel import wall
from tests import databases, screenshots

TEMPLATE = pytest.StashKey[str]()


def pytest_addoption(parser):
    parser.addoption("--screenshots", metavar="FOLDER", help="where screenshots of journeys go")


def pytest_terminal_summary(terminalreporter, config):
    """Say where to look, after a walk through the pages."""
    reports = [
        one for kind in ("passed", "failed", "error") for one in terminalreporter.getreports(kind)
    ]
    if any("test_browser_journey" in one.nodeid for one in reports):
        terminalreporter.write_line(f"screenshots: {screenshots.folder(config) / 'journey'}")


@pytest.fixture(autouse=True)
def language_of_the_settings():
    """Begin each test in the language of the settings: a request leaves its own behind."""
    translation.deactivate()


@pytest.fixture(autouse=True)
def keys_of_this_database():
    """Ask for the provider's keys anew: another test had another database."""
    from genkan.sso.service import keys

    keys.forget()


@pytest.fixture(scope="session", autouse=True)
def everybody_is_shown():
    """Tests look at all rows; requests, jobs and commands of theirs are shown what they say."""
    wall.outside = (wall.EVERYBODY,)


@pytest.fixture(scope="session")
def database_template(django_db_blocker):
    """Name of the migrated template; also for tests that start processes of their own."""
    with django_db_blocker.unblock():
        databases.point_at("postgres")
        return databases.ensure_template(Path(settings.GENKAN.data_dir))


@pytest.fixture(scope="session")
def django_db_setup(database_template, django_db_blocker):
    """A copy of the template for this worker; after a test that commits, a fresh one."""
    current = [databases.new_name()]

    def begin():
        databases.create_copy(database_template, current[0])
        databases.point_at(current[0])

    def renew(_case):
        databases.point_at("postgres")
        databases.drop(current[0])
        current[0] = databases.new_name()
        begin()

    patched = pytest.MonkeyPatch()
    patched.setattr(TransactionTestCase, "_fixture_teardown", renew)
    with django_db_blocker.unblock():
        begin()
    yield
    patched.undo()
    with django_db_blocker.unblock():
        databases.point_at("postgres")
        databases.drop(current[0])
