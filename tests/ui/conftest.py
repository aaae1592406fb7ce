"""The pages of tests/ui/urls.py inside the real settings, with links of their own."""

from pathlib import Path
from uuid import UUID

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.test import Client, RequestFactory

from genkan.kernel.ids import AccountId, ResidentId
from genkan.kernel.registry import Registry
from genkan.ui.navigation import Link

TEMPLATES = Path(__file__).parent / "templates"
ACCOUNT = AccountId(UUID("00000000-0000-4000-8000-00000000000a"))
RESIDENT = ResidentId(UUID("00000000-0000-4000-8000-00000000000b"))


def filled(title, **entries):
    registry = Registry(title)
    for name, value in entries.items():
        registry.add(name, value)
    return registry


@pytest.fixture(autouse=True)
def showcase(settings, monkeypatch):
    """Serve the showcase; what features register is replaced by entries of the test."""
    settings.ROOT_URLCONF = "tests.ui.urls"
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [TEMPLATES]}]
    header = filled(
        "header links",
        out=Link(label="ログアウト", route="stop", audience="signed_in", order=9, posts=True),
        profile=Link(label="プロフィール", route="form", order=4),
        history=Link(label="情報の記録", route="timeline", order=3),
        services=Link(label="つながっているサービス", route="consent", order=2),
        home=Link(label="ホーム", route="home", order=1),
        enter=Link(label="ログイン", route="form", audience="anonymous", order=8),
    )
    footer = filled("footer links", terms=Link(label="利用規約", route="timeline"))
    monkeypatch.setattr("genkan.ui.context.header_links", header)
    monkeypatch.setattr("genkan.ui.context.footer_links", footer)
    monkeypatch.setattr("genkan.ui.csp.form_destinations", Registry("form destinations"))


@pytest.fixture
def visitor():
    """A browser that never signed in and shows the pages of failures."""
    return Client(raise_request_exception=False)


@pytest.fixture
def asked():
    """Make a request by somebody: nobody signed in, an account, or a member of staff."""

    def make(method="GET", path="/account", *, signed_in=False, is_staff=False, **headers):
        request = RequestFactory().generic(method, path, headers=headers)
        request.user = (
            get_user_model()(pk=ACCOUNT, kind="staff" if is_staff else "resident")
            if signed_in
            else AnonymousUser()
        )
        request.resolver_match = None
        return request

    return make
