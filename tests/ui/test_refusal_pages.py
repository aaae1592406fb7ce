"""Refusals and failures: a page in the person's language with a way on, or JSON."""

import logging

import pytest
from django.template import TemplateDoesNotExist
from django.template.loader import get_template

from genkan.kernel.errors import NotFound, Refusal
from genkan.ui import refusals
from genkan.ui.errors import StalePage, Unavailable

PAGES = [
    ("/missing", 404, "kernel.not_found"),
    ("/nowhere", 404, "kernel.not_found"),
    ("/denied", 403, "ui.not_allowed"),
    ("/suspicious", 400, "ui.bad_request"),
    ("/slow-down", 429, "ui.too_many_requests"),
    ("/closed", 503, "ui.unavailable"),
    ("/stop", 405, "ui.wrong_method"),
]


@pytest.mark.parametrize(("path", "status", "code"), PAGES)
@pytest.mark.parametrize("language", ["ja", "ja-easy", "en"])
def test_refusal_is_a_page_with_a_way_on(visitor, settings, path, status, code, language):
    visitor.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    response = visitor.get(path)
    page = response.content.decode()
    assert response.status_code == status
    assert f"<code>{code}</code>" in page
    assert page.count("<h1>") == 1
    assert 'class="button button--primary" href="/' in page


@pytest.mark.parametrize(("path", "status", "code"), PAGES)
def test_refusal_is_json_for_programs(visitor, path, status, code):
    response = visitor.get(path, headers={"Accept": "application/json"})
    assert (response.status_code, response.json()) == (status, {"error": code})


def test_pages_of_a_refusal_differ_between_the_languages(visitor, settings):
    pages = set()
    for language in ("ja", "ja-easy", "en"):
        visitor.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        pages.add(visitor.get("/nowhere").content.decode().split("<h1>")[1].split("</h1>")[0])
    assert len(pages) == 3


def test_wrong_method_names_the_right_one(visitor):
    assert visitor.get("/stop").headers["Allow"] == "POST"


def test_refusal_leads_back_to_the_page_before(visitor):
    headers = {"Host": "testserver", "Referer": "http://testserver/consent"}
    assert 'href="/consent"' in visitor.get("/missing", headers=headers).content.decode()


def test_stale_form_is_explained_and_leads_back_to_a_fresh_page(visitor):
    strict = type(visitor)(enforce_csrf_checks=True)
    headers = {"Host": "testserver", "Referer": "http://testserver/form?step=2"}
    response = strict.post("/form", {"name": "大阪 花子"}, headers=headers)
    page = response.content.decode()
    assert response.status_code == 403
    assert "ページの有効期限が切れました" in page
    assert 'href="/form?step=2"' in page
    assert "大阪 花子" not in page


def test_failure_page_tells_the_request_and_nothing_else(visitor, caplog):
    with caplog.at_level(logging.CRITICAL, "django.request"):
        response = visitor.get("/broken?secret=1")
    page = response.content.decode()
    assert response.status_code == 500
    assert f"<code>{response.headers['X-Request-ID']}</code>" in page
    assert "personal detail" not in page
    assert "secret" not in page


def test_failure_is_json_for_programs(visitor):
    response = visitor.get("/broken", headers={"Accept": "application/json"})
    assert response.json() == {
        "error": "ui.server_error",
        "request_id": response.headers["X-Request-ID"],
    }


def test_failure_page_asks_neither_database_nor_session(visitor, settings):
    # pytest-django refuses the database here, as it would refuse when it is down
    visitor.cookies[settings.SESSION_COOKIE_NAME] = "0" * 32
    assert visitor.get("/broken").status_code == 500


def test_code_names_its_template():
    assert refusals.template_of("consent.no_offer") == "consent/refusals/no_offer.html"


@pytest.mark.parametrize("code", ["consent", "../x.y", "a.b/c", "a.b.c", "", ".x"])
def test_code_that_is_not_app_and_state_names_nothing(code):
    with pytest.raises(ValueError, match="is not app"):
        refusals.template_of(code)


def test_every_refusal_of_ui_and_kernel_is_listed_and_has_its_page():
    found = refusals.every_refusal()
    assert {NotFound, StalePage, Unavailable} <= set(found)
    ours = [kind for kind in found if kind.code.startswith(("ui.", "kernel."))]
    for kind in ours:
        get_template(refusals.template_of(kind.code))


def test_refusal_without_its_page_is_noticed():
    class Forgotten(Refusal):
        code = "ui.forgotten"

    with pytest.raises(TemplateDoesNotExist):
        get_template(refusals.template_of(Forgotten.code))
    assert Forgotten not in refusals.every_refusal()  # tests' own refusals are no product's
