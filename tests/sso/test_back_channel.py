"""Signed out at Genkan means signed out at every service, at once, and seen (M15, M22, B4)."""

import re
from datetime import timedelta
from urllib.parse import parse_qs

import pytest
from django.test import Client
from joserfc import jwt
from joserfc.jwk import KeySet

from genkan.kernel import clock
from genkan.kernel.db import rows
from genkan.ledger import api as ledger
from genkan.partners import api as partners
from genkan.residents import api as residents
from genkan.sso.domain.logout_tokens import EVENT, GIVEN_UP_AFTER
from genkan.sso.service import links, logouts
from tests.builders import a_member_of_staff, a_wish
from tests.partners.receiver import a_receiver, nobody_listens
from tests.sso.stage import COMMITS, PASSWORD, Service, Visitor, call, code_in, userinfo
from tests.sso.test_races import at_once

pytestmark = COMMITS
PAUSE = partners.pause_after(1)


@pytest.fixture
def receiver(settings):
    settings.GENKAN = settings.GENKAN.model_copy(update={"allow_loopback_fetch": True})
    with a_receiver() as one:
        one.status = 200
        yield one


@pytest.fixture
def service(installed, receiver):
    return Service(metadata={"backchannel_logout_uri": receiver.url})


@pytest.fixture
def inside(linked, service):
    """The resident is signed in at the service; the service holds what it was given."""
    linked.tokens = service.redeem(code_in(linked.open(service.address()))).json()
    linked.claims = service.id_token(linked.tokens["id_token"])
    return linked


def deliver(now=None):
    now = now or clock.now()
    count = 0
    while logouts.deliver_next(now=now):
        count += 1
        assert count < 20, "a message is due again the moment it was tried"
    return count


def tokens_at(receiver):
    """The logout tokens that came, verified with the published keys as a client would."""
    published = KeySet.import_key_set(call("/oauth2/jwks").json())
    found = []
    for headers, body in receiver.came:
        assert headers["content-type"] == "application/x-www-form-urlencoded"
        (token,) = parse_qs(body.decode(), strict_parsing=True)["logout_token"]
        found.append(jwt.decode(token, published, algorithms=["ES256"]))
    return found


def events_of(visitor):
    found = ledger.entries_of(visitor.resident, limit=200)
    return [one.entry.event for one in found if "sign" in one.entry.event]


def test_a_logout_token_says_who_and_which_session_and_nothing_else(inside, service, receiver):
    inside.browser.post("/accounts/logout/")

    assert deliver() == 1

    (token,) = tokens_at(receiver)
    told = dict(token.claims)
    assert token.header["typ"] == "logout+jwt"
    assert told.pop("exp") - told.pop("iat") == 120
    assert re.fullmatch(r"[0-9a-f-]{36}", told.pop("jti"))
    assert told == {
        "iss": inside.claims["iss"],
        "aud": service.client_id,
        "sub": inside.claims["sub"],
        "sid": inside.claims["sid"],
        "events": {EVENT: {}},
    }


def other_device(visitor):
    other = Visitor(visitor.resident, visitor.email, Client())
    assert other.sign_in().status_code == 302
    return other


def ends_here(visitor):
    visitor.browser.post("/accounts/logout/")


def ends_from_another_device(visitor):
    other = other_device(visitor)
    page = other.open("/accounts/sessions/").content.decode()
    (session,) = re.findall(r'name="end" value="([0-9]+)"', page)
    other.browser.post("/accounts/sessions/", {"end": session})


def ends_everywhere(visitor):
    visitor.browser.post("/accounts/sessions/", {"end": "all"})


def ends_the_others(visitor):
    visitor.browser.post("/accounts/sessions/", {"end": "others"})


def ends_everywhere_else(visitor):
    ends_the_others(other_device(visitor))


def gets_a_new_password(visitor):
    new = "another-horse-battery-7"
    sent = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    answer = other_device(visitor).browser.post("/accounts/password/change/", sent)
    assert answer.status_code == 302


def is_put(kind):
    def put(visitor):
        first, second = a_member_of_staff(), a_member_of_staff()
        entry = residents.intervene(visitor.resident, a_wish(kind), by=first, now=clock.now())
        if entry.phase is residents.Phase.PROPOSED:
            assert not rows("SELECT 1 FROM sso_logout"), "a proposal ends nothing"
            residents.approve(entry.id, by=second, now=clock.now())

    return put


def leaves(visitor):
    now = clock.now()
    residents.request_leaving(visitor.resident, now=now)
    residents.close(visitor.resident, now=now + timedelta(days=400))


def loses_the_link(visitor):
    links.end_all(visitor.resident, by=ledger.SYSTEM, now=clock.now())


WAYS = {
    "here": ends_here,
    "device": ends_from_another_device,
    "everywhere": ends_everywhere,
    "everywhere else": ends_everywhere_else,
    "new password": gets_a_new_password,
    "suspended": is_put("suspend"),
    "blocked": is_put("block"),
    "asked to sign in again": is_put("reauthenticate"),
    "leaving": leaves,
    "link ended": loses_the_link,
}


@pytest.mark.parametrize("way", WAYS)
def test_every_end_of_a_session_is_told_and_ends_what_was_given_out(inside, receiver, way):
    WAYS[way](inside)

    assert userinfo(inside.tokens["access_token"]).status == 401
    deliver(clock.now() + timedelta(days=401))

    assert [token.claims["sid"] for token in tokens_at(receiver)] == [inside.claims["sid"]]
    told = events_of(inside)
    assert (told.count("sso.signed_out"), told.count("sso.sign_out_confirmed")) == (1, 1)


def test_who_has_to_be_confirmed_stays_signed_in(inside, receiver):
    is_put("reprove")(inside)

    assert deliver() == 0
    assert receiver.came == []


def test_another_browser_keeps_its_session(inside, service, receiver):
    other = other_device(inside)
    kept = service.redeem(code_in(other.open(service.address()))).json()

    ends_here(inside)
    deliver()

    assert service.id_token(kept["id_token"])["sid"] != inside.claims["sid"]
    assert len(receiver.came) == 1
    assert userinfo(kept["access_token"]).status == 200


def test_a_session_keeps_its_name_and_a_new_one_gets_another(inside, service):
    again = service.redeem(code_in(inside.open(service.address()))).json()
    assert service.id_token(again["id_token"])["sid"] == inside.claims["sid"]

    ends_here(inside)
    inside.sign_in()
    later = service.redeem(code_in(inside.open(service.address()))).json()
    assert service.id_token(later["id_token"])["sid"] != inside.claims["sid"]


def test_the_name_of_a_session_is_neither_our_sessions_key_nor_in_its_cookie(inside):
    held = dict(inside.browser.session.items())
    known = {inside.browser.session.session_key, *map(str, held.values())}
    assert inside.claims["sid"] not in known


def test_a_code_of_a_session_that_ended_is_worth_nothing(inside, service):
    code = code_in(inside.open(service.address()))
    ends_everywhere(inside)

    assert service.redeem(code).json()["error"] == "invalid_grant"


def test_who_is_not_reached_is_told_again_and_the_resident_sees_it(inside, receiver):
    receiver.status = 503
    now = clock.now()
    other = other_device(inside)
    ends_here(inside)
    assert "message is on its way" in english(other)

    assert deliver(now + timedelta(seconds=1)) == 1
    assert "not reachable" in english(other)
    assert deliver(now + timedelta(seconds=2)) == 0, "it waits"

    receiver.status = 200
    assert deliver(now + timedelta(seconds=2) + PAUSE) == 1
    assert "The service has signed you out" in english(other)
    first, second = tokens_at(receiver)
    assert first.claims["jti"] != second.claims["jti"], "a lost answer is no replay"


def english(visitor):
    answer = visitor.browser.get("/accounts/sign-outs/", headers={"Accept-Language": "en"})
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_nobody_is_called_for_ever(linked, settings):
    settings.GENKAN = settings.GENKAN.model_copy(update={"allow_loopback_fetch": True})
    rows("UPDATE sso_client SET logout_uri = %(uri)s", uri=nobody_listens())
    linked.browser.post("/accounts/logout/")
    now = clock.now()
    linked.sign_in()

    deliver(now + timedelta(seconds=1))
    assert "not reachable" in english(linked)
    deliver(now + GIVEN_UP_AFTER + timedelta(seconds=1))

    assert "for a day" in english(linked)
    assert deliver(now + 2 * GIVEN_UP_AFTER) == 0
    assert events_of(linked).count("sso.sign_out_unreached") == 1


def test_our_own_network_is_not_called(inside, receiver, settings):
    settings.GENKAN = settings.GENKAN.model_copy(update={"allow_loopback_fetch": False})
    ends_here(inside)

    deliver()

    assert receiver.came == []
    (row,) = rows("SELECT last_outcome, confirmed_at FROM sso_logout")
    assert row == {"last_outcome": "AddressRefused", "confirmed_at": None}


def test_a_worker_killed_after_its_claim_costs_a_pause(inside, receiver):
    now = clock.now()
    ends_here(inside)
    assert logouts._claim(now + timedelta(seconds=1)) is not None
    assert receiver.came == []

    assert deliver(now + timedelta(seconds=2)) == 0
    assert deliver(now + timedelta(seconds=2) + PAUSE) == 1
    assert len(receiver.came) == 1


def test_a_sign_out_that_is_not_committed_tells_nobody(inside, monkeypatch):
    def breaks(*_arguments, **_named):
        raise RuntimeError("the power went")

    with monkeypatch.context() as patched:
        patched.setattr(logouts.jobs, "defer", breaks)
        with pytest.raises(RuntimeError):
            ends_here(inside)

    assert not rows("SELECT 1 FROM sso_logout")
    assert inside.open("/services/").status_code == 200, "neither or both"


def test_everywhere_shows_each_answer_to_whoever_just_left_and_then_to_nobody(inside, monkeypatch):
    ends_everywhere(inside)
    deliver()
    assert "The service has signed you out" in english(inside)

    later = clock.now() + timedelta(minutes=11)
    monkeypatch.setattr("genkan.sso.views.sign_outs.clock.now", lambda: later)
    answer = inside.browser.get("/accounts/sign-outs/")
    assert answer.status_code in {302, 303}


def test_strangers_see_no_answers(inside, stranger):
    ends_everywhere(inside)
    assert "No service had to be told" in english(stranger)
    assert Client().get("/accounts/sign-outs/").status_code in {302, 303}


def test_a_service_that_takes_no_messages_is_named(resident):
    silent = Service(slug="silent")
    page = resident.browser.get(silent.address(), follow=True)
    resident.press(page, "allow")

    ends_everywhere(resident)

    assert deliver() == 0
    assert "takes no such messages" in english(resident)


def test_a_sign_out_meets_a_sign_in_under_way(linked, service, receiver):
    """Whichever comes first: no session is left at the service that nobody would end."""
    for _ in range(12):
        linked.browser = Client()
        linked.sign_in()
        other = other_device(linked)

        code, _gone = at_once(
            lambda: linked.open(service.address()),
            lambda: ends_the_others(other),  # noqa: B023 - run before the next round
        )

        if "code=" in code.headers.get("Location", ""):
            assert service.redeem(code_in(code)).status == 400
        left = rows("SELECT count(*) AS n FROM sso_session WHERE ended_at IS NULL")
        assert left == [{"n": 0}]
        other.browser.post("/accounts/logout/")


def test_a_suspension_meets_a_redemption(linked, service, receiver):
    """Tokens that come out in time are told over; later ones do not come out."""
    staff = a_member_of_staff()
    for _ in range(12):
        code = code_in(linked.open(service.address(scope="openid profile")))
        receiver.came.clear()

        redeemed, entry = at_once(
            lambda: service.redeem(code),  # noqa: B023 - run before the next round
            lambda: residents.intervene(
                linked.resident, a_wish("suspend"), by=staff, now=clock.now()
            ),
        )
        deliver()

        if redeemed.status == 200:
            sid = service.id_token(redeemed.json()["id_token"])["sid"]
            assert [token.claims["sid"] for token in tokens_at(receiver)] == [sid]
        residents.lift(entry.id, "本人と確認した", by=staff, now=clock.now())


def test_discovery_says_what_is_true(installed):
    document = call("/.well-known/openid-configuration").json()
    assert document["backchannel_logout_supported"] is True
    assert document["backchannel_logout_session_supported"] is True


def test_a_client_registers_where_it_is_told(service, receiver):
    assert service.client["backchannel_logout_uri"] == receiver.url
    assert service.client["backchannel_logout_session_required"] is False
