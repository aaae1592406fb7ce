"""Each intervention stops exactly its doors, at once; what is lifted is as before (M22)."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client

from genkan.consent import api as consent
from genkan.kernel import clock
from genkan.ledger import api as ledger
from genkan.residents import api as residents
from genkan.residents.service import interventions
from tests.builders import a_member_of_staff, a_wish
from tests.sso.stage import COMMITS, PASSWORD, Service, call, code_in, said, userinfo

pytestmark = COMMITS
KINDS = tuple(residents.Kind)


def put(visitor, kind):
    """Put an intervention in force, a block with two people."""
    first = a_member_of_staff()
    entry = residents.intervene(visitor.resident, a_wish(kind), by=first, now=clock.now())
    if entry.phase is residents.Phase.PROPOSED:
        second = a_member_of_staff()
        entry = residents.approve(entry.id, by=second, now=clock.now())
    return entry


def lift(entry):
    staff = a_member_of_staff()
    return residents.lift(entry.id, "本人と確認した", by=staff, now=clock.now())


class Street:
    """A resident with a linked service, and everything they hold from before the intervention."""

    def __init__(self, visitor, service):
        self.visitor, self.service = visitor, service
        self.code = code_in(visitor.open(service.address()))
        wide = service.address(scope="openid profile person_data")
        self.token = service.redeem(code_in(visitor.open(wide))).json()["access_token"]

    def portal(self):
        answer = self.visitor.open("/services/")
        return {200: "open", 302: "sign in", 303: "sign in", 403: "stopped"}[answer.status_code]

    def sign_in(self):
        answer = Client().post(
            "/accounts/login/", {"login": self.visitor.email, "password": PASSWORD}
        )
        if answer.status_code == 403:
            assert "守るため止めました" in answer.content.decode()
        return {302: "open", 403: "stopped"}[answer.status_code]

    def authorize(self):
        answer = self.visitor.open(self.service.address())
        if answer.status_code == 403:
            return "stopped"
        told = said(answer)[1]
        return "open" if "code" in told else "sign in"

    def authorize_unseen(self):
        answer = self.visitor.open(self.service.address(prompt="none"))
        return "stopped" if answer.status_code == 403 else said(answer)[1].get("error", "open")

    def new_service(self):
        other = Service(slug="other")
        page = self.visitor.browser.get(other.address(), follow=True)
        if page.status_code == 403:
            return page.content.decode().split("<code>")[1].split("</code>")[0]
        return "sign in" if page.wsgi_request.path.startswith("/accounts/") else "open"

    def redeem(self):
        return self.service.redeem(self.code).json().get("error", "open")

    def userinfo(self):
        answer = userinfo(self.token)
        return "open" if answer.status == 200 else answer.status

    def profile_at_userinfo(self):
        answer = userinfo(self.token)
        return answer.status == 200 and "name" in answer.json()

    def person_data(self):
        answer = call("/api/person-data", authorization=f"Bearer {self.token}")
        return "open" if answer.status == 200 else (answer.status, answer.json()["error"])


OPEN = {
    "portal": "open",
    "sign_in": "open",
    "authorize": "open",
    "authorize_unseen": "open",
    "new_service": "open",
    "redeem": "open",
    "userinfo": "open",
    "profile_at_userinfo": True,
    "person_data": "open",
}
STOPPED = {
    "portal": "stopped",
    "sign_in": "stopped",
    "authorize": "sign in",
    "authorize_unseen": "login_required",
    "new_service": "sign in",
    "redeem": "invalid_grant",
    "userinfo": 401,
    "profile_at_userinfo": False,
    "person_data": (403, "resident_unavailable"),
}
DOORS = {
    "suspend": STOPPED,
    "block": STOPPED,
    "reauthenticate": OPEN
    | {
        "portal": "sign in",
        "authorize": "sign in",
        "authorize_unseen": "login_required",
        "new_service": "sign in",
        "redeem": "invalid_grant",
        "userinfo": 401,
        "profile_at_userinfo": False,
        "person_data": (401, "invalid_token"),
    },
    "reprove": OPEN
    | {
        "new_service": "sso.proof_needed",
        "profile_at_userinfo": False,
        "person_data": (403, "resident_unavailable"),
    },
}


LIFTED = dict.fromkeys(("suspend", "block", "reauthenticate"), OPEN | {"redeem": "invalid_grant"})
LIFTED["reprove"] = OPEN
"""The client was told that the session is over, so a code of it is worth nothing any more."""


def the_same_session(browser):
    """Another browser of the same person, signed in at the same moment."""
    other = Client()
    session = SessionStore()
    session.update(dict(browser.session.items()))
    session.create()
    other.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    return other


@pytest.fixture
def street(linked, service):
    return Street(linked, service)


def test_the_table_has_every_kind():
    assert DOORS.keys() == {str(kind) for kind in KINDS}


@pytest.mark.parametrize("kind", [str(kind) for kind in KINDS])
def test_a_kind_stops_its_doors_and_no_other(street, kind):
    browsers = {door: the_same_session(street.visitor.browser) for door in OPEN}
    put(street.visitor, kind)
    heard = {}
    for door, browser in browsers.items():
        street.visitor.browser = browser
        heard[door] = getattr(street, door)()

    assert heard == DOORS[kind]


@pytest.mark.parametrize("kind", [str(kind) for kind in KINDS])
def test_what_is_lifted_is_as_it_was_before(street, kind):
    before = consent.consents_of(street.visitor.resident)
    lift(put(street.visitor, kind))

    assert {door: getattr(street, door)() for door in OPEN} == LIFTED[kind]
    assert consent.consents_of(street.visitor.resident) == before


def test_a_session_that_was_stopped_does_not_come_back_to_life(street):
    entry = put(street.visitor, "suspend")
    assert street.portal() == "stopped"

    lift(entry)

    assert street.portal() == "sign in"
    assert street.sign_in() == "open"


def test_a_fresh_sign_in_meets_what_was_asked_and_older_ones_stay_worthless(street):
    old = street.visitor.browser
    put(street.visitor, "reauthenticate")
    street.visitor.browser = Client()
    assert street.visitor.sign_in().status_code == 302
    assert street.portal() == "open"
    assert street.authorize() == "open"

    (entry,) = residents.interventions_of(street.visitor.resident)
    assert entry.ending == "met"
    street.visitor.browser = old
    assert street.portal() == "sign in"
    assert street.userinfo() == 401
    found = ledger.entries_of(street.visitor.resident, events=["resident.signed_in_afresh"])
    assert len(found) == 1


def test_a_refused_release_is_recorded_with_its_reason(street):
    for kind, reason in (("reprove", "proof_needed"), ("suspend", "resident_unavailable")):
        put(street.visitor, kind)
        assert street.person_data() == (403, "resident_unavailable")
        newest = ledger.entries_of(
            street.visitor.resident, events=["consent.release_refused"], limit=1
        )
        assert newest[0].entry.facts["reason"] == reason


def test_who_has_to_be_confirmed_signs_in_where_connected_and_gives_no_new_consent(street):
    put(street.visitor, "reprove")

    page = street.visitor.browser.get(street.service.address(prompt="consent"), follow=True)

    assert page.status_code == 403
    assert "窓口で本人確認" in page.content.decode()
    listed = street.visitor.open("/protection").content.decode()
    assert "窓口での本人確認をお願いしています" in listed
    assert "見慣れない端末" not in listed, "what staff wrote stays with staff"


def test_nothing_that_ends_by_itself_lasts_longer(street):
    staff = a_member_of_staff()
    now = clock.now()
    wish = a_wish("suspend", ends_at=now + timedelta(hours=1))
    residents.intervene(street.visitor.resident, wish, by=staff, now=now)

    assert interventions.end_expired(now=now + timedelta(minutes=59)) == 0
    assert street.person_data() == (403, "resident_unavailable")
    assert interventions.end_expired(now=now + timedelta(hours=1)) == 1

    assert street.person_data() == "open"
    (entry,) = residents.interventions_of(street.visitor.resident)
    assert (entry.ending, entry.ended_by) == ("expired", None)
    assert interventions.end_expired(now=now + timedelta(hours=2)) == 0
