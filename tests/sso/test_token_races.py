"""Many at once on the real PostgreSQL: exactly the outcomes of P0.1 and P0.9, 500 times."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from urllib.parse import urlencode

import pytest
from django.db import connection

from genkan.consent import api as consent
from genkan.kernel import clock
from genkan.kernel.db import rows
from genkan.ledger import api as ledger
from genkan.partners import api as partners
from genkan.sso import api as sso
from genkan.sso.domain.grants import GRACE
from tests.sso.elsewhere import another_process
from tests.sso.stage import COMMITS, call, code_in
from tests.sso.tokens import as_public, may_refresh, offline_code, redeem, refresh, send

pytestmark = COMMITS
ROUNDS = 500
STAFF = ledger.Actor(kind="operator", id="staff-1")


def in_pairs(rounds, *deeds):
    """Run deeds side by side, round by round: in each they start together. Return the answers.

    A deed gets the number of its round; a connection stays with its thread.
    """
    start = Barrier(len(deeds))

    def run(deed):
        try:
            found = []
            for number in range(rounds):
                start.wait()
                found.append(deed(number))
            return found
        finally:
            connection.close()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(zip(*pool.map(run, deeds), strict=True))


def codes_like(visitor, service, number, *, offline=False):
    """Make many codes like the one that a browser brings back; return their texts."""
    code = offline_code(visitor, service) if offline else code_in(visitor.open(service.address()))
    rows(
        """
        INSERT INTO sso_code (id, digest, client_id, link_id, redirect_uri, scopes, nonce, claims,
                              code_challenge, auth_time, acr, amr, sid, issued_at, expires_at)
        SELECT gen_random_uuid(), sha256(convert_to('code ' || n, 'UTF8')), client_id, link_id,
               redirect_uri, scopes, nonce, claims, code_challenge, auth_time, acr, amr, sid,
               issued_at, issued_at + interval '10 minutes'
          FROM sso_code, generate_series(1, %(number)s) AS n
         WHERE digest = sha256(convert_to(%(code)s, 'UTF8'))
        """,
        number=number,
        code=code,
    )
    return [f"code {n}" for n in range(1, number + 1)]


def count(sql):
    return rows(f"SELECT count(*) AS n FROM {sql}")[0]["n"]


def test_of_two_redemptions_exactly_one_wins_and_everything_it_got_ends(linked, service):
    may_refresh(service)
    codes = codes_like(linked, service, ROUNDS, offline=True)

    def present(number):
        return redeem(service, codes[number])

    answers = in_pairs(ROUNDS, present, present)

    assert {tuple(sorted(one.status for one in pair)) for pair in answers} == {(200, 400)}
    won = [one.json() for pair in answers for one in pair if one.status == 200]
    now = clock.now()
    assert {sso.check_access_token(one["access_token"], now=now) for one in won} == {None}
    assert refresh(service, won[-1]["refresh_token"]).json()["error"] == "invalid_grant"
    assert (count("sso_grant"), count("sso_refresh")) == (ROUNDS, ROUNDS)
    assert count("sso_grant WHERE revoked_at IS NULL") == 0


@pytest.fixture
def rotating(linked, service):
    may_refresh(service)
    as_public(service)
    return redeem(service, offline_code(linked, service)).json()["refresh_token"]


def test_two_refreshes_at_once_get_the_same_successor_and_the_family_lives(service, rotating):
    newest = [rotating]

    def present(number):
        return refresh(service, newest[number])

    def present_and_keep(number):
        answer = present(number)
        newest.append(answer.json()["refresh_token"])
        return answer

    answers = in_pairs(ROUNDS, present_and_keep, present)

    for number, pair in enumerate(answers):
        assert [one.status for one in pair] == [200, 200]
        assert {one.json()["refresh_token"] for one in pair} == {newest[number + 1]}
    assert len(set(newest)) == count("sso_refresh") == ROUNDS + 1
    assert count("sso_refresh WHERE rotated_at IS NULL") == 1
    assert count("sso_grant WHERE revoked_at IS NULL") == 1


def test_after_each_lost_answer_the_chain_goes_on(service, rotating):
    newest = rotating
    for _ in range(ROUNDS):
        lost = refresh(service, newest).json()["refresh_token"]
        told = refresh(service, newest).json()["refresh_token"]
        assert lost == told != newest
        newest = told

    assert count("sso_refresh WHERE rotated_at IS NULL") == 1


def test_a_reuse_after_the_grace_ends_the_family_whoever_comes_first(linked, service):
    """The thief's late token and the client's new one meet: nobody goes on from there."""
    may_refresh(service)
    as_public(service)
    codes = codes_like(linked, service, ROUNDS, offline=True)
    first = [redeem(service, code).json()["refresh_token"] for code in codes]
    second = [refresh(service, token).json()["refresh_token"] for token in first]
    rows("UPDATE sso_refresh SET rotated_at = rotated_at - %(grace)s", grace=GRACE)

    answers = in_pairs(
        ROUNDS,
        lambda number: refresh(service, first[number]),
        lambda number: refresh(service, second[number]),
    )

    assert {late.status for late, _ in answers} == {400}
    assert {good.status for _, good in answers} <= {200, 400}
    assert count("sso_grant WHERE revoked_at IS NULL") == 0
    now = clock.now()
    got = [good.json()["access_token"] for _, good in answers if good.status == 200]
    assert {sso.check_access_token(one, now=now) for one in got} <= {None}


def withdraw(visitor, service):
    consent.withdraw(resident=visitor.resident, service=service.id, now=clock.now())


def suspend_resident(visitor, service):
    rows("UPDATE residents_resident SET state = 'suspended'")


def suspend_service(visitor, service):
    state = partners.ServiceState.SUSPENDED
    partners.set_state(service.id, state, reason="misuse", by=STAFF, now=clock.now())


def stop_client(visitor, service):
    sso.stop_client(service.client_id, reason="leaked", by=STAFF, now=clock.now())


STOPS = [withdraw, suspend_resident, suspend_service, stop_client]


@pytest.mark.parametrize("stop", STOPS)
def test_what_starts_after_a_stop_is_refused_at_every_endpoint_of_every_process(
    linked, service, stop
):
    may_refresh(service)
    told = redeem(service, offline_code(linked, service, scope="openid person_data")).json()
    code = code_in(linked.open(service.address()))
    requests = requests_with(service, told["access_token"], told["refresh_token"])
    with another_process() as there:
        for where, options in requests:
            assert call(*where, **options).status == 200
            assert there.call(*where, **options)[0] == 200

        stop(linked, service)

        for where, options in requests:
            here = call(*where, **options)
            for status, document in [(here.status, here.json()), there.call(*where, **options)]:
                assert status in {400, 401, 403} or document == {"active": False}, where
    assert redeem(service, code).status == 400


def requests_with(service, access_token, refresh_token):
    """What can be done with tokens: at userinfo, person data, introspection and by refreshing."""
    bearer = {"authorization": f"Bearer {access_token}"}

    def form(**fields):
        return {"authorization": service.basic(), "body": urlencode(fields).encode()}

    return [
        (["/oauth2/userinfo"], bearer),
        (["/api/person-data"], bearer),
        (["/oauth2/introspect", "POST"], form(token=access_token)),
        (["/oauth2/introspect", "POST"], form(token=refresh_token)),
        (
            ["/oauth2/token", "POST"],
            form(grant_type="refresh_token", refresh_token=refresh_token),
        ),
    ]


def test_a_stop_amid_redemptions_leaves_no_token_behind(linked, service):
    """While codes are redeemed the consent is withdrawn: what won the race is worth nothing."""
    codes = codes_like(linked, service, 60)

    def stop_in_the_middle(number):
        if number == 30:
            withdraw(linked, service)

    answers = in_pairs(60, lambda number: redeem(service, codes[number]), stop_in_the_middle)

    statuses = [one.status for one, _ in answers]
    assert statuses[:30] == [200] * 30
    assert statuses[31:] == [400] * 29
    tokens = [one.json()["access_token"] for one, _ in answers if one.status == 200]
    assert {sso.check_access_token(one, now=clock.now()) for one in tokens} == {None}


def test_a_revocation_at_once_with_a_refresh_leaves_nothing(linked, service):
    may_refresh(service)
    codes = codes_like(linked, service, 60, offline=True)
    tokens = [redeem(service, code).json()["refresh_token"] for code in codes]

    answers = in_pairs(
        60,
        lambda number: refresh(service, tokens[number]),
        lambda number: send(service, "/oauth2/revoke", token=tokens[number]),
    )

    assert {done.status for _, done in answers} == {200}
    got = [one.json()["access_token"] for one, _ in answers if one.status == 200]
    assert {sso.check_access_token(one, now=clock.now()) for one in got} <= {None}
