"""Interventions at the counter: who may, what a form needs, and a block by two people (M22)."""

import pytest

from genkan.residents import api as residents
from tests.builders import a_resident, events
from tests.console.conftest import browser_of, text_of
from tests.console.test_desk import SEARCH, employed, opened

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.ignore_template_errors,  # Wagtail's templates ask for names they lack
]
WISH = {"kind": "suspend", "cause": "reported", "reason": "電話で申し出", "sure": "on"}


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


def page(resident, path=""):
    return f"{SEARCH}{resident}/{path}"


def state(resident):
    return residents.state_of(resident)


@pytest.mark.parametrize("kind", ["suspend", "reauthenticate", "reprove"])
def test_an_entry_is_put_listed_and_ended(two, resident, kind):
    clerk, supervisor = two
    answer = clerk.post(page(resident, "interventions"), WISH | {"kind": kind})
    assert answer.status_code == 303
    (entry,) = residents.interventions_of(resident)
    assert (entry.kind, entry.notice) == (kind, "you_asked")
    assert "電話で申し出" in text_of(supervisor.get(page(resident)))

    lift = page(resident, f"interventions/{entry.id}/lift")
    assert supervisor.get(lift).status_code == 200
    assert supervisor.post(lift, {"reason": ""}).status_code == 422
    assert supervisor.post(lift, {"reason": "確認した"}).status_code == 303
    assert supervisor.post(lift, {"reason": "確認した"}).status_code == 409
    assert residents.interventions_of(resident)[0].ending == "lifted"


def test_a_block_needs_a_second_member_of_staff(two, resident):
    clerk, supervisor = two
    clerk.post(page(resident, "interventions"), WISH | {"kind": "block"})
    (entry,) = residents.interventions_of(resident)
    approve = page(resident, f"interventions/{entry.id}/approve")
    assert "別の" in text_of(clerk.get(page(resident)))

    assert clerk.post(approve).status_code == 403
    assert state(resident) == "active"
    assert supervisor.get(approve).status_code == 405
    assert supervisor.post(approve).status_code == 303

    assert state(resident) == "suspended"
    assert "resident.blocked" in events(resident)


@pytest.mark.parametrize(
    "wrong",
    [
        {"reason": " "},
        {"reason": "あ" * 1_001},
        {"kind": "erase"},
        {"cause": ""},
        {"sure": ""},
        {"ends_at": "2020-01-01T00:00"},
        {"ends_at": "2099-01-01T00:00", "kind": "block"},
        {"ends_at": "tomorrow"},
    ],
    ids=["blank", "long", "kind", "cause", "unsure", "past", "block with end", "no time"],
)
def test_bad_input_comes_back_and_changes_nothing(two, resident, wrong):
    answer = two[0].post(page(resident, "interventions"), WISH | wrong)

    assert answer.status_code == 422
    assert residents.interventions_of(resident) == []


def test_sent_twice_it_stands_once(two, resident):
    first, second = (two[0].post(page(resident, "interventions"), WISH) for _ in range(2))

    assert (first.status_code, second.status_code) == (303, 409)
    assert len(residents.interventions_of(resident)) == 1


def test_nobody_without_an_open_record_intervenes(resident, client):
    stranger = browser_of(employed("counter"))

    asked = stranger.post(page(resident, "interventions"), WISH)
    anonymous = client.post(page(resident, "interventions"), WISH)

    assert asked.headers["Location"].endswith(f"{resident}/open")
    assert anonymous.status_code in {302, 303}
    assert residents.interventions_of(resident) == []


def test_an_account_without_a_role_is_refused(resident):
    answer = browser_of(employed(None)).post(page(resident, "interventions"), WISH)

    assert answer.status_code == 403
    assert residents.interventions_of(resident) == []


def test_an_entry_of_somebody_else_is_not_found_here(two, resident):
    other = a_resident()
    opened(two[0], other)
    two[0].post(page(other, "interventions"), WISH | {"kind": "block"})
    (entry,) = residents.interventions_of(other)

    for act in ("lift", "approve"):
        path = page(resident, f"interventions/{entry.id}/{act}")
        assert two[1].post(path, {"reason": "x"}).status_code == 404
