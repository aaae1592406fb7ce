"""What every answer says about itself: identifier, language, caching, content security policy."""

import re

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from tests.ui.conftest import filled

from genkan.ui import csp


def policy_of(response):
    parts = response.headers["Content-Security-Policy"].split("; ")
    return {name: set(sources.split()) for name, _, sources in (p.partition(" ") for p in parts)}


def test_each_answer_has_an_identifier_of_its_own_that_no_client_chooses(visitor):
    chosen = "deadbeef-0000-4000-8000-000000000000"
    found = {
        visitor.get("/", headers={"X-Request-ID": chosen}).headers["X-Request-ID"] for _ in range(3)
    }
    assert len(found) == 3
    assert chosen not in found
    assert all(re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", one) for one in found)


def test_page_loads_nothing_from_elsewhere_and_nothing_inline(visitor):
    policy = policy_of(visitor.get("/"))
    assert policy["default-src"] == {"'self'"}
    assert policy["frame-ancestors"] == {"'none'"}
    assert policy["base-uri"] == {"'none'"}
    assert policy["form-action"] == {"'self'"}
    assert "unsafe" not in str(policy)


@pytest.mark.parametrize("path", ["/nowhere", "/broken", "/missing", "/suspicious"])
def test_failure_pages_keep_the_policy(visitor, path):
    assert policy_of(visitor.get(path))["default-src"] == {"'self'"}


def test_consent_page_may_lead_to_its_partner_and_no_other_page_may(visitor):
    assert policy_of(visitor.get("/consent"))["form-action"] == {"'self'", "http://127.0.0.1:9100"}
    assert policy_of(visitor.get("/form"))["form-action"] == {"'self'"}
    assert csp.DIRECTIVES["form-action"] == ["'self'"]


def test_feature_tells_where_the_forms_of_a_request_lead(visitor, monkeypatch):
    def pending(request):
        return ["https://shinsei.example/cb"] if request.GET.get("next") else []

    monkeypatch.setattr("genkan.ui.csp.form_destinations", filled("destinations", sso=pending))
    failed = policy_of(visitor.get("/broken?next=/oauth2/authorize"))
    assert failed["form-action"] == {"'self'"}
    waiting = policy_of(visitor.get("/form?next=/oauth2/authorize"))
    assert waiting["form-action"] == {"'self'", "https://shinsei.example"}
    assert policy_of(visitor.get("/form"))["form-action"] == {"'self'"}


def test_two_destinations_of_one_page_add_up():
    response = HttpResponse()
    csp.allow_forms_to(response, "https://a.example/cb")
    csp.allow_forms_to(response, "https://b.example/cb", "https://c.example/")
    assert response._csp_update == {
        "form-action": ["https://a.example", "https://b.example", "https://c.example"]
    }


def test_console_may_run_its_own_inline_scripts_and_frame_itself(visitor):
    policy = policy_of(visitor.get("/console/page"))
    assert policy["script-src"] == {"'self'", "'unsafe-inline'"}
    assert policy["frame-ancestors"] == {"'self'"}
    assert policy["default-src"] == {"'self'"}


def test_path_that_only_looks_like_the_console_keeps_the_strict_policy():
    response = HttpResponse()
    csp.apply(RequestFactory().get("/consoles"), response)
    assert not hasattr(response, "_csp_config")


@pytest.mark.django_db
def test_answer_to_a_session_is_stored_nowhere(visitor, settings):
    assert "Cache-Control" not in visitor.get("/").headers
    visitor.cookies[settings.SESSION_COOKIE_NAME] = "0" * 32
    assert visitor.get("/").headers["Cache-Control"] == "no-store"
    assert visitor.get("/nowhere").headers["Cache-Control"] == "no-store"


def test_answer_that_begins_a_session_is_stored_nowhere(visitor, db):
    assert visitor.post("/begin").headers["Cache-Control"] == "no-store"


def test_view_that_sets_its_own_caching_keeps_it(visitor, db, settings):
    visitor.cookies[settings.SESSION_COOKIE_NAME] = "0" * 32
    assert visitor.get("/cached").headers["Cache-Control"] == "max-age=60"


def test_other_sites_learn_no_path_and_guess_no_type(visitor):
    headers = visitor.get("/").headers
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"


def test_pages_differ_by_cookie_so_caches_are_told(visitor):
    assert "Cookie" in visitor.get("/").headers["Vary"]
