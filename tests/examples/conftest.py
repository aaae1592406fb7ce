from contextlib import ExitStack

import pytest

from tests.examples.peer import Peer, Person
from tests.examples.stage import Browser, Shinsei


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    """One service and its peer for all tests of a file; every test brings its own people."""
    peer = Peer()
    shinsei = Shinsei(peer, tmp_path_factory.mktemp("shinsei"))
    shinsei.register()
    shinsei.start()
    yield shinsei
    shinsei.stop()
    peer.close()


@pytest.fixture
def shinsei(running):
    running.peer.reset()
    return running


@pytest.fixture
def peer(shinsei):
    return shinsei.peer


@pytest.fixture
def new_browser():
    """Makes browsers, each somebody else's, and closes them all."""
    with ExitStack() as opened:
        yield lambda shinsei: opened.enter_context(Browser(shinsei.base_url))


@pytest.fixture
def browser(shinsei, new_browser):
    return new_browser(shinsei)


@pytest.fixture
def own_shinsei(tmp_path):
    """A service of the test's own, that it may crash."""
    peer = Peer()
    shinsei = Shinsei(peer, tmp_path)
    shinsei.register()
    shinsei.start()
    yield shinsei
    shinsei.stop()
    peer.close()


@pytest.fixture
def person(peer):
    """Somebody who stands at the peer's door and has shared nothing yet."""
    peer.visitor = Person()
    return peer.visitor
