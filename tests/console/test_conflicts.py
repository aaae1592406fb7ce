"""Supervisors decide about links that do not fit together, others do not (M18)."""

import pytest

from genkan.kernel import clock
from genkan.residents import api as residents
from genkan.sso import api as sso
from tests.console.conftest import browser_of, text_of
from tests.console.test_desk import employed
from tests.sso.conftest import installed, resident, service, stranger  # noqa: F401 - fixtures
from tests.sso.test_linking import link

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]
QUEUE = "/console/residents/conflicts/"


@pytest.fixture
def waiting(resident, stranger, service):  # noqa: F811 - fixtures are found by name
    """A conflict between two residents about one account."""
    sso.change_rules(service.id, sso.RulesChange({"links_accounts": True}), now=clock.now())
    link(resident, service)
    link(stranger, service)
    (found,) = sso.waiting()
    return found


def test_a_supervisor_sees_what_waits_and_decides_with_a_reason(waiting):
    desk = browser_of(employed("supervisor"))
    address = f"{QUEUE}{waiting.id}"

    listed = desk.get(QUEUE)
    shown = desk.get(address)
    unsaid = desk.post(address, {"outcome": "release", "reason": ""})
    done = desk.post(address, {"outcome": "release", "reason": "窓口で確認した"})

    assert "アカウントがほかの住民とつながっている" in text_of(listed)
    assert "proof: password" in text_of(shown)
    assert unsaid.status_code == 422
    assert (done.status_code, done.headers["Location"]) == (303, QUEUE)
    decided = sso.conflict(waiting.id)
    assert (str(decided.outcome), decided.note) == ("release", "窓口で確認した")
    assert "判断を待つ連携はありません" in text_of(desk.get(QUEUE))
    assert sso.links_of(waiting.holder) == []


def test_the_counter_does_not_decide(waiting):
    clerk = browser_of(employed("counter"))

    assert clerk.get(QUEUE).status_code == 403
    answer = clerk.post(f"{QUEUE}{waiting.id}", {"outcome": "keep", "reason": "x"})

    assert answer.status_code == 403
    assert sso.conflict(waiting.id).outcome is None


def test_who_is_concerned_reads_that_a_colleague_decides(waiting):
    boss = employed("supervisor")
    residents.give_role(
        boss.email, residents.StaffRole.SUPERVISOR, person=waiting.holder, now=clock.now()
    )
    desk = browser_of(boss)

    assert "ほかの責任者が決めます" in text_of(desk.get(QUEUE))
    answer = desk.post(f"{QUEUE}{waiting.id}", {"outcome": "release", "reason": "x"})

    assert answer.status_code == 403
    assert sso.conflict(waiting.id).outcome is None
