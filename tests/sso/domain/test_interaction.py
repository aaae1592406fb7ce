"""What a resident still has to do, in every situation."""

from datetime import UTC, datetime, timedelta

import pytest

from genkan.sso.domain import authorize
from genkan.sso.domain.authorize import Prompt
from genkan.sso.domain.interaction import (
    QUESTIONS,
    Standing,
    Task,
    Visitor,
    next_task,
    without_a_page,
)
from genkan.sso.domain.values import SignIn
from tests.sso.domain.test_authorize_steps import FACTS, asked

NOON = datetime(2026, 7, 15, 3, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)


def signed_in(ago=HOUR):
    return SignIn(at=NOON - ago, amr=("pwd",), acr="1")


def visitor(**changes):
    """A resident who has nothing to do: signed in an hour ago, linked, agreed."""
    fields = {
        "signed_in": True,
        "sign_in": signed_in(),
        "subject": "abc",
        "is_linked": True,
        "standing": Standing.ACTIVE,
    }
    return Visitor(**fields | changes)


def task(who, **changes):
    request = authorize.settled(asked(**changes), FACTS)
    return next_task(request, who, started_at=NOON, now=NOON)


def test_a_linked_resident_is_answered_at_once():
    assert task(visitor()) is Task.ANSWER


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ({"signed_in": False, "sign_in": None, "subject": None}, Task.SIGN_IN),
        ({"sign_in": None}, Task.PROVE_AGAIN),
        ({"subject": None, "is_linked": False}, Task.REGISTER),
        ({"is_active": False}, Task.UNAVAILABLE),
        ({"is_linked": False, "standing": Standing.NONE}, Task.CONSENT),
        ({"is_linked": False, "standing": Standing.ACTIVE}, Task.CONSENT),
        ({"is_linked": False, "standing": Standing.WITHDRAWN}, Task.CONSENT),
        ({"is_linked": False, "standing": Standing.NO_OFFER}, Task.LINK),
        ({"standing": Standing.NONE}, Task.CONSENT),
        ({"standing": Standing.EXPIRED}, Task.CONSENT),
        ({"standing": Standing.OFFER_CHANGED}, Task.CONSENT),
        ({"standing": Standing.NO_OFFER}, Task.ANSWER),
    ],
)
def test_what_is_missing_comes_next(who, expected):
    assert task(visitor(**who)) is expected


def test_after_a_withdrawal_nobody_is_asked_again():
    assert task(visitor(standing=Standing.WITHDRAWN)) is Task.ANSWER


def test_after_a_withdrawal_the_client_may_ask_by_name():
    assert task(visitor(standing=Standing.WITHDRAWN), prompt="consent") is Task.CONSENT


@pytest.mark.parametrize(
    ("standing", "expected"), [(Standing.ACTIVE, Task.CONSENT), (Standing.NO_OFFER, Task.LINK)]
)
def test_prompt_consent_asks_although_all_is_agreed(standing, expected):
    assert task(visitor(standing=standing), prompt="consent") is expected


def test_prompt_login_wants_a_proof_of_this_interaction():
    assert task(visitor(), prompt="login") is Task.PROVE_AGAIN
    assert task(visitor(sign_in=signed_in(-SECOND)), prompt="login") is Task.ANSWER


@pytest.mark.parametrize(
    ("max_age", "ago", "expected"),
    [
        (3600, HOUR, Task.ANSWER),
        (3600, HOUR + SECOND, Task.PROVE_AGAIN),
        (1, SECOND, Task.ANSWER),
        (0, timedelta(0), Task.ANSWER),
        (0, SECOND, Task.PROVE_AGAIN),
        (0, -SECOND, Task.ANSWER),
    ],
)
def test_max_age_is_exact_at_its_end(max_age, ago, expected):
    assert task(visitor(sign_in=signed_in(ago)), max_age=str(max_age)) is expected


def test_select_account_asks_unless_somebody_just_signed_in():
    assert task(visitor(), prompt="select_account") is Task.CHOOSE_ACCOUNT
    assert task(visitor(sign_in=signed_in(-SECOND)), prompt="select_account") is Task.ANSWER


def test_a_question_lets_choose_the_account_too():
    assert task(visitor(is_linked=False), prompt="select_account") is Task.CONSENT


def test_another_resident_than_the_client_means_is_not_answered():
    wish = '{"id_token": {"sub": {"value": "somebody else"}}}'

    assert task(visitor(), claims=wish) is Task.OTHER_ACCOUNT


@pytest.mark.parametrize(
    ("unseen", "error"),
    [
        (Task.SIGN_IN, "login_required"),
        (Task.PROVE_AGAIN, "login_required"),
        (Task.OTHER_ACCOUNT, "login_required"),
        (Task.UNAVAILABLE, "login_required"),
        (Task.REGISTER, "interaction_required"),
        (Task.LINK, "consent_required"),
        (Task.CONSENT, "consent_required"),
        (Task.CHOOSE_ACCOUNT, "account_selection_required"),
    ],
)
def test_without_a_page_each_task_is_an_error(unseen, error):
    assert without_a_page(unseen).error == error


def test_only_an_answer_needs_no_page():
    assert [one for one in Task if without_a_page(one) is None] == [Task.ANSWER]
    assert Task.ANSWER not in QUESTIONS
    assert Prompt.NONE == "none"
