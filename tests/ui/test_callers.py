"""Who may call a view, and where everybody else is led."""

import json

import pytest
from django.http import HttpResponse
from tests.ui import urls
from tests.ui.conftest import ACCOUNT, RESIDENT, filled

from genkan.kernel.errors import NotFound
from genkan.kernel.registry import Registry
from genkan.ui.answers import wants_json
from genkan.ui.callers import resident_of
from genkan.ui.errors import NotAllowed, SignInNeeded
from genkan.ui.notices import Duty, Notice


@pytest.fixture
def residents(monkeypatch):
    """The account of the tests belongs to the resident of the tests."""
    resolver = filled("resolver", residents={ACCOUNT: RESIDENT}.get)
    monkeypatch.setattr("genkan.ui.callers.resident_resolver", resolver)
    monkeypatch.setattr("genkan.ui.callers.resident_gates", Registry("gates"))
    monkeypatch.setattr("genkan.ui.notices.resident_notices", Registry("notices"))


@pytest.fixture
def nobody_has_an_id(monkeypatch):
    monkeypatch.setattr("genkan.ui.callers.resident_resolver", filled("resolver", residents={}.get))


def answered(response: HttpResponse):
    return response.status_code, response.headers.get("Location")


@pytest.mark.parametrize("view", [urls.account_page, urls.resident_page, urls.operator_page])
def test_anonymous_is_sent_to_sign_in_and_comes_back(asked, view):
    response = view(asked(path="/history/?page=2"))
    assert answered(response) == (303, "/accounts/login/?next=%2Fhistory%2F%3Fpage%3D2")


def test_anonymous_post_comes_back_to_the_form_not_to_its_target(asked):
    headers = {"Host": "testserver", "Referer": "http://testserver/services/"}
    response = urls.account_page(asked("POST", "/services/stop", **headers))
    assert answered(response) == (303, "/accounts/login/?next=%2Fservices%2F")


def test_anonymous_path_that_disguises_a_host_leads_home(asked):
    response = urls.account_page(asked(path="//evil.example/"))
    assert answered(response) == (303, "/accounts/login/")


def test_anonymous_program_is_told_instead_of_redirected(asked):
    with pytest.raises(SignInNeeded):
        urls.account_page(asked(Accept="application/json"))


def test_expired_session_moves_the_whole_page_of_a_fragment(asked):
    response = urls.account_page(asked(path="/profile", **{"HX-Request": "true"}))
    assert response.status_code == 204
    assert response.headers["HX-Redirect"] == "/accounts/login/?next=%2Fprofile"


def test_account_is_handed_to_the_view(asked):
    response = urls.account_page(asked(signed_in=True))
    assert json.loads(response.content) == {"account": str(ACCOUNT)}


def test_resident_is_handed_to_the_view_with_the_arguments_of_the_route(asked, residents):
    response = urls.resident_page(asked(signed_in=True), number=7)
    assert json.loads(response.content) == {"resident": str(RESIDENT), "number": 7}


def test_account_without_an_id_is_sent_to_registration_and_comes_back(asked, nobody_has_an_id):
    response = urls.resident_page(asked(path="/services/", signed_in=True))
    assert answered(response) == (303, "/register/terms?next=%2Fservices%2F")


def test_gate_stops_a_resident_from_acting_but_not_from_looking(asked, residents, monkeypatch):
    def refuse(resident):
        assert resident == RESIDENT
        raise NotFound

    monkeypatch.setattr("genkan.ui.callers.resident_gates", filled("gates", suspended=refuse))
    with pytest.raises(NotFound):
        urls.resident_page(asked(signed_in=True))
    assert urls.any_resident_page(asked(signed_in=True)).status_code == 200


def owing(monkeypatch, *, is_pressing):
    """Let the resident of the tests owe a decision."""
    duty = Duty(address="/decide", refusal=NotAllowed(), is_pressing=is_pressing)
    notice = Notice(template="showcase/home.html", facts={}, duty=duty)
    notices = filled("notices", terms={RESIDENT: notice}.get, other=lambda _: None)
    monkeypatch.setattr("genkan.ui.notices.resident_notices", notices)


def test_pressing_decision_comes_before_pages_and_leads_back(asked, residents, monkeypatch):
    owing(monkeypatch, is_pressing=True)

    response = urls.resident_page(asked(path="/services/", signed_in=True))

    assert answered(response) == (303, "/decide?next=%2Fservices%2F")
    assert urls.any_resident_page(asked(signed_in=True)).status_code == 200
    with pytest.raises(NotAllowed):
        urls.resident_page(asked(Accept="application/json", signed_in=True))


@pytest.mark.parametrize("is_pressing", [True, False])
def test_nothing_is_done_while_a_decision_is_owed(asked, residents, monkeypatch, is_pressing):
    owing(monkeypatch, is_pressing=is_pressing)

    with pytest.raises(NotAllowed):
        urls.resident_page(asked("POST", signed_in=True))
    assert urls.any_resident_page(asked("POST", signed_in=True)).status_code == 200


def test_who_has_decided_against_it_may_look(asked, residents, monkeypatch):
    owing(monkeypatch, is_pressing=False)

    assert urls.resident_page(asked(signed_in=True)).status_code == 200
    assert urls.resident_page(asked("HEAD", signed_in=True)).status_code == 200


def test_operator_pages_are_for_staff_alone(asked):
    with pytest.raises(NotAllowed):
        urls.operator_page(asked(signed_in=True))
    assert urls.operator_page(asked(signed_in=True, is_staff=True)).status_code == 200


def test_page_for_everybody_may_ask_who_it_is(asked, residents):
    assert resident_of(asked()) is None
    assert resident_of(asked(signed_in=True)) == RESIDENT


def test_every_decorator_marks_its_view():
    marks = {
        urls.landing: "everybody",
        urls.account_page: "account",
        urls.resident_page: "resident",
        urls.any_resident_page: "resident",
        urls.operator_page: "operator",
        urls.machine: "partner",
    }
    assert {view: view.caller for view in marks} == marks


def test_machine_needs_no_token_and_is_refused_in_json(visitor):
    strict = type(visitor)(enforce_csrf_checks=True)
    response = strict.post("/machine", headers={"Accept": "*/*"})
    assert (response.status_code, response.json()) == (
        400,
        {"error": "ui.bad_request", "field": "client_id"},
    )


@pytest.mark.parametrize(
    ("accept", "is_json"),
    [
        ("text/html,application/xhtml+xml,*/*;q=0.8", False),
        ("application/json", True),
        ("application/json, text/plain, */*", True),
        ("*/*", False),
        ("text/html;q=0.5, application/json", True),
        ("image/png", False),
    ],
)
def test_json_is_for_clients_that_prefer_it(asked, accept, is_json):
    assert wants_json(asked(Accept=accept)) is is_json
