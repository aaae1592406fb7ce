"""Who fails to prove itself again and again is told to come back later (SSO.md P0.19)."""

from urllib.parse import urlencode

import pytest

from genkan.kernel.throttle import Throttle
from genkan.site.wsgi import application
from genkan.sso import endpoints
from tests.sso.stage import call, code_in, credentials


@pytest.fixture(autouse=True)
def few(monkeypatch):
    monkeypatch.setattr(endpoints, "FAILURES", Throttle(limit=3))


def at(address):
    def app(environ, start_response):
        return application({**environ, "REMOTE_ADDR": address}, start_response)

    return app


def guess(service, address="192.0.2.1", path="/oauth2/token"):
    body = urlencode({"grant_type": "authorization_code", "code": "x", "token": "x"}).encode()
    wrong = credentials(service.client_id, "wrong")
    return call(path, "POST", body=body, app=at(address), authorization=wrong)


def test_guesses_beyond_the_limit_are_told_to_come_back(service):
    answers = [guess(service) for _ in range(5)]

    assert [one.status for one in answers] == [401, 401, 401, 429, 429]
    assert answers[-1].json()["error"] == "temporarily_unavailable"
    assert int(answers[-1].headers["Retry-After"]) > 0


@pytest.mark.parametrize(
    "path", ["/oauth2/par", "/oauth2/revoke", "/oauth2/introspect", "/oauth2/bc-authorize"]
)
def test_every_endpoint_for_clients_counts(service, path):
    answers = [guess(service, path=path).status for _ in range(4)]

    assert answers == [401, 401, 401, 429]


def test_who_proves_itself_is_never_kept_out_and_other_addresses_are_not_blamed(linked, service):
    for _ in range(5):
        guess(service)

    code = code_in(linked.open(service.address()))
    assert service.redeem(code, app=at("192.0.2.1")).status == 200
    assert guess(service, address="192.0.2.2").status == 401


def test_other_refusals_are_no_guesses(linked, service):
    answers = [service.redeem("unknown", app=at("192.0.2.1")).status for _ in range(6)]

    assert answers == [400] * 6
