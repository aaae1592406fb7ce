"""Protected addresses at the counter: two members of staff, each at their own browser (A9)."""

from datetime import timedelta

import pytest

from genkan.kernel import clock
from genkan.residents import api as residents
from genkan.ui.moments import in_jst
from tests.builders import a_resident, events
from tests.console.conftest import browser_of, text_of
from tests.console.test_desk import SEARCH, employed, opened

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.ignore_template_errors,  # Wagtail's templates ask for names they lack
]


def day(offset):
    return (in_jst(clock.now()).date() + timedelta(days=offset)).isoformat()


def ask(client, resident, **changes):
    given = {"note": "支援措置申出書", "begins_on": day(0), "ends_on": day(100)} | changes
    return client.post(f"{SEARCH}{resident}/protection", given)


def decide(client, resident, decision):
    pending = residents.protection_of(resident).pending
    path = f"{SEARCH}{resident}/protection/{pending.id}/decide"
    return client.post(path, {"decision": decision})


@pytest.fixture
def resident():
    return a_resident()


@pytest.fixture
def two(resident):
    """A clerk and a supervisor, to both of whom the record is open."""
    clients = [browser_of(employed(role)) for role in ("counter", "supervisor")]
    for client in clients:
        opened(client, resident)
    return clients


def test_two_people_protect_an_address_and_lift_it(two, resident):
    clerk, supervisor = two
    page = f"{SEARCH}{resident}/"
    assert "大阪市北区" in text_of(clerk.get(page))

    assert ask(clerk, resident).status_code == 303
    assert "別の担当者が承認します" in text_of(clerk.get(page))
    assert decide(clerk, resident, "approve").status_code == 403
    assert "支援措置申出書" in text_of(supervisor.get(page))
    assert decide(supervisor, resident, "approve").status_code == 303

    assert residents.is_protected(resident, clock.now())
    for client in two:
        assert "大阪市" not in text_of(client.get(page))
    supervisor.post(f"{page}protection/lift", {"note": "本人の申出"})
    assert residents.is_protected(resident, clock.now())
    assert decide(clerk, resident, "approve").status_code == 303
    assert not residents.is_protected(resident, clock.now())
    assert {"residents.protection_approved", "residents.protection_lifted"} <= set(events(resident))


def test_a_second_person_says_no(two, resident):
    ask(two[0], resident)

    assert decide(two[1], resident, "perhaps").status_code == 404
    assert decide(two[1], resident, "decline").status_code == 303
    assert not residents.is_protected(resident, clock.now())


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"note": ""}, "入力または選択してください"),
        ({"ends_on": day(-1)}, "最終日が開始日より前です"),
        ({"begins_on": day(-9), "ends_on": day(-1)}, "最終日が過ぎています"),
        ({"ends_on": "someday"}, "正しい日付を入力してください"),
    ],
    ids=["no note", "ends before it begins", "is over", "no date"],
)
def test_a_faulty_request_is_shown_again_with_what_was_typed(two, resident, wrong, says):
    answer = ask(two[0], resident, **wrong)

    assert answer.status_code == 422
    assert says in text_of(answer)
    assert residents.protection_of(resident).pending is None


def test_a_request_of_somebody_else_is_not_decided_by_another_address(two, resident):
    ask(two[0], resident)
    pending = residents.protection_of(resident).pending
    stranger = a_resident()
    opened(two[1], stranger)

    path = f"{SEARCH}{stranger}/protection/{pending.id}/decide"
    assert two[1].post(path, {"decision": "approve"}).status_code == 409
    assert not residents.is_protected(resident, clock.now())


@pytest.mark.parametrize("role", [None, "counter"])
def test_whoever_has_not_opened_the_record_changes_nothing(resident, role):
    client = browser_of(employed(role))

    answer = ask(client, resident)

    assert answer.status_code == (403 if role is None else 303)
    assert residents.protection_of(resident).pending is None
