"""Keys take turns while tokens are issued and verified: nobody ever sees one that does not verify.

The verifier is a stranger's: it keeps our key set as long as our headers allow, and asks again once
for a key it does not know, as OpenID clients do.
"""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event, Lock

import pytest
from django.conf import settings
from django.db import connection
from joserfc import jws, jwt
from joserfc.jwk import KeySet

from genkan.kernel import clock
from genkan.kernel.db import rows
from genkan.sso import api as sso
from genkan.sso.domain.keys import JWKS_CACHE, SIGNS_FOR
from genkan.sso.errors import KeyUnknown
from genkan.sso.service import keys
from tests.sso.stage import COMMITS, call

TOKENS = 2_000
THREADS = 4
ROTATIONS = 5


class Verifier:
    """A client that keeps our key set."""

    def __init__(self):
        self.asked = 0
        self.lock = Lock()
        self.ask()

    def ask(self):
        self.asked += 1
        self.set = KeySet.import_key_set(call("/oauth2/jwks").json())

    def verifies(self, token):
        kid = jws.extract_compact(token.encode()).headers()["kid"]
        with self.lock:
            if kid not in {key.kid for key in self.set.keys}:
                self.ask()
        return jwt.decode(token, self.set, algorithms=["ES256", "RS256"]).claims


def issue_and_verify(verifier, count, alg):
    """Return what the verifier read of `count` tokens, each signed and then verified."""
    try:
        issuer = settings.GENKAN.issuer
        tokens = [sso.sign({"iss": issuer, "n": n}, typ="at+jwt", alg=alg) for n in range(count)]
        seen = [verifier.verifies(token)["n"] for token in tokens]
        ours = [keys.verified(token, typs=("at+jwt",)) for token in tokens]
        return len(seen), sum(one is None for one in ours)
    finally:
        connection.close()


@COMMITS
def test_two_thousand_tokens_verify_while_keys_take_turns(service):
    verifier, over = Verifier(), Event()

    def turn():
        try:
            done = 0
            while not over.is_set() or done < ROTATIONS:
                assert sso.rotate(at_once=True, now=clock.now()) is not None
                done += 1
                time.sleep(0.01)  # lets the others sign with it: a pace, not a condition
            return done
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS + 1) as pool:
        turning = pool.submit(turn)
        issuing = [
            pool.submit(issue_and_verify, verifier, TOKENS // THREADS, "ES256")
            for _ in range(THREADS)
        ]
        results = [one.result() for one in issuing]
        over.set()
        turned = turning.result()

    assert (sum(count for count, _ in results), sum(bad for _, bad in results)) == (TOKENS, 0)
    assert turned >= ROTATIONS


@pytest.mark.django_db(transaction=True)
def test_a_client_that_never_asks_again_within_the_cache_time_verifies_across_a_turn(service):
    held = KeySet.import_key_set(call("/oauth2/jwks").json())

    assert sso.rotate(now=clock.now() + JWKS_CACHE) is not None

    token = sso.sign({"iss": settings.GENKAN.issuer}, typ="JWT")
    assert jwt.decode(token, held, algorithms=["ES256"]).claims["iss"] == settings.GENKAN.issuer


@COMMITS
def test_each_algorithm_has_its_own_keys_and_all_turn_together(service):
    sso.ensure_keys(algs=sso.ALGS, now=clock.now())
    issuer = settings.GENKAN.issuer
    before = {alg: sso.sign({"iss": issuer}, typ="JWT", alg=alg) for alg in sso.ALGS}

    turned = keys.rotate_all(at_once=True, now=clock.now())

    after = {alg: sso.sign({"iss": issuer}, typ="JWT", alg=alg) for alg in sso.ALGS}
    assert set(turned) == set(sso.ALGS)
    for alg in sso.ALGS:
        header = jws.extract_compact(after[alg].encode()).headers()
        assert (header["alg"], header["kid"]) == (alg, turned[alg].current)
        assert keys.recognised(before[alg]) == keys.recognised(after[alg]) == {"iss": issuer}
    published = {key["kid"]: key["alg"] for key in call("/oauth2/jwks").json()["keys"]}
    assert sorted(published.values()) == ["ES256"] * 3 + ["RS256"] * 3


@COMMITS
def test_a_key_that_leaked_is_withdrawn_and_nothing_it_signed_counts(service):
    token = sso.sign({"iss": settings.GENKAN.issuer}, typ="JWT")
    retired = sso.rotate(at_once=True, now=clock.now()).retired
    assert keys.recognised(token) is not None

    sso.withdraw(retired, now=clock.now())

    assert keys.recognised(token) is None
    assert retired not in {key["kid"] for key in call("/oauth2/jwks").json()["keys"]}
    events = rows("SELECT event FROM ledger_entry WHERE event = 'sso.key_withdrawn'")
    assert len(events) == 1


@COMMITS
def test_a_key_that_signs_is_not_withdrawn(service):
    current = rows("SELECT kid FROM sso_signing_key WHERE state = 'current'")[0]["kid"]

    for kid in (current, "nobody's"):
        with pytest.raises(KeyUnknown):
            sso.withdraw(kid, now=clock.now())


@COMMITS
def test_a_key_signs_for_ninety_days_and_then_the_next_takes_its_turn(service):
    began = clock.now()

    assert not keys.rotate_if_old(now=began + SIGNS_FOR - timedelta(minutes=1))
    assert keys.rotate_if_old(now=began + SIGNS_FOR + timedelta(minutes=1))


@COMMITS
def test_keys_of_another_process_are_seen_within_a_second(service, monkeypatch):
    keys.jwks(now=clock.now())
    monkeypatch.setattr(keys, "forget", lambda: None)
    turned = sso.rotate(at_once=True, now=clock.now())

    keys._known.asked_at -= keys.REREAD_SECONDS

    assert turned.next in {key["kid"] for key in keys.jwks(now=clock.now())["keys"]}
