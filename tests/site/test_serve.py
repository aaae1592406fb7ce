"""`genkan serve`: TLS by several workers, one issuer whatever is asked for, an end in order."""

import os
import signal
import subprocess
from pathlib import Path

import httpx
import pytest

from tests import databases
from tests.conformance import provider as providers
from tests.conformance import proxy
from tests.conformance.provider import trusting
from tests.conformance.with_authlib import Authlib
from tests.journeys.people import wait_for
from tests.journeys.stack import free_ports

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("serve")]
WORKERS = 2
STOP_SECONDS = 15
CLAIMED = {"Host": "evil.example", "X-Forwarded-Host": "evil.example"}


def children(pid: int) -> set[int]:
    """Processes whose parent this is."""
    found = set()
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            lines = dict(
                line.split(":\t") for line in status.read_text().splitlines() if ":\t" in line
            )
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(lines["PPid"]) == pid:
            found.add(int(lines["Pid"]))
    return found


def prepared(folder, url, **settings):
    one = providers.prepare(folder, database_url=url, **settings)
    providers.migrate(one)
    return one


@pytest.fixture(scope="module")
def provider(database_template, django_db_blocker, tmp_path_factory):
    folder = tmp_path_factory.mktemp("serve")
    with databases.lent(database_template, folder / "data", django_db_blocker) as url:
        yield prepared(folder, url)


@pytest.fixture(scope="module")
def served(provider):
    """`genkan serve` with TLS and two workers: its process."""
    stack = providers.programs(provider, workers=WORKERS)
    stack.programs = stack.programs[:1]
    try:
        stack.start(seconds=providers.READY_SECONDS)
        yield stack.running["serve"]
    finally:
        stack.stop()


@pytest.fixture
def visitor(provider, served):
    with httpx.Client(
        base_url=provider.issuer, verify=trusting(provider), trust_env=False, timeout=30
    ) as one:
        yield one


def test_the_issuer_is_the_configured_one_whatever_host_is_asked(provider, visitor):
    told = visitor.get("/.well-known/openid-configuration", headers=CLAIMED)

    assert told.json()["issuer"] == provider.issuer
    assert "evil" not in told.text


def test_pages_are_not_shown_under_other_names(visitor):
    for path in ("/accounts/login/", "/oauth2/authorize?client_id=x", "/oauth2/logout"):
        assert visitor.get(path, headers=CLAIMED).status_code == 400
    there = visitor.get("/oauth2/authorize", headers={"X-Forwarded-Host": "evil.example"})
    assert "evil" not in there.text + there.headers.get("Location", "")


def test_cookies_are_for_this_host_over_tls_alone(visitor):
    said = visitor.get("/accounts/login/").headers.get_list("Set-Cookie")

    assert said
    for cookie in said:
        assert cookie.startswith("__Host-")
        assert "Secure" in cookie


def test_plain_http_gets_no_answer_at_the_port_of_tls(provider, served):
    with pytest.raises(httpx.HTTPError):
        httpx.get(provider.issuer.replace("https", "http"), trust_env=False)


def test_a_killed_worker_is_replaced_while_the_other_answers(visitor, served):
    before = children(served.pid)
    assert len(before) == WORKERS

    os.kill(min(before), signal.SIGKILL)

    def is_whole():
        now = children(served.pid)
        return len(now) == WORKERS and min(before) not in now

    wait_for(is_whole, seconds=providers.READY_SECONDS)
    assert visitor.get("/healthz").is_success


def test_sigterm_ends_all_workers_in_order(provider):
    (port,) = free_ports(1)
    stack = providers.programs(provider, workers=WORKERS, behind=port)
    command = stack.programs[0].command
    with subprocess.Popen(
        command, env=provider.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as one:
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as kept_open:
                wait_for(lambda: is_well(kept_open), seconds=providers.READY_SECONDS)
                workers = children(one.pid)
                one.terminate()
                assert one.wait(STOP_SECONDS) == 0
        finally:
            one.kill()
    assert len(workers) == WORKERS
    assert not [pid for pid in workers if Path(f"/proc/{pid}").exists()]


def is_well(client):
    try:
        return client.get("/healthz", headers={"Host": "localhost"}).is_success
    except httpx.HTTPError:
        return False


def test_a_setting_for_tests_stops_the_start_in_production(provider):
    changed = {
        "GENKAN_MODE": "production",
        "GENKAN_SMTP_HOST": "mail.genkan.example",
        "GENKAN_ALLOW_LOOPBACK_FETCH": "1",
    }
    done = subprocess.run(
        [*providers.COMMAND, "serve"],
        env=provider.environment | changed,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode != 0
    assert "GENKAN_ALLOW_LOOPBACK_FETCH is not for production" in done.stderr


def test_certificate_and_key_go_together(provider):
    done = subprocess.run(
        [*providers.COMMAND, "serve", "--tls-cert", str(provider.authority.certificate)],
        env=provider.environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 2
    assert "--tls-key" in done.stderr


def test_residents_sign_in_through_a_proxy_that_ends_tls(
    database_template, django_db_blocker, tmp_path_factory
):
    folder = tmp_path_factory.mktemp("proxy")
    (behind,) = free_ports(1)
    with databases.lent(database_template, folder / "data", django_db_blocker) as url:
        provider = providers.prepare(folder, database_url=url, GENKAN_TRUSTED_PROXIES="1")
        port = int(provider.issuer.rpartition(":")[2])
        with (
            proxy.ending_tls(provider.authority, port=port, behind=behind),
            providers.running(provider, behind=behind),
            Authlib().at(provider) as party,
        ):
            for flow in Authlib.flows[:2]:
                party.run(flow)
