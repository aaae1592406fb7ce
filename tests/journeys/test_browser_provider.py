"""The provider's pages of the console in Chromium: look, stop, reopen, with a reason each time."""

import pytest
from tests.journeys.test_browser_pages import sign_in

pytestmark = [
    pytest.mark.browser,
    pytest.mark.stack,
    pytest.mark.xdist_group("demo"),
    pytest.mark.timeout(600),
]
OPERATOR = "operator@genkan.example"
SERVICE = 'main a[href*="/console/sso/services/"]'
CLIENT = 'main a[href*="/console/sso/clients/"]'
SEND = 'main form[method="post"] button[type="submit"]'
SUSPENDED, IN_USE = "停止中", "利用中"


def with_reason(window, act, name):
    """Press a link to an act, give no reason, then one."""
    window.press(f'main a[href$="/{act}"]')
    window.look(f"{name}-{act}")
    with window.refusal():
        window.press(SEND)
        window.look(f"{name}-{act}-refused")
    window.page.fill('[name="reason"]', "訓練")
    window.page.check('[name="sure"]')
    window.press(SEND)
    window.look(f"{name}-after-{act}")


@pytest.fixture
def provider(started, demo):
    with started.window("provider") as window:
        sign_in(window, demo, OPERATOR)
        window.page.goto(f"{demo.portal}/console/sso/")
        yield window


def test_an_operator_looks_at_services_clients_and_keys(provider):
    provider.look("overview")
    provider.press(SERVICE)
    provider.look("service")
    provider.press(CLIENT)
    provider.look("client")
    provider.page.goto(provider.page.url.partition("/console/")[0] + "/console/sso/keys/")
    provider.look("keys")
    provider.press('main a[href$="/rotate"]')
    provider.look("rotate")
    with provider.refusal():
        provider.press(SEND)
        provider.look("rotate-refused")
    provider.findings.assert_none()


def test_an_operator_stops_a_service_and_a_client_and_lets_them_go_on(provider):
    provider.press(SERVICE)
    with_reason(provider, "stop", "service")
    assert SUSPENDED in provider.page.inner_text("main")
    assert "訓練" in provider.page.inner_text("main")
    with_reason(provider, "reopen", "service")
    assert IN_USE in provider.page.inner_text("main")

    provider.press(CLIENT)
    with_reason(provider, "stop", "client")
    assert SUSPENDED in provider.page.inner_text("main")
    with_reason(provider, "reopen", "client")
    assert SUSPENDED not in provider.page.inner_text("main")
    provider.findings.assert_none()
