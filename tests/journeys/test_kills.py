"""kill -9 of web, worker and database during the journey: what was acknowledged stays true.

Ten people walk the circle one after another on a stack with a database of its own; during each
walk one program is killed at a random moment. People try again as people do. In the end every
acknowledged consent, release and withdrawal is there, and every disposal was asked for once.
"""

import json
import os
import random
import shutil
import signal
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psutil
import psycopg
import pytest
from django.conf import settings
from tests.journeys import people
from tests.journeys.browser import Browser
from tests.journeys.stack import start_demo
from tests.journeys.test_http_journey import start_form

pytestmark = [pytest.mark.stack, pytest.mark.timeout(900)]
ROUNDS = 10
SEED = 20261123
PATIENCE_SECONDS = 120


@pytest.fixture(scope="module")
def fragile():
    """A stack on an embedded server of its own, which may be killed.

    Not below pytest's own folder: each new run of pytest closes that one to the server's user.
    """
    folder = Path(tempfile.mkdtemp(prefix="kills-", dir=settings.GENKAN.data_dir))
    running = start_demo(folder)
    yield running
    running.stop()
    shutil.rmtree(folder)


@dataclass
class Acknowledged:
    """What people were told has happened."""

    consents: set[str] = field(default_factory=set)
    releases: set[str] = field(default_factory=set)
    withdrawals: set[str] = field(default_factory=set)


def resident(demo, number: int) -> tuple[str, str]:
    """A person of the counter: address and identifier."""
    address = f"kill-{number}@resident.example"
    made = demo.genkan(
        "resident", "create", "--email", address, "--password", people.PASSWORD, "--json"
    )
    assert made.returncode == 0, made.stderr
    return address, json.loads(made.stdout)["id"]


def kill(demo, victim: str) -> None:
    """kill -9 the program's whole process group, or the postmaster."""
    if victim == "database":
        status = json.loads(demo.genkan("db", "status", "--json").stdout)
        os.kill(status["pid"], signal.SIGKILL)
        return
    word = {"web": "serve", "worker": "worker"}[victim]
    for child in psutil.Process(demo.process.pid).children():
        with suppress(psutil.Error):
            if word in child.cmdline() and "genkan.site.cli" in child.cmdline():
                os.killpg(child.pid, signal.SIGKILL)


def again(deed):
    """Do as people do when a page does not come: wait a little and try again."""
    end = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            done = deed()
        except (httpx.HTTPError, AssertionError, StopIteration, KeyError):
            done = None
        if done is not None:
            return done
        assert time.monotonic() < end, "it never worked again"
        time.sleep(0.5)


def walk(demo, address: str, told: Acknowledged) -> None:
    """Sign in, allow, take the pre-filled form, stop: each step until it was acknowledged."""
    with Browser() as browser:
        again(lambda: arrived(demo, browser, address, told))
        again(lambda: received(demo, browser, address, told))
        again(lambda: stopped(demo, browser, address, told))


def arrived(demo, browser, address, told):
    browser.client.cookies.clear()
    people.sign_in(browser, demo, address)
    page = people.begin_sign_in(browser, demo)
    if page.soup.select('button[name="decision"][value="allow"]'):
        page = people.decide(browser, page, "allow")
        if page.status == 200 and page.url.startswith(demo.shinsei):
            told.consents.add(address)
    if page.soup.select('button[name="choice"][value="new"]'):
        page = people.create_local_account(browser, page)
    return page if page.url == f"{demo.shinsei}/applications" and page.status == 200 else None


def received(demo, browser, address, told):
    page = browser.visit(f"{demo.shinsei}/applications")
    if "/applications" not in page.url or page.status != 200:
        return arrived(demo, browser, address, told) and None
    form = start_form(browser, page)
    if form.status == 200 and "大阪 花子" in form.html:
        told.releases.add(address)
        return form
    return None


def stopped(demo, browser, address, told):
    home = browser.visit(f"{demo.portal}/")
    if "accounts/login" in home.html and "共有を止める" not in home.html:
        people.sign_in(browser, demo, address)
        home = browser.visit(f"{demo.portal}/")
    if home.status != 200:
        return None
    if "停止しました" in home.text:
        return home
    page = browser.submit(browser.visit(home.link("共有を止める")).main_form())
    if page.heading == "停止しました":
        told.withdrawals.add(address)
        return page
    return None


@pytest.fixture(scope="module")
def aftermath(fragile):
    """Ten walks, ten kills, then quiet until every disposal is certified."""
    chance = random.Random(SEED)
    told = Acknowledged()
    known = dict(resident(fragile, number) for number in range(ROUNDS))
    victims = ["web", "worker", "database"] * 3 + ["database"]
    chance.shuffle(victims)
    for address, victim in zip(known, victims, strict=True):
        killer = threading.Timer(chance.uniform(0.1, 4.0), kill, [fragile, victim])
        killer.start()
        walk(fragile, address, told)
        killer.join()
    people.wait_for(lambda: all_is_certified(fragile), seconds=180, pause=1)
    return told, known


def all_is_certified(demo) -> bool:
    """Whether the server is back by itself and no disposal is open."""
    try:
        left = demo.sql("SELECT count(*) FROM lifecycle_disposal WHERE certified_at IS NULL")
    except psycopg.OperationalError:
        return False
    return left == [(0,)]


def test_the_worker_alone_brings_a_killed_server_back(aftermath, fragile):
    kill(fragile, "database")

    people.wait_for(lambda: all_is_certified(fragile), seconds=60)


def test_everybody_was_told_that_it_worked(aftermath):
    told, known = aftermath

    assert told.releases == set(known)
    assert len(told.consents) >= ROUNDS - 3
    assert len(told.withdrawals) >= ROUNDS - 3


def test_no_acknowledged_consent_is_lost(aftermath, fragile):
    told, known = aftermath
    kept = {str(row[0]) for row in fragile.sql("SELECT resident_id FROM consent_consent")}

    assert {known[address] for address in told.consents} <= kept


def test_no_acknowledged_release_is_unrecorded(aftermath, fragile):
    told, known = aftermath
    recorded = fragile.sql(
        "SELECT provision.resident FROM lifecycle_provision AS provision"
        " JOIN ledger_entry AS entry ON entry.id = provision.ledger_entry"
    )

    assert {known[address] for address in told.releases} <= {str(row[0]) for row in recorded}


def test_no_acknowledged_withdrawal_is_lost(aftermath, fragile):
    told, known = aftermath
    in_force = fragile.sql("SELECT resident_id FROM consent_consent WHERE ended_at IS NULL")

    assert not {known[address] for address in told.withdrawals} & {str(row[0]) for row in in_force}


def test_every_disposal_was_asked_for_exactly_once(aftermath, fragile):
    unasked = "SELECT count(*) FROM lifecycle_provision WHERE disposal_id IS NULL"
    asked = fragile.sql(
        "SELECT convert_from(body, 'UTF8')::jsonb -> 'data' ->> 'disposal', count(*)"
        " FROM partners_message WHERE kind = 'disposal.requested' GROUP BY 1"
    )
    disposals = {str(row[0]) for row in fragile.sql("SELECT id FROM lifecycle_disposal")}

    assert fragile.sql(unasked) == [(0,)]
    assert {row[0] for row in asked} == disposals
    assert {row[1] for row in asked} == {1}


def test_the_ledger_still_verifies(aftermath, fragile):
    people.wait_for(
        lambda: fragile.sql("SELECT count(*) FROM ledger_entry WHERE index IS NULL") == [(0,)]
    )

    assert fragile.genkan("ledger", "verify", "--json").returncode == 0
