"""A proof of possession is used once, whatever happens at once (RFC 9449 section 11.1)."""

from genkan.kernel.db import rows
from tests.sso.possession import TOKEN, USERINFO, Holder
from tests.sso.stage import COMMITS, Signing
from tests.sso.test_races import at_once

pytestmark = COMMITS


def connected(resident):
    signing = Signing("signing")
    page = resident.browser.get(signing.address(), follow=True)
    assert resident.press(page, "allow").status_code == 303
    return Holder(signing)


def test_of_many_visits_with_one_proof_exactly_one_is_let_in(resident):
    holder = connected(resident)
    token = holder.token(resident)

    for _ in range(40):
        proof = holder.proof("GET", USERINFO, token=token)
        answers = at_once(*[lambda proof=proof: holder.visit(token, dpop=proof)] * 4)
        assert sorted(answer.status for answer in answers) == [200, 401, 401, 401]


def test_a_proof_that_was_used_spends_no_code(resident):
    holder = connected(resident)
    codes = [holder.code(resident) for _ in range(2)]
    unspent = "SELECT count(*) AS n FROM sso_code WHERE spent_at IS NULL"
    before = rows(unspent)[0]["n"]
    proof = holder.proof("POST", TOKEN)

    answers = at_once(*(lambda code=code: holder.redeem(code, dpop=proof) for code in codes))

    assert sorted(answer.status for answer in answers) == [200, 400]
    assert rows(unspent)[0]["n"] == before - 1
