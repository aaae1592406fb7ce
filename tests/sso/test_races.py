"""Two at once, on the real PostgreSQL: one statement decides, never a read before a write."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connection

from genkan.kernel import clock
from genkan.kernel.db import rows
from genkan.ledger import api as ledger
from genkan.sso import api as sso
from tests.sso.stage import COMMITS, Signing, code_in, fields_of

pytestmark = COMMITS


def at_once(*deeds):
    """Run deeds in threads that start together, each with a connection of its own."""
    barrier = Barrier(len(deeds))

    def run(deed):
        try:
            barrier.wait()
            return deed()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(run, deeds))


def test_of_two_presses_exactly_one_counts(resident, service):
    page = resident.browser.get(service.address(), follow=True)
    sent = fields_of(page) | {"decision": "allow"}
    address = page.wsgi_request.path

    answers = at_once(*[lambda: resident.browser.post(address, sent)] * 4)

    assert sorted(answer.status_code for answer in answers) == [303, 409, 409, 409]
    events = [one.entry.event for one in ledger.entries_of(resident.resident)]
    assert (events.count("sso.linked"), events.count("consent.given")) == (1, 1)
    assert rows("SELECT count(*) AS n FROM sso_code")[0]["n"] == 1


def test_yes_and_no_at_once_are_one_answer(resident, service):
    for _ in range(10):
        page = resident.browser.get(service.address(prompt="consent"), follow=True)
        sent, address = fields_of(page), page.wsgi_request.path

        def press(decision, sent=sent, address=address):
            return resident.browser.post(address, sent | {"decision": decision})

        answers = at_once(lambda: press("allow"), lambda: press("deny"))

        assert sorted(answer.status_code for answer in answers) == [303, 409]


def test_two_windows_link_a_service_once(resident, service):
    pages = [resident.browser.get(service.address(), follow=True) for _ in range(2)]

    def press(page):
        return lambda: resident.press(page, "allow")

    answers = at_once(*[press(page) for page in pages])

    assert 303 in {answer.status_code for answer in answers}
    assert len(sso.links_of(resident.resident)) == 1
    events = [one.entry.event for one in ledger.entries_of(resident.resident)]
    assert events.count("sso.linked") == 1


def test_an_assertion_counts_once_of_many(resident):
    signing = Signing("signing")
    page = resident.browser.get(signing.address(), follow=True)
    resident.press(page, "allow")
    for _ in range(10):
        assertion = signing.assertion()
        codes = [code_in(resident.open(signing.address())) for _ in range(3)]

        def redeem(code, assertion=assertion):
            return lambda: signing.redeem_signed(code, assertion)

        answers = at_once(*[redeem(code) for code in codes])

        assert sorted(answer.status for answer in answers) == [200, 401, 401]


def test_the_first_keys_are_made_once(installed):
    at_once(*[lambda: sso.ensure_keys(now=clock.now())] * 6)

    states = [row["state"] for row in rows("SELECT state FROM sso_signing_key ORDER BY state")]
    assert states == ["current", "next"]


def test_two_rotations_make_one_turn(installed):
    sso.ensure_keys(now=clock.now())

    at_once(*[lambda: sso.rotate(at_once=True, now=clock.now())] * 2)

    states = [row["state"] for row in rows("SELECT state FROM sso_signing_key ORDER BY state")]
    assert states == ["current", "next", "retired", "retired"]
